//! The form in which two pieces of SQL are compared: their tokens, one voice.
//!
//! SQLite stores what its author wrote, so nothing of the meaning is rewritten here: white space, comments, the case of
//! keywords and names, and the quotes of names go; all else stays. Two texts that differ after that are held different.

use super::lexer::{Class, Token, tokens};

/// Whether a double-quoted text is a name here. Where it is none, the engine takes it for a literal
/// (sqlite.org/quirks.html, section 8).
pub type IsName<'a> = &'a dyn Fn(&str) -> bool;

/// The canonical form of a text.
pub fn canonical(text: &str, is_name: IsName) -> String {
    joined(&tokens(text), is_name)
}

/// The canonical form of a default: one pair of parentheses around the whole makes no difference
/// (sqlite.org/lang_createtable.html, section 3.2).
pub fn canonical_default(text: &str, is_name: IsName) -> String {
    let tokens = tokens(text);
    joined(without_parentheses(&tokens), is_name)
}

/// The tokens inside, where one pair of parentheses holds all of them.
pub fn without_parentheses<'a, 't>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let [first, inner @ .., last] = tokens else { return tokens };
    if !(first.is("(") && last.is(")")) {
        return tokens;
    }
    let mut depth = 0_usize;
    for token in inner {
        if token.is("(") {
            depth += 1;
        }
        if token.is(")") {
            let Some(less) = depth.checked_sub(1) else { return tokens };
            depth = less;
        }
    }
    inner
}

/// What may stand before a lone operand in parentheses, which change nothing there: neither a function's name nor IN.
const OPERATORS: &[&str] = &["=", "==", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "||", "and", "or", "between"];

/// Whether the token at a place is a parenthesis around a single name or literal behind an operator.
fn is_idle(tokens: &[Token], at: usize) -> bool {
    let open = if tokens[at].is("(") { Some(at) } else { at.checked_sub(2) };
    let Some([before, open, operand, close]) = open.and_then(|open| tokens.get(open.checked_sub(1)?..open + 3)) else { return false };
    let around = open.is("(") && close.is(")") && !operand.is("(") && !operand.is(")");
    around && OPERATORS.iter().any(|operator| before.text.eq_ignore_ascii_case(operator))
}

fn joined(tokens: &[Token], is_name: IsName) -> String {
    let mut out = String::new();
    let mut glue = true;
    for (at, token) in tokens.iter().enumerate() {
        if (token.is("(") || token.is(")")) && is_idle(tokens, at) {
            continue;
        }
        let word = word(token, is_name);
        let tight = matches!(word.as_str(), ")" | "," | ".") || glue;
        if !tight && !out.is_empty() {
            out.push(' ');
        }
        glue = matches!(word.as_str(), "(" | ".");
        out.push_str(&word);
    }
    out
}

fn word(token: &Token, is_name: IsName) -> String {
    match token.class {
        Class::Word | Class::Number | Class::Blob => token.text.to_ascii_lowercase(),
        Class::Quoted => bare(&super::lexer::unquoted(token.text)),
        Class::DoubleQuoted => {
            let inner = super::lexer::unquoted(token.text);
            if is_name(&inner.to_ascii_lowercase()) { bare(&inner) } else { token.text.to_owned() }
        }
        _ => token.text.to_owned(),
    }
}

/// A name without quotes where it could stand so, else in double quotes, folded.
fn bare(name: &str) -> String {
    let folded = name.to_ascii_lowercase();
    let plain = folded.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80);
    if plain { folded } else { format!("\"{}\"", folded.replace('"', "\"\"")) }
}
