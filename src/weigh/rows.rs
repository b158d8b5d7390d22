//! Statements about rows in somebody's own patch: the relation that they name, and the columns that they write.

use super::absent::FROM_ELSEWHERE;
use crate::dialects::Dialect;
use crate::ir::{Attr, Key, Kind, Object, Schema, Written};

/// What a statement about rows names and what is not there, or holds it off.
pub fn unfit(text: &str, state: &Schema<Written>, dialect: &dyn Dialect) -> Vec<String> {
    let words = words(text);
    let site = Site { state, caseless: dialect.rules().caseless };
    let lower: Vec<String> = words.iter().take(3).map(|word| word.text.to_lowercase()).collect();
    let first: Vec<&str> = lower.iter().map(String::as_str).collect();
    match first.as_slice() {
        ["insert" | "replace", "into", ..] => site.writes(&words[2..], listed),
        ["copy", name, ..] if *name != "(" => site.writes(&words[1..], listed),
        ["update", ..] => site.writes(&words[1..], assigned),
        ["delete", "from", ..] => site.writes(&words[2..], |_| Vec::new()),
        ["truncate", ..] => site.empties(&words[1..]),
        _ => Vec::new(),
    }
}

/// A word, a quoted name or a symbol; texts are one symbol.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    quoted: bool,
}

impl Word<'_> {
    fn is(&self, word: &str) -> bool {
        !self.quoted && self.text.eq_ignore_ascii_case(word)
    }

    fn is_name(&self) -> bool {
        self.quoted || self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// The words of a statement's head and of what follows, without comments.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let past = |mark: char| rest[first.len_utf8()..].find(mark).map_or(rest.len(), |at| at + first.len_utf8() + mark.len_utf8());
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let (end, quoted) = match first {
            '-' if rest.starts_with("--") => (rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |at| at + 2), false),
            '"' | '`' => (past(first), true),
            '\'' => (past(first), false),
            _ if word(first) => (rest.find(|c| !word(c)).unwrap_or(rest.len()), false),
            _ => (first.len_utf8(), false),
        };
        let found = &rest[..end];
        if quoted {
            words.push(Word { text: found.trim_matches(first), quoted });
        } else if !found.starts_with("--") && !found.starts_with("/*") {
            words.push(Word { text: found, quoted });
        }
        rest = rest[end..].trim_start();
    }
    words
}

struct Site<'a> {
    state: &'a Schema<Written>,
    caseless: bool,
}

impl<'a> Site<'a> {
    /// Whether a word may mean this name: what folds it is not asked.
    fn same(&self, name: &str, word: &Word) -> bool {
        name == word.text || !word.quoted && name == word.text.to_lowercase() || self.caseless && name.eq_ignore_ascii_case(word.text)
    }

    /// The relation that the words begin with, and what follows it; nothing where the name may mean what no dump shows.
    fn named<'w>(&self, mut words: &'w [Word<'w>]) -> Option<(Result<&'a Object, String>, &'w [Word<'w>])> {
        while words.first().is_some_and(|word| ["only", "table", "low_priority", "ignore"].iter().any(|skipped| word.is(skipped))) {
            words = &words[1..];
        }
        let name = words.first().filter(|word| word.is_name())?;
        // A qualified name is of a namespace that the dump may not speak of.
        if words.get(1).is_some_and(|word| word.text == ".") || name.text.starts_with("pg_") || name.text == "dual" {
            return None;
        }
        let relations = || self.state.iter().filter(|object| object.key.kind.is_relation());
        let mut found = relations().filter(|object| self.same(object.key.name.as_str(), name));
        let hidden = self.state.of_kind(Kind::Extension).any(|extension| extension.key.name.as_str() != "plpgsql");
        match (found.next(), found.next()) {
            (Some(object), None) => Some((Ok(object), &words[1..])),
            (None, _) if !hidden => Some((Err(name.text.to_string()), &words[1..])),
            _ => None,
        }
    }

    /// A statement that writes the columns of one relation.
    fn writes(&self, words: &[Word], columns: fn(&[Word]) -> Vec<String>) -> Vec<String> {
        let Some((relation, rest)) = self.named(words) else { return Vec::new() };
        match relation {
            Err(name) => vec![format!("relation {name} is not there")],
            Ok(table) => {
                let there = self.state.columns(table.key);
                let open = table.key.kind != Kind::Table || there.is_empty() || FROM_ELSEWHERE.iter().any(|attr| table.has(*attr));
                let lacks = |name: &String| !there.iter().any(|column| column.key.name.as_str().eq_ignore_ascii_case(name));
                columns(rest)
                    .into_iter()
                    .filter(|name| !open && lacks(name))
                    .map(|name| format!("{} has no column {name}", table.key))
                    .collect()
            }
        }
    }

    /// TRUNCATE: all that refers to a table goes with it, or must be said too.
    fn empties(&self, words: &[Word]) -> Vec<String> {
        if words.iter().any(|word| word.is("cascade")) {
            return Vec::new();
        }
        let listed: Option<Vec<_>> = words.split(|word| word.text == ",").map(|one| self.named(one).map(|found| found.0)).collect();
        let Some(listed) = listed else { return Vec::new() };
        if let Some(name) = listed.iter().find_map(|one| one.as_ref().err()) {
            return vec![format!("relation {name} is not there")];
        }
        let tables: Vec<Key> = listed.iter().filter_map(|one| one.as_ref().ok()).map(|table| table.key).collect();
        let held = self.state.of_kind(Kind::ForeignKey).find(|foreign| {
            let target = foreign.key_of(Attr::References).and_then(|target| self.state.resolve(target));
            target.is_some_and(|target| tables.contains(&target)) && !foreign.key.relation().is_some_and(|own| tables.contains(&own))
        });
        held.map(|held| format!("{} refers to a table that is emptied: empty both in one statement", held.key)).into_iter().collect()
    }
}

/// The columns in parentheses behind the relation.
fn listed(rest: &[Word]) -> Vec<String> {
    if rest.first().is_none_or(|word| word.text != "(") {
        return Vec::new();
    }
    let inner: Vec<&Word> = rest[1..].iter().take_while(|word| word.text != ")").collect();
    let parts = inner.split(|word| word.text == ",");
    let names: Option<Vec<String>> = parts.map(|part| matches!(part, [one] if one.is_name()).then(|| part[0].text.to_string())).collect();
    // A query in parentheses is no list of columns.
    names.unwrap_or_default()
}

/// The columns that SET gives values to, in a statement about one relation.
fn assigned(rest: &[Word]) -> Vec<String> {
    let head = rest.iter().take_while(|word| !word.is("set")).count();
    let plain = rest[..head].iter().all(|word| word.is_name() && !["join", "left", "inner"].iter().any(|other| word.is(other)));
    if !plain || head > 2 {
        return Vec::new();
    }
    let mut depth = 0_i32;
    let mut starts = true;
    let mut names = Vec::new();
    let body = rest.get(head + 1..).unwrap_or(&[]);
    for (at, word) in body.iter().enumerate() {
        let ends = ["where", "from", "order", "limit", "returning"].iter().any(|end| word.is(end));
        if depth == 0 && ends {
            break;
        }
        if starts && word.is_name() && body.get(at + 1).is_some_and(|next| next.text == "=") {
            names.push(word.text.to_string());
        }
        depth += i32::from(word.text == "(") - i32::from(word.text == ")");
        starts = depth == 0 && word.text == ",";
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_are_written() {
        let of = |text: &str| assigned(&words(text)[2..]);
        assert_eq!(of("UPDATE t SET a = 'x, b = 1', \"B c\" = f(1, 2) -- , d = 4\n WHERE e = 3"), ["a", "B c"]);
        assert_eq!(of("UPDATE t AS x SET a[1] = 2, b = (SELECT c, d = 1), (e, f) = (1, 2)"), ["b"]);
        assert!(of("UPDATE t JOIN u SET a = 1").is_empty() && of("UPDATE t, u SET a = 1").is_empty());
        assert_eq!(listed(&words("INSERT INTO t (a, `b`) VALUES (1, 2)")[3..]), ["a", "b"]);
        assert!(listed(&words("INSERT INTO t (SELECT 1)")[3..]).is_empty());
    }
}
