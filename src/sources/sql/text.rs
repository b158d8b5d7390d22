//! From the source of a literal to its value.

use std::borrow::Cow;

use super::lexis::Lexis;

/// The content of a quoted identifier: `"a""b"`, `` `a` ``, `[a]`, `U&"\0061"`.
pub fn unquoted(source: &str) -> Cow<'_, str> {
    let (body, unicode) = match source.strip_prefix(['U', 'u']).and_then(|rest| rest.strip_prefix('&')) {
        Some(body) => (body, true),
        None => (source, false),
    };
    let Some(quote) = body.chars().next() else { return Cow::Borrowed("") };
    let inner = inside(body);
    let doubled = format!("{quote}{quote}");
    let plain = if quote != '[' && inner.contains(&doubled) {
        Cow::Owned(inner.replace(&doubled, &quote.to_string()))
    } else {
        Cow::Borrowed(inner)
    };
    if unicode { Cow::Owned(unicode_escapes(&plain)) } else { plain }
}

/// What stands between the first and the last byte.
fn inside(quoted: &str) -> &str {
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or("")
}

/// The value of a string literal with its quotes and prefix, or of a dollar-quoted one.
pub fn string_value(source: &str, lexis: &Lexis) -> String {
    if source.starts_with('$') {
        let tag = source.get(1..).and_then(|rest| rest.find('$')).map_or(0, |at| at + 2);
        return source.get(tag..source.len().saturating_sub(tag)).unwrap_or("").to_owned();
    }
    let open = source.find(['\'', '"']).unwrap_or(0);
    let (prefix, body) = source.split_at(open);
    let Some(quote) = body.chars().next() else { return String::new() };
    let undoubled = inside(body).replace(&format!("{quote}{quote}"), &quote.to_string());
    match prefix.as_bytes() {
        b"e" | b"E" => backslash_escapes(&undoubled, &[]),
        b"U&" | b"u&" => unicode_escapes(&undoubled),
        _ if lexis.backslash => backslash_escapes(&undoubled, &['%', '_']),
        _ => undoubled,
    }
}

/// The escapes of `E'…'` (PostgreSQL, section 4.1.2.2) and of MySQL's strings (section 11.1.1), where the backslash before
/// the characters in `kept` stays.
fn backslash_escapes(text: &str, kept: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('0') => out.push('\0'),
            Some('Z') => out.push('\u{1a}'),
            Some(c) if kept.contains(&c) => out.extend(['\\', c]),
            Some('u') => out.extend(hex(&mut chars, 4)),
            Some('x') => out.extend(hex(&mut chars, 2)),
            Some(c) => out.push(c),
            None => out.push('\\'),
        }
    }
    out
}

fn hex(chars: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let text: String = chars.clone().take(digits).take_while(char::is_ascii_hexdigit).collect();
    for _ in 0..text.len() {
        chars.next();
    }
    char::from_u32(u32::from_str_radix(&text, 16).ok()?)
}

/// `\0061` and `\+000061` (PostgreSQL, section 4.1.2.3).
fn unicode_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let mut ahead = chars.clone();
        match ahead.next() {
            Some('\\') => {
                chars.next();
                out.push('\\');
            }
            Some('+') => {
                chars.next();
                out.extend(hex(&mut chars, 6));
            }
            _ => out.extend(hex(&mut chars, 4)),
        }
    }
    out
}

/// The start of `text` that is at most `bytes` long, cut between characters.
pub fn cut(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let mut end = bytes;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// The words in a comment that say what an object was called before.
pub const RENAMED_FROM: &str = "amend: renamed from";

/// What follows `amend: renamed from` in a comment, up to the end of its line.
pub fn renamed_from(comments: &str) -> Option<&str> {
    // Between most tokens there is one space, where nothing needs to be searched.
    if comments.len() < RENAMED_FROM.len() {
        return None;
    }
    let at = comments.rfind(RENAMED_FROM)? + RENAMED_FROM.len();
    let line = comments.get(at..)?.lines().next()?;
    let name = line.trim().trim_end_matches("*/").trim();
    (!name.is_empty()).then_some(name)
}
