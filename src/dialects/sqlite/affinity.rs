//! A column's affinity, which decides what becomes of a value that is put in (sqlite.org/datatype3.html, section 3.1).

/// What a column makes of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affinity {
    Text,
    Numeric,
    Integer,
    Real,
    Blob,
}

/// The rules of the manual, in its order: the first word that is found decides.
const WORDS: &[(&str, Affinity)] = &[
    ("int", Affinity::Integer),
    ("char", Affinity::Text),
    ("clob", Affinity::Text),
    ("text", Affinity::Text),
    ("blob", Affinity::Blob),
    ("real", Affinity::Real),
    ("floa", Affinity::Real),
    ("doub", Affinity::Real),
];

impl Affinity {
    /// The affinity of a declared type.
    pub fn of(declared: &str) -> Affinity {
        let declared = declared.to_ascii_lowercase();
        if declared.is_empty() || declared == "any" {
            return Affinity::Blob;
        }
        WORDS.iter().find(|(word, _)| declared.contains(word)).map_or(Affinity::Numeric, |(_, affinity)| *affinity)
    }

    /// Whether values that this affinity keeps may come out changed by the other: `'007'` as a number, a large integer as
    /// a floating-point number, a floating-point number as text.
    pub fn loses_in(self, other: Affinity) -> bool {
        use Affinity::{Blob, Integer, Numeric, Real, Text};
        matches!((self, other), (Text | Blob, Integer | Numeric | Real) | (Integer | Numeric, Real) | (Real | Numeric | Blob, Text))
    }
}
