//! Small parsers that every table's grammar uses: quoted and balanced text.

use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::char;
use nom::combinator::recognize;
use nom::error::{Error, ErrorKind};
use nom::multi::many0_count;
use nom::sequence::pair;
use nom::{IResult, Parser};

pub type Parsed<'t, T = &'t str> = IResult<&'t str, T>;

pub fn fail<T>(input: &str) -> Parsed<'_, T> {
    Err(nom::Err::Error(Error::new(input, ErrorKind::Verify)))
}

/// A text between quotes that doubles the quotes inside it, with its quotes.
pub fn quoted(mark: char) -> impl Fn(&str) -> Parsed<'_> {
    move |input| {
        let Some(inside) = input.strip_prefix(mark) else { return fail(input) };
        let mut rest = inside;
        while let Some(at) = rest.find(mark) {
            let after = rest.get(at + mark.len_utf8()..).unwrap_or("");
            match after.strip_prefix(mark) {
                Some(more) => rest = more,
                None => return Ok((after, input.get(..input.len() - after.len()).unwrap_or(input))),
            }
        }
        fail(input)
    }
}

/// A word of letters, digits and underscores, or a quoted identifier, as written.
pub fn identifier(input: &str) -> Parsed<'_> {
    match input.starts_with('"') {
        true => quoted('"')(input),
        false => take_while1(|c: char| c.is_alphanumeric() || c == '_' || c == '$').parse(input),
    }
}

/// `a.b.c`, as written.
pub fn dotted(input: &str) -> Parsed<'_> {
    recognize(pair(identifier, many0_count(pair(char('.'), identifier)))).parse(input)
}

/// The parts of a dotted name, unquoted; unquoted words are folded already, for the server wrote them.
pub fn parts_of(dotted: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = dotted;
    while let Ok((after, part)) = identifier(rest) {
        let inner = part.strip_prefix('"').and_then(|part| part.strip_suffix('"'));
        parts.push(inner.map_or_else(|| part.to_owned(), |inner| inner.replace("\"\"", "\"")));
        match after.strip_prefix('.') {
            Some(more) => rest = more,
            None => break,
        }
    }
    parts
}

/// From an opening parenthesis to the one that closes it, both included; quotes hide parentheses.
pub fn balanced(input: &str) -> Parsed<'_> {
    let mut depth = 0usize;
    let mut hidden: Option<char> = None;
    for (at, c) in input.char_indices() {
        match (hidden, c) {
            (Some(mark), c) if mark == c => hidden = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => hidden = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth == 1 => {
                let end = at + 1;
                return Ok((input.get(end..).unwrap_or(""), input.get(..end).unwrap_or(input)));
            }
            (None, ')') => depth = depth.saturating_sub(1),
            (None, _) if depth == 0 => return fail(input),
            (None, _) => {}
        }
    }
    fail(input)
}

/// A name that the client prints between quotes without doubling those inside it: it ends where what must follow does.
pub fn raw_name<'t, T>(input: &'t str, rest: impl Fn(&'t str) -> Parsed<'t, T>) -> Parsed<'t, (&'t str, T)> {
    let Some(inside) = input.strip_prefix('"') else { return fail(input) };
    for (at, _) in inside.match_indices('"') {
        let after = inside.get(at + 1..).unwrap_or("");
        if let Ok((left, value)) = rest(after) {
            return Ok((left, (inside.get(..at).unwrap_or(""), value)));
        }
    }
    fail(input)
}

/// The words in order, parted by single spaces, and the space after them.
pub fn words(text: &'static str) -> impl Fn(&str) -> Parsed<'_> {
    move |input| {
        let (rest, found) = tag(text).parse(input)?;
        Ok((rest.strip_prefix(' ').unwrap_or(rest), found))
    }
}

/// A text in parentheses, without them.
pub fn inside(input: &str) -> Parsed<'_> {
    let (rest, all) = balanced(input)?;
    Ok((rest, all.strip_prefix('(').and_then(|all| all.strip_suffix(')')).unwrap_or(all)))
}
