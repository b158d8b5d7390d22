//! A text without what people write in it: comments, literals and quoted bodies are blanked, so that a mark found in the
//! rest is code.

/// The text in lower case, of the same length and with the same line ends, where only code still stands.
///
/// Knows no dialect. A backslash escapes a quote where backticks show that the text is MySQL's (MySQL manual, 9.1.1).
pub fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut mask = Mask { out: bytes.to_ascii_lowercase(), escapes: text.contains('`') };
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            b'\'' => mask.blank(at, mask.closing_quote(bytes, at)),
            b'-' if bytes.get(at + 1) == Some(&b'-') => mask.blank(at, find(bytes, at, b"\n")),
            b'/' if bytes.get(at + 1) == Some(&b'*') && !is_conditional(bytes, at) => mask.blank(at, find(bytes, at + 2, b"*/") + 2),
            b'$' => mask.dollar(bytes, at),
            _ => at + 1,
        };
    }
    String::from_utf8_lossy(&mask.out).into_owned()
}

struct Mask {
    out: Vec<u8>,
    escapes: bool,
}

impl Mask {
    /// Blanks between the first and last byte of `from..to`, and says where to go on.
    fn blank(&mut self, from: usize, to: usize) -> usize {
        let to = to.clamp(from + 1, self.out.len().max(from + 1));
        let inner = self.out.get_mut(from + 1..to).unwrap_or_default();
        for byte in inner.iter_mut().filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
        to
    }

    fn closing_quote(&self, bytes: &[u8], open: usize) -> usize {
        let mut at = open + 1;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' if self.escapes => at += 2,
                b'\'' => return at + 1,
                _ => at += 1,
            }
        }
        bytes.len()
    }

    /// A dollar-quoted body (PostgreSQL manual, 4.1.2.4); `$1` and `a$b` are none.
    fn dollar(&mut self, bytes: &[u8], open: usize) -> usize {
        let tag =
            bytes.get(open + 1..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let end = open + 1 + tag;
        let in_word = open.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_alphanumeric);
        if in_word || bytes.get(end) != Some(&b'$') || bytes.get(open + 1).is_some_and(u8::is_ascii_digit) {
            return open + 1;
        }
        let mark = bytes.get(open..=end).unwrap_or_default();
        let close = find(bytes, end + 1, mark);
        self.blank(end, close);
        close + mark.len()
    }
}

/// `/*! … */` and `/*M! … */` hold code.
fn is_conditional(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at + 2..).unwrap_or_default();
    rest.starts_with(b"!") || rest.starts_with(b"M!")
}

/// Where `needle` begins at or after `from`; the end where it does not.
fn find(bytes: &[u8], from: usize, needle: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.windows(needle.len().max(1)).position(|window| window == needle).map_or(bytes.len(), |at| from + at)
}
