//! The identifiers in a piece of SQL, and what stands around them: enough to tell which objects it speaks of.

use std::borrow::Cow;

/// How a name stands in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// After FROM, JOIN, INTO, UPDATE, ONLY, REFERENCES or a comma in such a list: a relation.
    Relation,
    /// Before an opening parenthesis: a routine, or a type with arguments.
    Call,
    /// After `::`, or as the target of CAST: a type.
    Type,
    /// Inside a string literal: a sequence, relation or type by its text.
    Literal,
    /// Anywhere else: a column, an alias, a type.
    Word,
}

/// One name, perhaps qualified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention<'a> {
    /// The qualifiers before the name, nearest last.
    pub qualifier: Option<Cow<'a, str>>,
    pub name: Cow<'a, str>,
    pub stand: Stand,
}

impl Mention<'_> {
    /// Folds a name that was quoted, for dialects in which quotes do not keep the case apart.
    pub fn fold(&mut self) {
        for name in self.qualifier.iter_mut().chain([&mut self.name]) {
            name.to_mut().make_ascii_lowercase();
        }
    }
}

/// Words after which a relation is named.
const RELATION_WORDS: &[&str] = &["from", "join", "into", "update", "only", "references", "table", "on", "using"];
/// Words that end a list of relations.
const LIST_ENDS: &[&str] =
    &["where", "group", "order", "select", "set", "values", "having", "limit", "union", "when", "then", "and", "or", "as"];

/// All names in `text`, with identifiers folded by `fold`. `*` is given as a word of its own.
pub fn mentions<'a>(text: &'a str, fold: impl Fn(&'a str) -> Cow<'a, str>) -> Vec<Mention<'a>> {
    let mut scanner = Scanner { rest: text, found: Vec::new(), after: Stand::Word, list: false, named: false, qualified: false };
    while let Some(first) = scanner.rest.chars().next() {
        scanner.step(first, &fold);
    }
    scanner.found
}

struct Scanner<'a> {
    rest: &'a str,
    found: Vec<Mention<'a>>,
    /// What the next name would be.
    after: Stand,
    /// Inside a list of relations.
    list: bool,
    /// The last thing was a name: a dot behind a parenthesis, `(f()).a`, asks a value for a field.
    named: bool,
    /// The last thing was a dot after a name.
    qualified: bool,
}

impl<'a> Scanner<'a> {
    fn step(&mut self, first: char, fold: &impl Fn(&'a str) -> Cow<'a, str>) {
        let names = matches!(first, '"' | '`') || first == '[' && self.bracketed_name() || first.is_alphabetic() || first == '_';
        match first {
            '\'' => self.literal(),
            '"' | '`' => {
                let word = self.take(quoted_len(self.rest, first));
                let inner = word.strip_prefix(first).unwrap_or(word);
                let inner = inner.strip_suffix(first).unwrap_or(inner);
                let doubled = [first, first].iter().collect::<String>();
                let doubles = inner.contains(&doubled);
                self.name(if doubles { Cow::Owned(inner.replace(&doubled, &first.to_string())) } else { Cow::Borrowed(inner) });
            }
            '[' if self.bracketed_name() => {
                let word = self.take(quoted_len(self.rest, ']').max(2));
                self.name(Cow::Borrowed(word.trim_matches(['[', ']'])));
            }
            '-' if self.rest.starts_with("--") => drop(self.take(self.rest.find('\n').unwrap_or(self.rest.len()))),
            '/' if self.rest.starts_with("/*") => drop(self.take(self.rest.find("*/").map_or(self.rest.len(), |at| at + 2))),
            c if c.is_alphabetic() || c == '_' => {
                let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(self.rest.len());
                let word = self.take(end);
                self.word(word, fold);
            }
            _ => self.mark(first),
        }
        self.named = names || self.named && first.is_whitespace();
    }

    fn take(&mut self, len: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(len);
        self.rest = rest;
        taken
    }

    fn bracketed_name(&self) -> bool {
        self.rest[1..].starts_with(|c: char| c.is_alphabetic() || c == '_') && self.rest.contains(']')
    }

    /// The words of a string literal: `nextval('public.t_id_seq'::regclass)`.
    fn literal(&mut self) {
        let text = self.take(quoted_len(self.rest, '\''));
        let content = text.trim_matches('\'');
        if content.len() <= 130 && !content.contains(char::is_whitespace) {
            let mut parts = content.rsplit('.').map(|part| part.trim_matches('"'));
            let name = parts.next().unwrap_or(content);
            let qualifier = parts.next().map(Cow::Borrowed);
            self.found.push(Mention { qualifier, name: Cow::Borrowed(name), stand: Stand::Literal });
        }
        self.settle();
    }

    fn word(&mut self, word: &'a str, fold: &impl Fn(&'a str) -> Cow<'a, str>) {
        let lower = word.to_ascii_lowercase();
        if RELATION_WORDS.contains(&lower.as_str()) && !self.qualified {
            self.after = Stand::Relation;
            self.list = true;
            return;
        }
        if LIST_ENDS.contains(&lower.as_str()) && !self.qualified {
            self.list = false;
            self.settle();
            return;
        }
        self.name(fold(word));
    }

    fn name(&mut self, name: Cow<'a, str>) {
        if self.qualified
            && let Some(last) = self.found.last_mut()
        {
            last.qualifier = Some(std::mem::replace(&mut last.name, name));
            self.qualified = false;
            return;
        }
        self.found.push(Mention { qualifier: None, name, stand: self.after });
        self.settle();
    }

    fn settle(&mut self) {
        self.after = Stand::Word;
        self.qualified = false;
    }

    fn mark(&mut self, first: char) {
        if self.rest.starts_with("::") {
            self.take(2);
            self.after = Stand::Type;
            return;
        }
        self.take(first.len_utf8());
        match first {
            '.' => self.qualified = self.named,
            '(' => {
                if self.after == Stand::Word
                    && let Some(last) = self.found.last_mut()
                    && last.stand == Stand::Word
                {
                    last.stand = Stand::Call;
                }
            }
            ',' if self.list => self.after = Stand::Relation,
            '*' => {
                self.found.push(Mention { qualifier: None, name: Cow::Borrowed("*"), stand: Stand::Word });
                self.settle();
            }
            c if c.is_whitespace() => {}
            _ => self.settle(),
        }
    }
}

/// The length of the quoted piece at the start of `text`, whose closing quote is `close`; a doubled quote is content.
fn quoted_len(text: &str, close: char) -> usize {
    let mut at = 1;
    while let Some(next) = text[at..].find(close) {
        at += next + 1;
        if !text[at..].starts_with(close) {
            return at;
        }
        at += 1;
    }
    text.len()
}
