//! Functions that the servers keep as what they stand for (`Create_func_date_format` and its kin in their sources).

use super::expression::Expr;

/// Functions that are kept as another, with the arguments that it gets behind theirs: name, count of arguments, other name, arguments.
const RENAMED: &[(&str, usize, &str, &[&str])] = &[
    ("isnull", 1, "is null", &[]),
    ("date", 1, "cast date", &[]),
    ("time", 1, "cast time", &[]),
    ("timestamp", 1, "cast datetime", &[]),
    // MySQL keeps x REGEXP y as a call.
    ("regexp_like", 2, "regexp", &[]),
    ("atan2", 2, "atan", &[]),
    ("round", 1, "round", &["0"]),
    ("bin", 1, "conv", &["10", "2"]),
    ("oct", 1, "conv", &["10", "8"]),
    ("weekofyear", 1, "week", &["3"]),
    ("yearweek", 1, "yearweek", &["0"]),
    // The next value is used, in the first round (MariaDB, SETVAL).
    ("setval", 2, "setval", &["1", "0"]),
    ("setval", 3, "setval", &["0"]),
];

/// Functions whose first argument is a sequence.
const OF_SEQUENCES: &[&str] = &["nextval", "lastval", "setval"];

/// Functions that become another tree than a call with the same arguments first.
const REBUILT: &[&str] = &["datediff", "instr", "from_unixtime"];

/// Whether the servers may keep this function as another; its arguments are plain ones.
pub fn is(name: &str) -> bool {
    OF_SEQUENCES.contains(&name) || REBUILT.contains(&name) || RENAMED.iter().any(|(known, ..)| *known == name)
}

/// The call as it is kept.
pub fn call(name: &str, mut kids: Vec<Expr>) -> Expr {
    if let (true, Some(Expr::Name(sequence))) = (OF_SEQUENCES.contains(&name), kids.first()) {
        // A sequence is no column: its name stands as it is written, after its database.
        let names: Vec<String> = sequence.iter().map(|name| format!("`{name}`")).collect();
        kids[0] = Expr::atom(names.join("."));
    }
    if let Some((_, _, kept, more)) = RENAMED.iter().find(|(known, count, ..)| *known == name && *count == kids.len()) {
        kids.extend(more.iter().copied().map(Expr::atom));
        return Expr::node(*kept, kids);
    }
    match (name, kids.len()) {
        ("datediff", 2) => Expr::node("-", kids.into_iter().map(|kid| Expr::node("to_days", vec![kid])).collect()),
        ("instr", 2) => Expr::node("locate", kids.into_iter().rev().collect()),
        ("from_unixtime", 2) => {
            let format = kids.pop();
            Expr::node("date_format", [Expr::node(name, kids)].into_iter().chain(format).collect())
        }
        // TIMESTAMPADD(unit, count, moment)
        ("timestampadd", 3) => {
            let (moment, count) = (kids.pop(), kids.pop());
            let unit = if let [Expr::Atom(unit)] = &kids[..] { unit.clone() } else { String::new() };
            let interval = Expr::node(format!("interval {unit}"), count.into_iter().collect());
            Expr::node("+", moment.into_iter().chain([interval]).collect())
        }
        _ => Expr::node(name, kids),
    }
}
