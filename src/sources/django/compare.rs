//! Comparisons of values, and their parts.

use super::value::Value;
use crate::base::Span;

/// `base[index]`.
pub fn subscript(base: &Value, index: &Value, span: Span) -> Value {
    match (base, index) {
        (Value::Dict(_), Value::Str(key)) => base.entry(key).cloned(),
        (Value::List(items) | Value::Tuple(items), Value::Int(at)) => {
            let at = if *at < 0 { items.len() as i64 + at } else { *at };
            usize::try_from(at).ok().and_then(|at| items.get(at)).cloned()
        }
        _ => None,
    }
    .unwrap_or(Value::Unknown(span))
}

/// `left sign right`; unknown where a side is.
pub fn compare(left: &Value, sign: &str, right: &Value, span: Span) -> Value {
    // Of a dictionary only the keys are asked.
    let keys = |entries: &[(Value, Value)]| entries.iter().any(|(key, _)| key.has_unknown());
    let open = match right {
        Value::Dict(entries) if matches!(sign, "in" | "not in") => keys(entries),
        // What a list surely holds is in it, whatever else is.
        Value::List(items) | Value::Tuple(items) if matches!(sign, "in" | "not in") && items.contains(left) => false,
        _ => right.has_unknown(),
    };
    if left.has_unknown() || open {
        return Value::Unknown(span);
    }
    let order = || ordering(left, right);
    let outcome = match sign {
        "==" => Some(left == right),
        "!=" => Some(left != right),
        "is" => Some(left == right),
        "is not" => Some(left != right),
        "<" => order().map(|order| order.is_lt()),
        "<=" => order().map(|order| order.is_le()),
        ">" => order().map(|order| order.is_gt()),
        ">=" => order().map(|order| order.is_ge()),
        "in" => contains(right, left),
        "not in" => contains(right, left).map(|holds| !holds),
        _ => None,
    };
    let objects = [left, right].iter().any(|side| matches!(side, Value::Call(_)));
    outcome.filter(|_| !objects).map_or(Value::Unknown(span), Value::Bool)
}

fn contains(whole: &Value, part: &Value) -> Option<bool> {
    match (whole, part) {
        (Value::Str(whole), Value::Str(part)) => Some(whole.contains(&**part)),
        (Value::Dict(_), Value::Str(key)) => Some(whole.entry(key).is_some()),
        _ => whole.items().map(|items| items.contains(part)),
    }
}

fn ordering(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::Int(one), Value::Int(two)) => Some(one.cmp(two)),
        (Value::Str(one), Value::Str(two)) => Some(one.cmp(two)),
        (Value::Tuple(one), Value::Tuple(two)) => {
            let unequal = one.iter().zip(two.iter()).find(|(one, two)| one != two);
            unequal.map_or(Some(one.len().cmp(&two.len())), |(one, two)| ordering(one, two))
        }
        _ => None,
    }
}
