//! What a default's cell means: the clients print a literal without its quotes, so that it may look like an expression.

/// A default as SQL takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    None,
    Sql(String),
    /// A literal or an expression: the cell does not say which.
    Unclear,
}

/// Who printed the cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// SHOW COLUMNS, or information_schema of MySQL: a literal without quotes.
    Bare,
    /// information_schema of MariaDB 10.2.7 and later: an expression as SQL writes it (MariaDB manual, Information Schema
    /// COLUMNS Table).
    Quoted,
}

/// What is known of the column beside its default.
#[derive(Clone, Copy, Debug)]
pub struct Context<'t> {
    pub data_type: &'t str,
    /// `Extra` says DEFAULT_GENERATED (MySQL manual, 13.7.7.5): the default is an expression.
    pub generated: bool,
    pub origin: Origin,
    /// The server marks its expressions (MySQL 8.0.13 and later); MariaDB does not.
    pub marks_expressions: bool,
}

const NUMBERS: &[&str] = &[
    "tinyint",
    "smallint",
    "mediumint",
    "int",
    "integer",
    "bigint",
    "decimal",
    "numeric",
    "float",
    "double",
    "real",
    "bit",
    "year",
    "boolean",
];
const MOMENTS: &[&str] = &["timestamp", "datetime", "date", "time"];

/// The meaning of a cell.
pub fn meaning(cell: &str, context: Context<'_>) -> Meaning {
    if cell == "NULL" {
        return Meaning::None;
    }
    if context.origin == Origin::Quoted {
        return if cell.is_empty() { Meaning::None } else { Meaning::Sql(cell.to_owned()) };
    }
    let base = base_type(context.data_type);
    let is_moment_call = MOMENTS.contains(&base.as_str()) && is_now(cell);
    if is_moment_call {
        return Meaning::Sql(cell.to_owned());
    }
    if context.generated {
        return Meaning::Sql(format!("({cell})"));
    }
    if NUMBERS.contains(&base.as_str()) {
        return number(cell);
    }
    if !context.marks_expressions && looks_computed(cell) {
        return Meaning::Unclear;
    }
    Meaning::Sql(literal(cell))
}

/// A literal of a numeric column stays bare; what is no number is an expression.
fn number(cell: &str) -> Meaning {
    let numeric = !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    match (cell.is_empty(), numeric || cell.starts_with("b'")) {
        (true, _) => Meaning::None,
        (_, true) => Meaning::Sql(cell.to_owned()),
        (_, false) if cell.starts_with('(') => Meaning::Sql(cell.to_owned()),
        (_, false) => Meaning::Sql(format!("({cell})")),
    }
}

/// `int` of `int(10) unsigned`.
fn base_type(data_type: &str) -> String {
    data_type.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>().to_ascii_lowercase()
}

fn is_now(cell: &str) -> bool {
    let lower = cell.to_ascii_lowercase();
    ["current_timestamp", "now(", "curdate(", "curtime(", "localtime", "utc_"].iter().any(|start| lower.starts_with(start))
}

fn looks_computed(cell: &str) -> bool {
    cell.ends_with(')') && cell.contains('(')
}

/// A string literal (MySQL manual, 9.1.1).
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''").replace('\n', "\\n"))
}
