//! One number for a schema: it tells whether a dump, or a script's other side, is the one that was seen before.

use std::fmt::{self, Write};

use crate::ir::value::shown;
use crate::ir::{Canonical, Schema, Value};

/// A stable number for a canonical schema: FNV-1a over its objects in order.
pub fn fingerprint(schema: &Schema<Canonical>) -> String {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    for object in schema.iter() {
        // Nothing that is written here can fail.
        let _ = write!(hash, "{}", object.key);
        hash.line("");
        for (attr, value) in object.facts().iter().filter(|fact| !fact.0.is_silent()) {
            hash.line(attr.spec().label);
            match value {
                Value::Sql(fragment) => hash.line(fragment.compared()),
                Value::Text(text) => hash.line(text),
                other => hash.line(&shown(other)),
            }
        }
    }
    format!("{:016x}", hash.0)
}

/// FNV-1a, 64 bits, of what is written to it.
struct Fnv(u64);

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    }

    /// A text, and a mark that it has ended.
    fn line(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(b"\0");
    }
}

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes(text.as_bytes());
        Ok(())
    }
}
