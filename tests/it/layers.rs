//! The rooms of src/ keep their order: a room names only rooms before it, and a dialect's name stands only in the rooms
//! that may know it.

use std::path::Path;

use super::project;

/// The rooms in the order in which data flows.
const ROOMS: &[&str] = &[
    "base",
    "ir",
    "dialects",
    "replay",
    "sources",
    "normalise",
    "diff",
    "order",
    "plan",
    "emit",
    "prove",
    "weigh",
    "compile",
    "count",
    "advise",
    "report",
    "runbook",
    "cli",
];

/// Words of dialects, and the rooms that may say them outside comments.
const DIALECT_WORDS: &[&str] = &["postgres", "mysql", "mariadb", "sqlite"];
const KNOW_DIALECTS: &[&str] = &["dialects", "sources"];

/// Files of other rooms that may say a dialect's word, with the reason.
const SAYS_DIALECT: &[(&str, &str, &str)] = &[("src/cli/input.rs", "sqlite", "a database file is told apart before there is a dialect")];

/// References that go up, each with the reason why it may stay. An entry that is no longer needed fails.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

#[test]
fn a_room_names_only_rooms_before_it() {
    let mut faults = Vec::new();
    let mut used = Vec::new();
    for path in project::rust_files(&["src"]) {
        let Some(room) = room_of(&path).filter(|_| !is_test(&path)) else { continue };
        let place = ROOMS.iter().position(|known| *known == room);
        assert!(place.is_some(), "{}: the room {room} is not in the list of rooms", path.display());
        for (line, named) in named_rooms(&project::read(&path)) {
            let exception = EXCEPTIONS.iter().find(|(file, up, _)| Path::new(file) == path && *up == named);
            match (ROOMS.iter().position(|known| *known == named) > place, exception) {
                (true, Some(exception)) => used.push(exception),
                (true, None) => faults.push(format!("{}:{line}: {room} names {named}, a later room", path.display())),
                (false, _) => {}
            }
        }
    }
    let idle = EXCEPTIONS.iter().filter(|exception| !used.contains(exception));
    faults.extend(idle.map(|(file, up, _)| format!("{file}: the exception for {up} is not needed any more")));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn dialects_are_named_only_where_they_are_known() {
    let mut faults = Vec::new();
    let mut used = Vec::new();
    for path in project::rust_files(&["src"]) {
        if room_of(&path).is_some_and(|room| KNOW_DIALECTS.contains(&room.as_str())) {
            continue;
        }
        for (number, word) in dialect_words(&project::read(&path)) {
            match SAYS_DIALECT.iter().find(|row| Path::new(row.0) == path && row.1 == word) {
                Some(row) => used.push(row),
                None => faults.push(format!("{}:{number}: names {word}", path.display())),
            }
        }
    }
    let idle = SAYS_DIALECT.iter().filter(|row| !used.contains(row));
    faults.extend(idle.map(|(file, word, _)| format!("{file}: the exception for {word} is not needed any more")));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_front_page_lists_every_room() {
    let page = project::read(Path::new("src/lib.rs"));
    for room in ROOMS {
        assert!(page.contains(&format!("pub mod {room};")), "src/lib.rs does not list {room}");
    }
}

/// Unit tests may call what comes later, to see an effect from end to end.
fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs")
}

/// `src/plan/order.rs` and `src/plan.rs` are of the room `plan`; lib.rs and main.rs are of none.
fn room_of(path: &Path) -> Option<String> {
    let mut parts = path.components().skip(1);
    let first = parts.next()?.as_os_str().to_string_lossy().into_owned();
    let room = first.strip_suffix(".rs").unwrap_or(&first).to_string();
    (room != "lib" && room != "main").then_some(room)
}

/// The rooms that a text names by `crate::room`, with line numbers. Grouped imports `crate::{a, b}` are read too.
fn named_rooms(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in code_lines(text) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            match rest.strip_prefix('{') {
                Some(group) => found.extend(group.split(',').map(|item| (number, first_word(item.trim())))),
                None => found.push((number, first_word(rest))),
            }
        }
    }
    found
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The dialects that a text names outside comments, with line numbers.
fn dialect_words(text: &str) -> Vec<(usize, &'static str)> {
    let said = |line: &str| DIALECT_WORDS.iter().copied().filter(|word| line.contains(word)).collect::<Vec<_>>();
    code_lines(text).flat_map(|(number, line)| said(&line.to_lowercase()).into_iter().map(move |word| (number, word))).collect()
}

/// The lines that are not comments, numbered from 1.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    numbered.filter(|(_, line)| !line.trim_start().starts_with("//"))
}
