//! Data types: one spelling for each, the one that `format_type` prints (manual, chapter 8).

use super::lexer::{Token, ident, tokens};

/// Aliases of built-in types, as written to as printed.
const ALIASES: &[(&str, &str)] = &[
    ("int", "integer"),
    ("int4", "integer"),
    ("serial", "integer"),
    ("serial4", "integer"),
    ("int2", "smallint"),
    ("smallserial", "smallint"),
    ("serial2", "smallint"),
    ("int8", "bigint"),
    ("bigserial", "bigint"),
    ("serial8", "bigint"),
    ("bool", "boolean"),
    ("decimal", "numeric"),
    ("dec", "numeric"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("varchar", "character varying"),
    ("nchar", "character"),
    ("char", "character"),
    ("varbit", "bit varying"),
    ("timestamptz", "timestamp with time zone"),
    ("timetz", "time with time zone"),
];

/// Types of pg_catalog that have one word for a name: never a user's type when not qualified.
pub const BUILT_IN: &[&str] = &[
    "aclitem",
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anycompatiblemultirange",
    "anycompatiblenonarray",
    "anycompatiblerange",
    "anyelement",
    "anyenum",
    "anymultirange",
    "anynonarray",
    "anyrange",
    "bigint",
    "bit",
    "boolean",
    "box",
    "bpchar",
    "bytea",
    "character",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "date",
    "datemultirange",
    "daterange",
    "event_trigger",
    "fdw_handler",
    "gtsvector",
    "index_am_handler",
    "inet",
    "int2vector",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "integer",
    "internal",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "nummultirange",
    "numrange",
    "oid",
    "oidvector",
    "path",
    "pg_lsn",
    "pg_snapshot",
    "point",
    "polygon",
    "real",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "smallint",
    "table_am_handler",
    "text",
    "tid",
    "time",
    "timestamp",
    "trigger",
    "tsm_handler",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "uuid",
    "void",
    "xid",
    "xid8",
    "xml",
];

/// Whether pg_catalog, which is searched first, has a type of this name.
fn is_catalogued(name: &str) -> bool {
    const SHORT: &[&str] = &["bool", "char", "float4", "float8", "int2", "int4", "int8", "timestamptz", "timetz", "varbit", "varchar"];
    SHORT.contains(&name) || BUILT_IN.contains(&name) && !GRAMMAR_ONLY.contains(&name)
}

/// Names that the grammar knows and the catalog does not.
const GRAMMAR_ONLY: &[&str] = &["bigint", "boolean", "character", "integer", "real", "smallint"];

/// Words that follow `interval` as its fields.
const FIELDS: &[&str] = &["year", "month", "day", "hour", "minute", "second", "to"];

/// A type as read: a name, what is in parentheses, and array brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// The printed name; for user types with its namespace where one is known.
    pub name: String,
    /// A user's type without a namespace.
    pub bare: bool,
    modifiers: Vec<String>,
    array: bool,
}

impl Type {
    /// The spelling of the type.
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(self.name.len() + 8);
        let (head, tail) = match self.name.split_once(" with") {
            Some((head, _)) => (head, self.name.get(head.len()..).unwrap_or("")),
            None => (self.name.as_str(), ""),
        };
        out.push_str(head);
        if !self.modifiers.is_empty() {
            out.push('(');
            out.push_str(&self.modifiers.join(","));
            out.push(')');
        }
        out.push_str(tail);
        if self.array {
            out.push_str("[]");
        }
        out
    }
}

/// The one spelling of a type as far as its text tells: user types stay as qualified as they are written.
pub fn canonical(text: &str) -> String {
    read_all(text).map_or_else(|| super::lexer::normal(text), |read| read.text())
}

/// The spelling of a type, user types qualified by `namespace_of` where their author did not.
pub fn resolved(text: &str, namespace_of: impl FnMut(&str) -> Option<String>) -> String {
    let Some(mut read) = read_all(text) else { return super::lexer::normal(text) };
    qualify(&mut read, namespace_of);
    read.text()
}

/// Gives a user's type its namespace.
pub fn qualify(read: &mut Type, mut namespace_of: impl FnMut(&str) -> Option<String>) {
    if read.bare
        && let Some(namespace) = namespace_of(&read.name)
    {
        read.name = format!("{}.{}", ident(&namespace), read.name);
        read.bare = false;
    }
}

/// Whether the text is one type and nothing else. Most columns have one that needs no reading.
pub fn is_type(text: &str) -> bool {
    BUILT_IN.binary_search(&text).is_ok() || read_all(text).is_some()
}

fn read_all(text: &str) -> Option<Type> {
    let tokens = tokens(text)?;
    let mut at = 0;
    let read = read(&tokens, &mut at)?;
    (at == tokens.len()).then_some(read)
}

/// The type without what is in parentheses: `character varying(10)` is `character varying`.
pub fn base(text: &str) -> String {
    let Some(open) = text.find('(') else { return text.to_owned() };
    let close = text.rfind(')').map_or(text.len(), |at| at + 1);
    format!("{}{}", text.get(..open).unwrap_or(""), text.get(close..).unwrap_or(""))
}

/// Reads one type at `at` and moves on; `None` where no type stands there.
pub fn read(tokens: &[Token<'_>], at: &mut usize) -> Option<Type> {
    let mut reader = Reader { tokens, at: *at };
    let read = reader.read()?;
    *at = reader.at;
    Some(read)
}

struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
}

impl Reader<'_> {
    fn is_word(&self, ahead: usize, wanted: &str) -> bool {
        matches!(self.tokens.get(self.at + ahead), Some(Token::Word(word)) if word == wanted)
    }

    fn is_symbol(&self, wanted: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Symbol(symbol)) if *symbol == wanted)
    }

    /// Steps over these words where they stand here.
    fn eat(&mut self, words: &[&str]) -> bool {
        let here = words.iter().enumerate().all(|(ahead, word)| self.is_word(ahead, word));
        self.at += if here { words.len() } else { 0 };
        here
    }

    fn read(&mut self) -> Option<Type> {
        let (names, quoted) = self.name()?;
        let mut read = match names.as_slice() {
            [name] if !quoted => self.built_in(name),
            [name] if is_catalogued(name) => self.catalogued(name, quoted),
            [namespace, name] if namespace == "pg_catalog" => self.catalogued(name, quoted),
            _ => None,
        }
        .unwrap_or_else(|| Type {
            name: names.iter().map(|name| ident(name).into_owned()).collect::<Vec<_>>().join("."),
            bare: names.len() == 1,
            modifiers: Vec::new(),
            array: false,
        });
        if self.is_symbol("(") && read.modifiers.is_empty() {
            read.modifiers = self.modifiers()?;
        }
        if self.is_symbol("%") && self.is_word(1, "type") {
            self.at += 2;
            read.name.push_str("%type");
            read.bare = false;
        }
        self.time_zone(&mut read);
        self.settle(&mut read);
        self.brackets(&mut read);
        Some(read)
    }

    /// A dotted name; whether its only part is quoted.
    fn name(&mut self) -> Option<(Vec<String>, bool)> {
        let mut names = Vec::new();
        let mut quoted = false;
        loop {
            match self.tokens.get(self.at)? {
                Token::Word(word) => names.push(word.to_string()),
                Token::Quoted(name) => {
                    quoted = true;
                    names.push(name.to_string());
                }
                _ => return None,
            }
            self.at += 1;
            if !self.is_symbol(".") {
                return Some((names, quoted));
            }
            self.at += 1;
        }
    }

    /// `pg_catalog."char"` and the like: a name in quotes is the catalog's own, which no grammar rule changes.
    fn catalogued(&mut self, name: &str, quoted: bool) -> Option<Type> {
        if quoted && name == "bit" {
            return Some(Type { name: "\"bit\"".to_owned(), bare: false, modifiers: Vec::new(), array: false });
        }
        if name == "char" {
            let name = if quoted { "\"char\"" } else { "character" };
            return Some(Type { name: name.to_owned(), bare: false, modifiers: Vec::new(), array: false });
        }
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, printed)| printed);
        let printed = if name == "timestamp" || name == "time" { format!("{name} without time zone") } else { alias.to_owned() };
        Some(Type { name: printed, bare: false, modifiers: Vec::new(), array: false })
    }

    fn built_in(&mut self, word: &str) -> Option<Type> {
        let name = match word {
            "double" if self.eat(&["precision"]) => "double precision",
            "national" if self.eat(&["character", "varying"]) || self.eat(&["char", "varying"]) => "character varying",
            "national" if self.eat(&["character"]) || self.eat(&["char"]) => "character",
            "character" | "char" | "nchar" if self.eat(&["varying"]) => "character varying",
            "bit" if self.eat(&["varying"]) => "bit varying",
            "interval" => return Some(self.interval()),
            "float" => return Some(self.float()),
            _ => match ALIASES.iter().find(|(alias, _)| *alias == word) {
                Some((_, printed)) => printed,
                None => BUILT_IN.iter().find(|name| **name == word)?,
            },
        };
        Some(Type { name: name.to_owned(), bare: false, modifiers: Vec::new(), array: false })
    }

    fn float(&mut self) -> Type {
        let bits = if self.is_symbol("(") { self.modifiers().and_then(|list| list.first()?.parse::<u32>().ok()) } else { None };
        let name = if bits.is_some_and(|bits| bits <= 24) { "real" } else { "double precision" };
        Type { name: name.to_owned(), bare: false, modifiers: Vec::new(), array: false }
    }

    fn interval(&mut self) -> Type {
        let mut name = "interval".to_owned();
        let modifiers = if self.is_symbol("(") { self.modifiers().unwrap_or_default() } else { Vec::new() };
        while let Some(Token::Word(word)) = self.tokens.get(self.at)
            && FIELDS.contains(&word.as_ref())
        {
            name.push(' ');
            name.push_str(word);
            self.at += 1;
        }
        Type { name, bare: false, modifiers, array: false }
    }

    fn modifiers(&mut self) -> Option<Vec<String>> {
        self.at += 1;
        let mut list = Vec::new();
        let mut item = String::new();
        loop {
            match self.tokens.get(self.at)? {
                Token::Symbol(")") => break,
                Token::Symbol(",") => list.push(std::mem::take(&mut item)),
                Token::Word(word) => item.push_str(word),
                Token::Quoted(text) | Token::Text(text) => item.push_str(text),
                Token::Number(text) | Token::Symbol(text) => item.push_str(text),
                Token::Bits(_) | Token::Parameter(_) => return None,
            }
            self.at += 1;
        }
        self.at += 1;
        list.push(item);
        Some(list)
    }

    /// `WITH TIME ZONE` after the precision.
    fn time_zone(&mut self, read: &mut Type) {
        if !matches!(read.name.as_str(), "time" | "timestamp") {
            return;
        }
        let with = self.eat(&["with", "time", "zone"]);
        if !with {
            self.eat(&["without", "time", "zone"]);
        }
        read.name.push_str(if with { " with time zone" } else { " without time zone" });
    }

    /// What an absent or short modifier means.
    fn settle(&self, read: &mut Type) {
        match (read.name.as_str(), read.modifiers.len()) {
            ("character" | "bit", 0) => read.modifiers = vec!["1".to_owned()],
            ("numeric", 1) => read.modifiers.push("0".to_owned()),
            _ => {}
        }
    }

    /// `[]`, `[3]`, `ARRAY`, `ARRAY[3]`: the server keeps neither the number of dimensions nor their sizes.
    fn brackets(&mut self, read: &mut Type) {
        read.array |= self.eat(&["array"]);
        while self.is_symbol("[") {
            let sized = matches!(self.tokens.get(self.at + 1), Some(Token::Number(_)));
            let close = self.at + 1 + usize::from(sized);
            if !matches!(self.tokens.get(close), Some(Token::Symbol("]"))) {
                return;
            }
            self.at = close + 1;
            read.array = true;
        }
    }
}

#[cfg(test)]
mod tests;
