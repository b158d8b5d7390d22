//! From two canonical schemas to the operations that lead from one to the other. Knows no sources and no text.

use crate::ir::{Canonical, Coverage, Guard, Object, Op, Pair, Schema};

/// The operations that turn `live` into `desired`, in key order, on what both sides can show.
pub fn diff(schema: Pair<&Schema<Canonical>>) -> Vec<Op> {
    let coverage = schema.live.coverage.both(&schema.desired.coverage);
    let mut ops = Vec::new();
    for object in schema.live.iter().filter(|object| coverage.sees(object.key)) {
        if !schema.desired.contains(object.key) {
            ops.push(Op::Drop { key: object.key, guard: Guard::Strict, cascade: false });
        }
    }
    for object in schema.desired.iter().filter(|object| coverage.sees(object.key)) {
        match schema.live.get(object.key) {
            None => ops.push(Op::create(object.clone())),
            Some(live) => push_changes(&mut ops, Pair::new(live, object), &coverage),
        }
    }
    ops
}

fn push_changes(ops: &mut Vec<Op>, object: Pair<&Object>, coverage: &Coverage) {
    for attr in object.live.differing(object.desired) {
        if coverage.sees_fact(object.desired.key, attr) {
            ops.push(Op::set(object.desired.key, attr, object.desired.get(attr).cloned()));
        }
    }
}
