//! Phrases: tables of keywords of which one follows.

use super::cursor::Cursor;

impl Cursor<'_> {
    /// The first of these phrases, each of words parted by spaces, that follows: its place among them, and how many words it has.
    pub fn at_phrase<'p>(&self, phrases: impl Iterator<Item = &'p str>) -> Option<(usize, usize)> {
        // Most phrases of a table are told by the letters of their first two words, and by the length of the first.
        let letter = |text: &[u8]| text.first().map(u8::to_ascii_uppercase);
        let [head, next] = [0, 1].map(|ahead| self.peek(ahead).as_bytes());
        let letters = [letter(head), letter(next)];
        for (place, phrase) in phrases.enumerate() {
            let bytes = phrase.as_bytes();
            let second = |rest: &[u8]| rest.first() == Some(&b' ') && letter(&rest[1..]) == letters[1];
            let begins = letter(bytes) == letters[0] && bytes.get(head.len()..).is_some_and(|rest| rest.is_empty() || second(rest));
            if let Some(words) = begins.then(|| self.words_of(phrase)).flatten() {
                return Some((place, words));
            }
        }
        None
    }

    /// How many words a phrase has, where all of them follow.
    fn words_of(&self, phrase: &str) -> Option<usize> {
        let mut count = 0;
        for word in phrase.as_bytes().split(|byte| *byte == b' ') {
            if !self.is_word(count, word) {
                return None;
            }
            count += 1;
        }
        Some(count)
    }

    /// Passes the first row of a table whose keywords (parted by spaces) follow, and gives its value.
    pub fn accept_row<T: Copy>(&mut self, table: &[(&str, T)]) -> Option<T> {
        let (row, words) = self.at_phrase(table.iter().map(|(phrase, _)| *phrase))?;
        self.pass(words);
        table.get(row).map(|(_, value)| *value)
    }
}
