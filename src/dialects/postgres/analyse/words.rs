//! Constants that are made of words, as their types' output functions print them: text search (manual, 8.11), hstore (F.18),
//! network addresses (8.9) and ranges (8.17).

/// The value as the server prints it; `None` where its rule is not known here.
pub fn printed(value: &str, ty: &str) -> Option<String> {
    match ty {
        "tsquery" => tsquery(value),
        "tsvector" => tsvector(value),
        "public.hstore" | "hstore" => hstore(value),
        "box" => boxed(value),
        "macaddr" => macaddr(value),
        "inet" => value.trim().strip_suffix("/32").filter(|address| address.contains('.')).map(str::to_owned),
        "int4range" | "int8range" => whole_range(value),
        _ => None,
    }
}

/// A word and what follows it: one in quotes, or of letters and digits.
fn word(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('\'') else {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(end)?;
        return (!word.is_empty()).then(|| (word.to_owned(), rest));
    };
    let mut word = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' if quoted.get(at + 1..)?.starts_with('\'') => {
                word.push('\'');
                chars.next();
            }
            '\'' => return Some((word, quoted.get(at + 1..)?)),
            '\\' => return None,
            c => word.push(c),
        }
    }
    None
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "''"))
}

/// The words of a query in quotes, each operator between blanks. Parentheses stay as they are written.
fn tsquery(value: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = value.trim_start();
    while let Some(first) = rest.chars().next() {
        match first {
            '&' | '|' => out.push_str(&format!(" {first} ")),
            '!' => out.push('!'),
            '(' => out.push_str("( "),
            ')' => out.push_str(" )"),
            '<' => {
                let end = rest.find('>')?;
                out.push_str(&format!(" {}> ", rest.get(..end)?));
                rest = rest.get(end..)?;
            }
            ':' => {
                let end = rest.find(|c: char| c != ':' && c != '*' && !c.is_ascii_alphabetic()).unwrap_or(rest.len());
                let mut weights: Vec<char> = rest.get(1..end)?.to_ascii_uppercase().chars().collect();
                weights.sort();
                out.push(':');
                out.extend(weights);
                rest = rest.get(end..)?.trim_start();
                continue;
            }
            _ => {
                let (found, after) = word(rest)?;
                out.push_str(&quoted(&found));
                rest = after.trim_start();
                continue;
            }
        }
        rest = rest.get(1..)?.trim_start();
    }
    Some(out)
}

/// Words without positions, sorted, each once.
fn tsvector(value: &str) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    let mut rest = value.trim();
    while !rest.is_empty() {
        let (found, after) = word(rest)?;
        if after.starts_with(':') {
            return None;
        }
        words.push(found);
        rest = after.trim_start();
    }
    words.sort();
    words.dedup();
    Some(words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "))
}

/// Pairs in quotes, shorter keys first; of equal keys the first holds.
fn hstore(value: &str) -> Option<String> {
    let mut pairs: Vec<(String, Option<String>)> = Vec::new();
    let mut rest = value.trim();
    while !rest.is_empty() {
        let (key, after) = member(rest)?;
        let (held, after) = member(after.trim_start().strip_prefix("=>")?.trim_start())?;
        let is_null = held.1 == Quotes::None && held.0.eq_ignore_ascii_case("null");
        if !pairs.iter().any(|(known, _)| *known == key.0) {
            pairs.push((key.0, (!is_null).then_some(held.0)));
        }
        rest = after.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    pairs.sort_by(|one, two| (one.0.len(), &one.0).cmp(&(two.0.len(), &two.0)));
    let shown = |value: Option<String>| value.map_or("NULL".to_owned(), |value| format!("\"{value}\""));
    let list: Vec<String> = pairs.into_iter().map(|(key, value)| format!("\"{key}\"=>{}", shown(value))).collect();
    Some(list.join(", "))
}

#[derive(Clone, Copy, PartialEq)]
enum Quotes {
    None,
    Double,
}

/// A key or a value of an hstore.
fn member(text: &str) -> Option<((String, Quotes), &str)> {
    if text.contains('\\') {
        return None;
    }
    if let Some(quoted) = text.strip_prefix('"') {
        let (word, rest) = quoted.split_once('"')?;
        return Some(((word.to_owned(), Quotes::Double), rest));
    }
    let end = text.find(|c: char| c.is_whitespace() || c == ',' || c == '=').unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    (!word.is_empty()).then(|| ((word.to_owned(), Quotes::None), rest))
}

/// Two corners: the upper right one, then the lower left.
fn boxed(value: &str) -> Option<String> {
    let numbers: Vec<f64> =
        value.split(['(', ')', ',']).map(str::trim).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [x, y, u, v] = numbers.as_slice() else { return None };
    Some(format!("({},{}),({},{})", x.max(*u), y.max(*v), x.min(*u), y.min(*v)))
}

fn macaddr(value: &str) -> Option<String> {
    let digits: String = value.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect();
    let pairs: Vec<&str> = (0..6).map(|at| digits.get(at * 2..at * 2 + 2)).collect::<Option<_>>()?;
    (digits.len() == 12).then(|| pairs.join(":"))
}

/// A range of whole numbers begins with a number that is in it, and ends before one that is not (manual, 8.17.7).
fn whole_range(value: &str) -> Option<String> {
    let value = value.trim();
    if value.eq_ignore_ascii_case("empty") {
        return Some("empty".to_owned());
    }
    let (low, high) = value.get(1..value.len().checked_sub(1)?)?.split_once(',')?;
    let bound = |text: &str, moves: bool| match text.trim() {
        "" => Some(String::new()),
        number => number.parse::<i64>().ok()?.checked_add(i64::from(moves)).map(|number| number.to_string()),
    };
    let (low, high) = (bound(low, value.starts_with('('))?, bound(high, value.ends_with(']'))?);
    let holds_nothing = |(low, high): (i64, i64)| low >= high;
    if low.parse().ok().zip(high.parse().ok()).is_some_and(holds_nothing) {
        return Some("empty".to_owned());
    }
    Some(format!("{}{low},{high})", if low.is_empty() { '(' } else { '[' }))
}

#[cfg(test)]
mod tests {
    use super::printed;

    #[test]
    fn words_stand_as_the_server_prints_them() {
        for (ty, value, wanted) in [
            ("tsquery", "a & b | !c:*", "'a' & 'b' | !'c':*"),
            ("tsquery", "'it''s'<->x:ba", "'it''s' <-> 'x':AB"),
            ("tsvector", "fat cat fat", "'cat' 'fat'"),
            ("hstore", "bb=>1, a => NULL, bb=>2", "\"a\"=>NULL, \"bb\"=>\"1\""),
            ("box", "((0, 1),(2.5,0))", "(2.5,1),(0,0)"),
            ("macaddr", "08-00-2B-01-02-03", "08:00:2b:01:02:03"),
            ("inet", "10.0.0.1/32", "10.0.0.1"),
            ("int4range", "(1,5]", "[2,6)"),
            ("int8range", "[,5)", "(,5)"),
            ("int4range", "[5,5)", "empty"),
            ("int8range", "(4,5)", "empty"),
        ] {
            assert_eq!(printed(value, ty).as_deref(), Some(wanted), "{ty} {value}");
        }
    }
}
