//! The lines around the tables of a MySQL client, one parser for each production of grammar/show_columns.ebnf.

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_till, take_while, take_while1};
use nom::character::complete::{char, space0, space1};
use nom::combinator::{opt, rest, value};
use nom::multi::many1;
use nom::sequence::{delimited, preceded};

use super::super::words::{Parsed, fail, quoted};

/// What a cell under `Extra` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extra<'t> {
    AutoIncrement,
    OnUpdate(&'t str),
    Virtual,
    Stored,
    Invisible,
    DefaultGenerated,
    WithoutSystemVersioning,
}

/// `mysql> SHOW COLUMNS FROM t;`: what follows the prompt.
pub fn prompt(input: &str) -> Parsed<'_> {
    let mysql = tag("mysql>").map(|_: &str| ());
    let mariadb = (tag("MariaDB ["), take_till(|c| c == ']'), tag("]>")).map(|_| ());
    let more = (space0, tag("->")).map(|_| ());
    preceded((alt((mysql, mariadb, more)), space0), rest).parse(input)
}

/// `SHOW FULL COLUMNS FROM t`, `DESCRIBE t`, `SHOW INDEX FROM t IN app`: the table.
pub fn statement(input: &str) -> Parsed<'_, String> {
    let (left, _) = alt((show_columns, show_index, describe)).parse(input)?;
    table_name(left)
}

/// `SHOW FULL COLUMNS FROM `.
pub fn show_columns(input: &str) -> Parsed<'_, ()> {
    let (left, _) = (tag_no_case("show"), space1).parse(input)?;
    let (left, _) = opt((tag_no_case("extended"), space1)).parse(left)?;
    let (left, _) = opt((tag_no_case("full"), space1)).parse(left)?;
    value((), (alt((tag_no_case("columns"), tag_no_case("fields"))), from)).parse(left)
}

/// `SHOW KEYS IN `.
pub fn show_index(input: &str) -> Parsed<'_, ()> {
    let words = alt((tag_no_case("indexes"), tag_no_case("index"), tag_no_case("keys")));
    value((), (tag_no_case("show"), space1, words, from)).parse(input)
}

/// `DESC `.
pub fn describe(input: &str) -> Parsed<'_, ()> {
    value((), (alt((tag_no_case("describe"), tag_no_case("desc"), tag_no_case("explain"))), space1)).parse(input)
}

/// ` FROM `, ` IN `.
pub fn from(input: &str) -> Parsed<'_, ()> {
    value((), (space1, alt((tag_no_case("from"), tag_no_case("in"))), space1)).parse(input)
}

/// `app.t`, `` `app`.`t` ``: the table's own name.
pub fn table_name(input: &str) -> Parsed<'_, String> {
    let (left, first) = name_part(input)?;
    match left.strip_prefix('.') {
        Some(left) => name_part(left),
        None => Ok((left, first)),
    }
}

/// `t`, `` `t` ``.
pub fn name_part(input: &str) -> Parsed<'_, String> {
    if input.starts_with('`') {
        let (left, text) = quoted('`')(input)?;
        let inner = text.strip_prefix('`').and_then(|text| text.strip_suffix('`')).unwrap_or(text);
        return Ok((left, inner.replace("``", "`")));
    }
    let word = take_while1(|c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '-');
    word.map(str::to_owned).parse(input)
}

/// `-- table: t`, `== t ==`, `# t`: a title that somebody put above a table.
pub fn caption(input: &str) -> Parsed<'_, String> {
    let decoration = || take_while(|c: char| "-=#*/ ".contains(c));
    let (left, marks) = decoration().parse(input)?;
    if marks.trim().is_empty() {
        return fail(input);
    }
    let (left, _) = opt((tag_no_case("table"), alt((tag(":"), tag(" "))), space0)).parse(left)?;
    let (left, name) = table_name(left)?;
    let (left, _) = (opt(char(':')), decoration()).parse(left)?;
    if left.is_empty() { Ok((left, name)) } else { fail(input) }
}

/// `DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)`.
pub fn extra_cell(input: &str) -> Parsed<'_, Vec<Extra<'_>>> {
    if input.is_empty() {
        return Ok((input, Vec::new()));
    }
    many1(delimited(space0, extra_word, (space0, opt(char(',')), space0))).parse(input)
}

/// `auto_increment`.
pub fn extra_word(input: &str) -> Parsed<'_, Extra<'_>> {
    let moment = (take_while1(|c: char| c.is_alphanumeric() || c == '_'), opt((char('('), take_till(|c| c == ')'), char(')'))));
    let on_update = preceded(tag_no_case("on update "), nom::combinator::recognize(moment));
    alt((
        value(Extra::AutoIncrement, tag_no_case("auto_increment")),
        on_update.map(Extra::OnUpdate),
        value(Extra::Virtual, tag_no_case("virtual generated")),
        value(Extra::Stored, tag_no_case("stored generated")),
        value(Extra::Stored, tag_no_case("persistent")),
        value(Extra::Virtual, tag_no_case("virtual")),
        value(Extra::Invisible, tag_no_case("invisible")),
        value(Extra::DefaultGenerated, tag_no_case("default_generated")),
        value(Extra::WithoutSystemVersioning, tag_no_case("without system versioning")),
    ))
    .parse(input)
}
