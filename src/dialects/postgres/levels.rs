//! Texts walked by their quotes and parentheses: enough to part a list or to find a keyword where no tree is needed.

use std::ops::Range;

/// A character outside of quotes.
pub struct Bare {
    pub at: usize,
    pub c: char,
    /// How many parentheses and brackets are open around it; one that opens or closes stands outside of itself.
    pub depth: usize,
}

/// The characters outside of quotes.
pub fn bare(text: &str) -> impl Iterator<Item = Bare> {
    let (mut open, mut quote) = (0_usize, None);
    text.char_indices().filter_map(move |(at, c)| {
        let before = open;
        match (quote, c) {
            (Some(mark), _) => {
                quote = quote.filter(|_| mark != c);
                return None;
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                return None;
            }
            (None, '(' | '[') => open += 1,
            (None, ')' | ']') => open = open.saturating_sub(1),
            (None, _) => {}
        }
        Some(Bare { at, c, depth: before.min(open) })
    })
}

/// The parts of a text between the characters for which `is_cut` holds, each one byte long.
pub fn cut(text: &str, is_cut: impl Fn(&Bare) -> bool) -> Vec<&str> {
    let mut start = 0;
    let ends = bare(text).filter(is_cut).map(|bare| bare.at).chain([text.len()]);
    ends.filter_map(|end| text.get(std::mem::replace(&mut start, end + 1)..end)).collect()
}

/// The parts between the marks that stand in no parentheses and no quotes.
pub fn parted(text: &str, mark: char) -> Vec<&str> {
    cut(text, |bare| bare.c == mark && bare.depth == 0)
}

/// The words that stand in no parentheses and no quotes.
pub fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for bare in bare(text).filter(|bare| bare.depth == 0 && (bare.c.is_alphanumeric() || bare.c == '_')) {
        let end = bare.at + bare.c.len_utf8();
        match words.last_mut() {
            Some(word) if word.end == bare.at => word.end = end,
            _ => words.push(bare.at..end),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_parted_outside_of_quotes_and_parentheses() {
        assert_eq!(parted("a, f(b, c), 'd, e', \"g, h\"[1, 2]", ','), ["a", " f(b, c)", " 'd, e'", " \"g, h\"[1, 2]"]);
        assert_eq!(parted("", ','), [""]);
        assert_eq!(parted("a;", ';'), ["a", ""]);
        assert_eq!(cut("f(a, 'b,c'), d", |bare| bare.c == ','), ["f(a", " 'b,c')", " d"]);
    }

    #[test]
    fn words_stand_outside_of_quotes_and_parentheses() {
        let text = "on \"order\" do (select x) größe 'it''s' _b";
        let found: Vec<&str> = words(text).into_iter().filter_map(|word| text.get(word)).collect();
        assert_eq!(found, ["on", "do", "größe", "_b"]);
    }
}
