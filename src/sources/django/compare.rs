//! Comparisons of values, and their parts.

use super::objects;
use super::value::Value;
use crate::base::Span;

/// `base[index]`.
pub fn subscript(base: &Value, index: &Value, span: Span) -> Value {
    match (base, index) {
        (Value::Dict(_), Value::Str(key)) => base.entry(key).cloned(),
        (Value::List(items) | Value::Tuple(items), Value::Int(at)) => place(items, *at).map(|at| items[at].clone()),
        _ => None,
    }
    .unwrap_or(Value::Unknown(span))
}

/// What `base[key] = value` makes of the base.
pub fn with_entry(base: &Value, key: Value, value: Value, span: Span) -> Value {
    match (base, &key) {
        (Value::Dict(entries), _) => objects::merged(entries, [(key, value)].into_iter()),
        (Value::List(items), Value::Int(at)) => sure_place(items, *at).map_or(Value::Unknown(span), |at| {
            let mut items = items.to_vec();
            items[at] = value;
            Value::List(items.into())
        }),
        _ => Value::Unknown(span),
    }
}

/// What `base.pop(key)` and `del base[key]` leave.
pub fn without_entry(base: &Value, key: &Value, span: Span) -> Value {
    match (base, key) {
        (Value::Dict(entries), _) => Value::Dict(entries.iter().filter(|(known, _)| known != key).cloned().collect()),
        (Value::List(items), Value::Int(at)) => sure_place(items, *at).map_or(Value::Unknown(span), |gone| {
            Value::List(items.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, item)| item.clone()).collect())
        }),
        _ => Value::Unknown(span),
    }
}

/// The place that an index names, counted from the end where it is negative. What is unknown may stand for several elements, so
/// that nothing is counted beyond it.
fn sure_place(items: &[Value], at: i64) -> Option<usize> {
    let known = place(items, at)?;
    let counted = if at < 0 { &items[known..] } else { &items[..=known] };
    (!counted.iter().any(Value::is_unknown)).then_some(known)
}

fn place(items: &[Value], at: i64) -> Option<usize> {
    let at = usize::try_from(if at < 0 { items.len() as i64 + at } else { at }).ok()?;
    (at < items.len()).then_some(at)
}

/// What a method of a list or tuple gives.
pub fn of_list(items: &[Value], method: &str, arguments: &[Value], span: Span) -> Value {
    match (method, arguments) {
        ("index", [wanted]) => {
            let at = items.iter().position(|item| item == wanted).and_then(|at| sure_place(items, at as i64));
            at.map_or(Value::Unknown(span), |at| Value::Int(at as i64))
        }
        ("copy", []) => Value::List(items.into()),
        _ => Value::Unknown(span),
    }
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
