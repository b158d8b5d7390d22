//! Texts with their canonical forms.

use super::expression::{Expr, expression};
use super::{rewrite, show};
use crate::dialects::mysql::cursor::Cursor;
use crate::dialects::mysql::family::Family;
use crate::ir::Fragment;

/// An expression used as a value.
pub fn value(text: &str, family: &Family) -> Fragment {
    with(text, family, rewrite::value)
}

/// An expression used as a condition.
pub fn condition(text: &str, family: &Family) -> Fragment {
    with(text, family, rewrite::condition)
}

fn with(text: &str, family: &Family, rewritten: fn(Expr) -> Expr) -> Fragment {
    let mut cursor = Cursor::new(text, family);
    let canon = match expression(&mut cursor) {
        Ok(expr) if cursor.is_done() => show::expression(&lower_names(rewritten(expr))),
        // What is not understood is compared by its tokens.
        _ => words(text, family),
    };
    Fragment { text: text.into(), canon: Some(canon.into()) }
}

/// Columns are equal without regard to case; a table before them says nothing in an expression of its own table.
pub fn lower_names(expr: Expr) -> Expr {
    match expr {
        Expr::Name(parts) => Expr::Name(parts.last().map(|name| name.to_lowercase()).into_iter().collect()),
        Expr::Node(tag, kids) => Expr::Node(tag, kids.into_iter().map(lower_names).collect()),
        other => other,
    }
}

/// The tokens of a text, apart by single spaces.
pub fn words(text: &str, family: &Family) -> String {
    let tokens = crate::dialects::mysql::lex::tokens(text, family);
    tokens.iter().map(|token| token.raw).collect::<Vec<_>>().join(" ")
}
