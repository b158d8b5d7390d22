//! Constants of `jsonpath` (manual, 8.14.7): whatever spelling is read, one form, which is the server's but for blanks and the
//! parentheses around the whole.

/// The path with its keys in quotes, without the mode that goes without saying.
pub fn printed(value: &str) -> Option<String> {
    let spelled = spelled(value.trim())?;
    let (mode, path) = match spelled.strip_prefix("strict") {
        Some(path) => ("strict ", path),
        None => ("", spelled.strip_prefix("lax").unwrap_or(&spelled)),
    };
    Some(format!("{mode}{}", bare(path.trim())))
}

/// Names behind a point are keys, but before a parenthesis they are methods; behind `$` they are variables.
fn spelled(mut rest: &str) -> Option<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::new();
    while let Some(c) = rest.chars().next() {
        if c == '"' {
            let end = text_length(rest)?;
            out.push_str(rest.get(..end)?);
            rest = rest.get(end..)?;
            continue;
        }
        if let Some(after) = rest.strip_prefix("<>") {
            out.push_str("!=");
            rest = after;
            continue;
        }
        rest = rest.get(c.len_utf8()..)?;
        // A blank parts words; elsewhere it says nothing.
        if !c.is_ascii_whitespace() || out.ends_with(is_word) && rest.starts_with(is_word) {
            out.push(c);
        }
        let length = rest.bytes().take_while(|byte| is_word(char::from(*byte))).count();
        let starts = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let is_key = c == '.' && !rest.get(length..)?.trim_start().starts_with('(');
        if starts && (is_key || c == '$') {
            out.push_str(&format!("\"{}\"", rest.get(..length)?));
            rest = rest.get(length..)?;
        }
    }
    Some(out)
}

/// How long the string is that a text begins with.
fn text_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map(|(at, _)| at + 1)
}

/// Without the parentheses that the server puts around an operation.
fn bare(path: &str) -> &str {
    let Some(inner) = path.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return path };
    let mut depth = 1;
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth == 0 {
            return path;
        }
        let length = if c == '"' { text_length(rest).unwrap_or(1) } else { c.len_utf8() };
        rest = rest.get(length..).unwrap_or("");
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::printed;

    #[test]
    fn a_path_and_what_the_server_makes_of_it_meet() {
        for (written, stored) in [
            ("$.a ? (@ > 1)", r#"$."a"?(@ > 1)"#),
            (r#"$.b[*].c == "x y""#, r#"($."b"[*]."c" == "x y")"#),
            (r#"lax $.k[0 to 2] ? (@.z starts with "q" && exists(@.w))"#, r#"$."k"[0 to 2]?(@."z" starts with "q" && exists (@."w"))"#),
            (r#"strict $.n.size() >= 2 || $.m.type() == "st\"ring""#, r#"strict ($."n".size() >= 2 || $."m".type() == "st\"ring")"#),
            ("$.a ? (@ == $b)", r#"$."a"?(@ == $"b")"#),
            ("$.a <> 1", r#"($."a" != 1)"#),
            ("($.a) + ($.b)", r#"(($."a") + ($."b"))"#),
        ] {
            assert_eq!(printed(written), printed(stored), "{written}");
        }
        assert_ne!(printed("strict $.a"), printed("$.a"));
        assert_ne!(printed(r#"$ == "a b""#), printed(r#"$ == "ab""#));
    }
}
