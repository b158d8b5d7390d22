//! Folders of SQL migrations as their tools lay them out: which file comes first, and what only takes a migration back and so says
//! nothing of what should be.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How a tool parts a file into the way there and the way back: words of a comment that stands on a line of its own.
struct Sections {
    /// Letters that the comments of no other tool have, sought first.
    hint: &'static str,
    /// Without such a line the file is not the tool's. Empty where the way there has none.
    there: &'static str,
    back: &'static str,
}

/// goose (pressly.github.io/goose, Annotations), sql-migrate, dbmate, rambler, node-pg-migrate, tern, MyBatis Migrations: each from its own
/// documentation of the file's format.
const SECTIONS: &[Sections] = &[
    Sections { hint: "+goose", there: "+goose up", back: "+goose down" },
    Sections { hint: "+migrate", there: "+migrate up", back: "+migrate down" },
    Sections { hint: "migrate:", there: "migrate:up", back: "migrate:down" },
    Sections { hint: "rambler", there: "rambler up", back: "rambler down" },
    Sections { hint: "igration", there: "up migration", back: "down migration" },
    Sections { hint: "drop below", there: "", back: "create above / drop below ----" },
    Sections { hint: "//@", there: "", back: "//@undo" },
];

/// The text with blanks in place of what takes the migration back, each line in its place, and where that begins.
pub fn forward(text: &str) -> Option<(String, usize)> {
    let used = |tool: &&Sections| memchr::memmem::find(text.as_bytes(), tool.hint.as_bytes()).is_some() && tool.has_both(text);
    let tool = SECTIONS.iter().find(used)?;
    let mut kept = String::with_capacity(text.len());
    let (mut back, mut first) = (false, None);
    for line in text.split_inclusive('\n') {
        if is_mark(line, tool.back) {
            back = true;
            first = first.or(Some(kept.len()));
            kept.push_str(line);
            continue;
        }
        back = back && !is_mark(line, tool.there);
        if back {
            kept.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        } else {
            kept.push_str(line);
        }
    }
    Some((kept, first?))
}

impl Sections {
    fn has_both(&self, text: &str) -> bool {
        let has = |words: &str| text.lines().any(|line| is_mark(line, words));
        has(self.back) && (self.there.is_empty() || has(self.there))
    }
}

/// Whether a line is a comment that begins with these words; options may follow.
fn is_mark(line: &str, words: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix("--").filter(|_| !words.is_empty()) else { return false };
    let own = comment.trim_start_matches('-').split_whitespace().map(str::to_lowercase);
    own.take(words.split(' ').count()).eq(words.split(' '))
}

/// A word in the path of what takes back, and what the way there has in its place (golang-migrate, sqlx, Diesel, db-migrate;
/// Postgrator; Sqitch; yoyo).
const WORDS: &[[&str; 2]] = &[["down", "up"], ["undo", "do"], ["revert", "deploy"], ["verify", "deploy"], ["rollback", ""]];

/// The files in the order in which migrations are carried out, and those that only take back what another of them does.
pub fn parted(mut paths: Vec<PathBuf>) -> [Vec<PathBuf>; 2] {
    paths.sort_by(|one, two| in_turn(one, two));
    let all: BTreeSet<&PathBuf> = paths.iter().collect();
    let is_back: Vec<bool> = paths.iter().map(|path| partners(path).iter().any(|partner| all.contains(partner))).collect();
    let (mut there, mut back) = (Vec::new(), Vec::new());
    for (path, is_back) in paths.into_iter().zip(is_back) {
        if is_back { back.push(path) } else { there.push(path) }
    }
    [there, back]
}

/// What the file of the way there may be called, if this one were for the way back.
fn partners(path: &Path) -> Vec<PathBuf> {
    let text = path.to_string_lossy();
    let mut partners = Vec::new();
    for [back, there] in WORDS {
        for (at, _) in text.match_indices(back) {
            let (before, after) = (text.get(..at).unwrap_or(""), text.get(at + back.len()..).unwrap_or(""));
            if !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric) {
                let before = if there.is_empty() { before.trim_end_matches(['.', '_', '-']) } else { before };
                partners.push(PathBuf::from(format!("{before}{there}{after}")));
            }
        }
    }
    // Flyway, Undo Migrations: U2__name.sql beside V2__name.sql.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let version = name.strip_prefix('U').filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    partners.extend(version.map(|version| path.with_file_name(format!("V{version}"))));
    partners
}

/// Folder by folder, the numbers in names by their value; what Flyway calls repeatable (`R__name.sql`) after the versions.
fn in_turn(one: &Path, two: &Path) -> Ordering {
    let names = |path: &Path| path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<String>>();
    let (ours, theirs) = (names(one), names(two));
    let repeatable = |name: &str| name.starts_with("R__");
    let order = |(one, two): (&String, &String)| repeatable(one).cmp(&repeatable(two)).then_with(|| natural(one, two));
    let first = ours.iter().zip(&theirs).map(order).find(|order| order.is_ne());
    first.unwrap_or(Ordering::Equal).then_with(|| one.cmp(two))
}

/// Byte by byte, but runs of digits as numbers.
fn natural(one: &str, two: &str) -> Ordering {
    let (mut one, mut two) = (one.as_bytes(), two.as_bytes());
    loop {
        let ([first, ..], [second, ..]) = (one, two) else { return one.len().cmp(&two.len()) };
        if first.is_ascii_digit() && second.is_ascii_digit() {
            let order = number(&mut one, &mut two);
            if order.is_ne() {
                return order;
            }
            continue;
        }
        if first != second {
            return first.cmp(second);
        }
        one = one.get(1..).unwrap_or_default();
        two = two.get(1..).unwrap_or_default();
    }
}

/// Takes the digits that both begin with, and compares them as numbers of any length.
fn number<'t>(one: &mut &'t [u8], two: &mut &'t [u8]) -> Ordering {
    let [ours, theirs] = [one, two].map(|text| {
        let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        *text = rest;
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.get(zeros..).unwrap_or_default()
    });
    ours.len().cmp(&theirs.len()).then_with(|| ours.cmp(theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(given: &[&str]) -> [Vec<String>; 2] {
        parted(given.iter().map(PathBuf::from).collect()).map(|list| list.iter().map(|path| path.to_string_lossy().into_owned()).collect())
    }

    #[test]
    fn what_takes_back_is_blank() {
        let text = "-- +goose Up\nCREATE TABLE a (b int);\n-- +goose Down\nDROP TABLE a;\n";
        let (kept, at) = forward(text).expect("is of goose");
        assert_eq!(kept, "-- +goose Up\nCREATE TABLE a (b int);\n-- +goose Down\n             \n");
        assert!(text[at..].starts_with("-- +goose Down"));
        let dbmate = "--migrate:up transaction:false\na;\n-- migrate:down\nb;\n-- migrate:up\nc;";
        assert_eq!(forward(dbmate).map(|(kept, _)| kept.contains("b;")), Some(false));
        assert_eq!(forward(dbmate).map(|(kept, _)| kept.ends_with("c;")), Some(true));
        assert_eq!(forward("a;\n---- create above / drop below ----\nö;").map(|(kept, _)| kept.ends_with("----\n   ")), Some(true));
    }

    #[test]
    fn other_comments_part_nothing() {
        assert_eq!(forward("a;\n-- +goose Down\nb;"), None);
        assert_eq!(forward("-- Up migration is easy\na;\n-- Downtime of the migration\nb;"), None);
        assert_eq!(forward("-- migrate:up\na;\n"), None);
    }

    #[test]
    fn numbers_are_numbers_and_repeatables_come_last() {
        assert_eq!(
            names(&["V10__c.sql", "R__view.sql", "V2__b.sql", "V1.1__a.sql", "V1__a.sql"])[0],
            ["V1.1__a.sql", "V1__a.sql", "V2__b.sql", "V10__c.sql", "R__view.sql"]
        );
        assert_eq!(names(&["m/10/up.sql", "m/9/up.sql", "a.sql", "a1.sql"])[0], ["a.sql", "a1.sql", "m/9/up.sql", "m/10/up.sql"]);
    }

    #[test]
    fn a_file_is_the_way_back_only_beside_its_partner() {
        let back = |given: &[&str]| names(given)[1].clone();
        assert_eq!(back(&["1_a.up.sql", "1_a.down.sql", "2_down.sql"]), ["1_a.down.sql"]);
        assert_eq!(back(&["m/1/up.sql", "m/1/down.sql"]), ["m/1/down.sql"]);
        assert_eq!(back(&["deploy/a.sql", "revert/a.sql", "verify/a.sql"]), ["revert/a.sql", "verify/a.sql"]);
        assert_eq!(back(&["V2__a.sql", "U2__a.sql", "Users.sql", "Vsers.sql"]), ["U2__a.sql"]);
        assert_eq!(back(&["a.sql", "a.rollback.sql", "breakup.sql", "breakdown.sql"]), ["a.rollback.sql"]);
        assert_eq!(back(&["1.do.x.sql", "1.undo.x.sql"]), ["1.undo.x.sql"]);
    }
}
