//! How many rows a query gives: LIMIT and FETCH.

use super::expression::{Expr, expression};
use crate::dialects::mysql::cursor::{Cursor, Read};

/// What stands behind LIMIT: the count, then the offset.
pub fn limit(cursor: &mut Cursor) -> Read<Vec<Expr>> {
    let first = expression(cursor)?;
    Ok(if cursor.eat(&[","]) {
        vec![expression(cursor)?, first]
    } else if cursor.eat(&["offset"]) {
        vec![first, expression(cursor)?]
    } else {
        vec![first]
    })
}

/// `OFFSET 2 ROWS FETCH FIRST 3 ROWS ONLY`: a LIMIT, but for rows that are last together with others (MariaDB, SELECT … FETCH).
pub fn fetch(cursor: &mut Cursor) -> Read<Vec<Expr>> {
    let mut offset = None;
    if cursor.eat(&["offset"]) {
        offset = Some(expression(cursor)?);
        cursor.eat_any(&["rows", "row"]);
    }
    cursor.expect(&["fetch"])?;
    cursor.eat_any(&["first", "next"]);
    let count = if cursor.sees(&["row"]) || cursor.sees(&["rows"]) { Expr::atom("1") } else { expression(cursor)? };
    cursor.eat_any(&["rows", "row"]);
    let ties = cursor.eat(&["with", "ties"]).then(|| Expr::atom("with ties"));
    if ties.is_none() {
        cursor.expect(&["only"])?;
    }
    Ok([Some(count), offset, ties].into_iter().flatten().collect())
}
