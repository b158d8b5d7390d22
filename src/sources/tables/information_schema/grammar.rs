//! Cells of `information_schema.columns` and the lines around them, one parser for each production of
//! grammar/information_schema.ebnf.

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_while1};
use nom::character::complete::{char, digit1};
use nom::combinator::{all_consuming, opt, rest};
use nom::sequence::{delimited, preceded};

use super::super::words::Parsed;

/// A cell without a value, as the clients print it.
pub fn null_cell(input: &str) -> Parsed<'_> {
    if input.is_empty() {
        return Ok((input, input));
    }
    all_consuming(alt((tag("NULL"), tag("[NULL]"), tag("(null)"), tag("∅"), tag("¤")))).parse(input)
}

/// `YES`, `NO`, `ALWAYS`, `NEVER`.
pub fn yes_or_no(input: &str) -> Parsed<'_, bool> {
    let yes = alt((tag_no_case("yes"), tag_no_case("always"))).map(|_| true);
    let no = alt((tag_no_case("never"), tag_no_case("no"))).map(|_| false);
    all_consuming(alt((yes, no))).parse(input)
}

/// `_int4`: the element's internal name.
pub fn array_type(input: &str) -> Parsed<'_> {
    all_consuming(preceded(char('_'), rest)).parse(input)
}

/// `DAY TO SECOND(2)`: the fields of an interval, and their precision.
pub fn interval_type(input: &str) -> Parsed<'_, (&str, Option<&str>)> {
    let fields = take_while1(|c: char| c.is_ascii_alphabetic() || c == ' ');
    all_consuming((fields, opt(delimited(char('('), digit1, char(')'))))).parse(input)
}

/// A line between listings: a prompt, a count of rows, a comment, the query itself.
pub fn between(input: &str) -> Parsed<'_> {
    let count = (char('('), digit1, tag(" row"), rest).map(|_| "");
    let client = preceded(
        alt((
            tag("--"),
            tag("#"),
            tag("\\"),
            tag("mysql>"),
            tag("MariaDB ["),
            tag("    ->"),
            tag_no_case("select "),
            tag_no_case("from "),
            tag_no_case("where "),
            tag_no_case("order by "),
            tag("Null display"),
            tag("Output format"),
            tag("Expanded display"),
            tag("Pager"),
        )),
        rest,
    );
    let mysql_count = (digit1, tag(" row"), rest).map(|_| "");
    let prompt = (take_while1(|c: char| !c.is_whitespace() && c != '#' && c != '>'), alt((char('#'), char('>'))), rest).map(|_| "");
    alt((count, client, mysql_count, prompt)).parse(input)
}
