//! Statements about rows in somebody's own patch: the relation that they name, and the columns that they write.

use super::absent::FROM_ELSEWHERE;
use super::unknown::is_extended;
use crate::base::Name;
use crate::dialects::Dialect;
use crate::ir::{Attr, Key, Kind, Object, Schema, Written};
use crate::sources;
use crate::sources::sql::lexer::{Lexer, Token, TokenKind};
use crate::sources::sql::lexis::Lexis;

/// What a statement about rows names and what is not there, or holds it off.
pub fn unfit(text: &str, state: &Schema<Written>, dialect: &dyn Dialect) -> Vec<String> {
    let words = words(text, sources::sql::lexis_of(dialect));
    let site = Site { state, dialect };
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

/// A token with its text; a quoted name without its quotes.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    kind: TokenKind,
}

impl Word<'_> {
    fn is(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn is_name(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Quoted)
    }
}

fn words<'t>(text: &'t str, lexis: &'static Lexis) -> Vec<Word<'t>> {
    let word = |token: Token| {
        let found = text.get(token.start as usize..token.end as usize).unwrap_or("");
        let bare = || found.trim_matches(['"', '`', '[', ']']);
        Word { text: if token.kind == TokenKind::Quoted { bare() } else { found }, kind: token.kind }
    };
    Lexer::new(text, lexis).map(word).collect()
}

struct Site<'a> {
    state: &'a Schema<Written>,
    dialect: &'a dyn Dialect,
}

impl<'a> Site<'a> {
    /// Whether a word may mean this name: what folds it is not asked.
    fn same(&self, name: &str, word: &Word) -> bool {
        name == word.text
            || word.kind == TokenKind::Word && name == word.text.to_lowercase()
            || self.dialect.rules().caseless && name.eq_ignore_ascii_case(word.text)
    }

    /// The relation that the words begin with, and what follows it; nothing where the name may mean what no dump shows.
    fn named<'w>(&self, mut words: &'w [Word<'w>]) -> Option<(Result<&'a Object, String>, &'w [Word<'w>])> {
        while words.first().is_some_and(|word| ["only", "table", "low_priority", "ignore"].iter().any(|skipped| word.is(skipped))) {
            words = &words[1..];
        }
        let name = words.first().filter(|word| word.is_name())?;
        if words.get(1).is_some_and(|word| word.text == ".") {
            return self.qualified(name, words.get(2)?).map(|found| (found, &words[3..]));
        }
        if name.text.starts_with("pg_") || name.text == "dual" {
            return None;
        }
        let mut found = self.relations().filter(|object| self.same(object.key.name.as_str(), name));
        match (found.next(), found.next()) {
            (Some(object), None) => Some((Ok(object), &words[1..])),
            (None, _) if !is_extended(self.state, self.dialect) => Some((Err(name.text.to_string()), &words[1..])),
            _ => None,
        }
    }

    fn relations(&self) -> impl Iterator<Item = &'a Object> {
        self.state.iter().filter(|object| object.key.kind.is_relation())
    }

    /// A relation of a namespace of which the dump speaks.
    fn qualified(&self, namespace: &Word, name: &Word) -> Option<Result<&'a Object, String>> {
        let told = |object: &Object| !object.key.namespace.is_none() && self.same(object.key.namespace.as_str(), namespace);
        let one = self.state.iter().find(|object| told(object))?;
        let relations = self.relations().filter(|object| object.key.namespace == one.key.namespace);
        let found = relations.into_iter().find(|object| self.same(object.key.name.as_str(), name));
        let seen = self.state.coverage.sees(Key { name: Name::new(name.text), ..Key::new(Kind::Table, one.key.namespace, Name::NONE) });
        match found {
            Some(object) => Some(Ok(object)),
            None => (seen && !is_extended(self.state, self.dialect)).then(|| Err(format!("{}.{}", namespace.text, name.text))),
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
    use crate::dialects;

    #[test]
    fn columns_that_are_written() {
        for dialect in dialects::names().filter_map(dialects::by_name) {
            let read = |text| words(text, sources::sql::lexis_of(dialect));
            let of = |text: &'static str| assigned(&read(text)[2..]);
            assert_eq!(of("UPDATE t SET a = 'x, b = 1', c = f(1, 2) -- , d = 4\n WHERE e = 3"), ["a", "c"]);
            assert_eq!(of("UPDATE t AS x SET a[1] = 2, b = (SELECT c, d = 1), (e, f) = (1, 2)"), ["b"]);
            assert!(of("UPDATE t JOIN u SET a = 1").is_empty() && of("UPDATE t, u SET a = 1").is_empty());
            assert_eq!(listed(&read("INSERT INTO t (a, b) VALUES (1, 2)")[3..]), ["a", "b"]);
            assert!(listed(&read("INSERT INTO t (SELECT 1)")[3..]).is_empty());
        }
    }
}
