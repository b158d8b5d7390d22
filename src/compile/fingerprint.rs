//! One number for a schema: it tells whether a dump, or a script's other side, is the one that was seen before.

use crate::ir::value::shown;
use crate::ir::{Canonical, Object, Pair, Schema, Value};

/// A stable number for a canonical schema: FNV-1a over its objects in order.
pub fn fingerprint(schema: &Schema<Canonical>) -> String {
    let mut hash = Fnv::new();
    schema.iter().for_each(|object| hash.object(object, [true, false]));
    hash.shown().live
}

/// The fingerprints of two sides, in one walk: most objects are the same on both.
pub fn fingerprints(schema: Pair<&Schema<Canonical>>) -> Pair<String> {
    let mut hash = Fnv::new();
    for sides in schema.live.both(schema.desired) {
        match sides {
            (Some(live), Some(desired)) if live.shares(desired) => hash.object(live, [true, true]),
            (live, desired) => {
                live.into_iter().for_each(|object| hash.object(object, [true, false]));
                desired.into_iter().for_each(|object| hash.object(object, [false, true]));
            }
        }
    }
    hash.shown()
}

/// FNV-1a, 64 bits, of what is written to it: two of them at once, since one waits for its last product with each byte.
struct Fnv {
    states: [u64; 2],
    /// Which of the two are written to.
    open: [bool; 2],
}

impl Fnv {
    fn new() -> Fnv {
        Fnv { states: [0xcbf2_9ce4_8422_2325; 2], open: [true; 2] }
    }

    fn shown(&self) -> Pair<String> {
        let [live, desired] = self.states.map(|state| format!("{state:016x}"));
        Pair::new(live, desired)
    }

    fn object(&mut self, object: &Object, open: [bool; 2]) {
        self.open = open;
        object.key.words().for_each(|word| self.bytes(word.as_bytes()));
        self.line("");
        for (attr, value) in object.facts().iter().filter(|fact| !fact.0.is_silent()) {
            self.line(attr.spec().label);
            match value {
                Value::Sql(fragment) => self.line(fragment.compared()),
                Value::Text(text) => self.line(text),
                other => self.line(&shown(other)),
            }
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let step = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let [first, second] = self.states;
        self.states = match self.open {
            [true, true] => bytes.iter().fold([first, second], |[first, second], byte| [step(first, *byte), step(second, *byte)]),
            [true, false] => [bytes.iter().fold(first, |state, byte| step(state, *byte)), second],
            [false, _] => [first, bytes.iter().fold(second, |state, byte| step(state, *byte))],
        };
    }

    /// A text, and a mark that it has ended.
    fn line(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(b"\0");
    }
}
