//! Django's query expressions as SQL: conditions of constraints and indexes, generated columns, database defaults.

use std::sync::Arc;

use super::field::{Field, Nature};
use super::flavor::{Engine, Flavor};
use super::literal::literal;
use super::state::Model;
use super::value::{Call, Value};

/// Writes expressions over the columns of one model.
pub struct Writer<'a> {
    pub model: &'a Model,
    pub engine: Engine,
    pub truth: Truth,
}

/// How a condition on a boolean column is written where the engine has no such type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// `c`, `NOT c`: from Django 3.0 to 6.0, and where there is such a type.
    Bare,
    /// `c = 1`, `c = true`: before and since.
    Compared,
}

impl Truth {
    /// As this version writes it.
    pub fn of(flavor: Flavor) -> Truth {
        let untyped = flavor.engine != Engine::Postgres && flavor.at_least(6, 1);
        if untyped || !flavor.at_least(3, 0) { Truth::Compared } else { Truth::Bare }
    }

    /// As a condition has it that is there already.
    pub fn found(condition: &str, model: &Model) -> Truth {
        let plain: String = condition.chars().filter(|c| !matches!(c, '(' | ')' | '"' | '`')).collect();
        let compares = |column: &str| {
            let whole = |at: usize| !plain[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let sign = |at: usize| plain.get(at + column.len()..)?.trim_start().strip_prefix('=');
            let behind = |at: usize| {
                sign(at).is_some_and(|rest| ["0", "1", "true", "false"].iter().any(|value| rest.trim_start().starts_with(value)))
            };
            plain.match_indices(column).any(|(at, _)| whole(at) && behind(at))
        };
        let mut booleans = model.fields.iter().filter(|field| is_boolean(Some(field))).map(|field| field.column());
        if booleans.any(|column| compares(&column)) { Truth::Compared } else { Truth::Bare }
    }
}

/// Lookups that are an infix operator on every engine.
const OPERATORS: &[(&str, &str)] = &[("exact", "="), ("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<=")];

/// Functions of one name whose SQL is their name in upper case over their arguments.
const FUNCTIONS: &[(&str, &str)] = &[
    ("Lower", "LOWER"),
    ("Upper", "UPPER"),
    ("Coalesce", "COALESCE"),
    ("Greatest", "GREATEST"),
    ("Least", "LEAST"),
    ("Trim", "TRIM"),
    ("LTrim", "LTRIM"),
    ("RTrim", "RTRIM"),
    ("Length", "LENGTH"),
    ("Abs", "ABS"),
    ("Ceil", "CEILING"),
    ("Floor", "FLOOR"),
    ("Round", "ROUND"),
    ("Sqrt", "SQRT"),
    ("Power", "POWER"),
    ("Mod", "MOD"),
    ("NullIf", "NULLIF"),
    ("MD5", "MD5"),
    ("Reverse", "REVERSE"),
    ("Replace", "REPLACE"),
    ("JSONObject", ""),
];

impl Writer<'_> {
    pub fn quote(&self, column: &str) -> String {
        self.engine.quote(column)
    }

    /// A `Q` as a condition; `None` where some part of it is not known.
    pub fn condition(&self, value: &Value) -> Option<String> {
        let call = value.call()?;
        match (call.name(), call.arguments.as_slice()) {
            ("Q", _) => self.q(call, false),
            ("&" | "|", [left, right]) => {
                let word = if call.name() == "&" { "AND" } else { "OR" };
                Some(format!("({} {word} {})", self.condition(left)?, self.condition(right)?))
            }
            ("~", [Value::Call(inner)]) if inner.name() == "Q" => self.q(inner, true),
            ("~", [inner]) => Some(format!("NOT {}", self.condition(inner)?)),
            ("Exists" | "RawSQL", _) => None,
            _ => self.lookup_call(call).or_else(|| self.expression(value)),
        }
    }

    /// The children of a `Q`: conditions and pairs first, then keywords by name.
    fn q(&self, call: &Call, outer: bool) -> Option<String> {
        let connector = call.keyword("_connector").and_then(Value::str).unwrap_or("AND").to_string();
        let negated = call.keyword("_negated").and_then(Value::bool).unwrap_or(false) != outer;
        let mut parts = Vec::new();
        for argument in &call.arguments {
            parts.push(match argument {
                Value::Tuple(pair) if pair.len() == 2 => self.lookup(pair[0].str()?, &pair[1], negated)?,
                other => self.condition(other)?,
            });
        }
        let mut named: Vec<&(Arc<str>, Value)> = call.keywords.iter().filter(|(name, _)| !name.starts_with('_')).collect();
        named.sort_by(|one, two| one.0.cmp(&two.0));
        for (name, value) in named {
            parts.push(self.lookup(name, value, negated)?);
        }
        let inner = match (connector.as_str(), parts.as_slice()) {
            (_, []) => return None,
            (_, [one]) => one.clone(),
            ("XOR", _) => return None,
            (word, parts) => format!("({})", parts.join(&format!(" {word} "))),
        };
        Some(if negated { format!("NOT ({inner})") } else { inner })
    }

    /// `field__lookup=value`. Under NOT, a nullable column is also asked not to be null, as Django does.
    fn lookup(&self, path: &str, value: &Value, negated: bool) -> Option<String> {
        let (name, lookup) = split_lookup(path)?;
        let field = self.field(name);
        let column = self.quote(&self.known_column(name)?);
        let condition = self.compared(&column, field, lookup, value)?;
        let asked = negated && lookup != "isnull" && !matches!(value, Value::None) && field.is_some_and(Field::null);
        Some(if asked { format!("({condition} AND {column} IS NOT NULL)") } else { condition })
    }

    fn compared(&self, column: &str, field: Option<&Field>, lookup: &str, value: &Value) -> Option<String> {
        if let Some((_, sign)) = OPERATORS.iter().find(|row| row.0 == lookup) {
            if lookup == "exact" && matches!(value, Value::None) {
                return Some(format!("{column} IS NULL"));
            }
            if let (true, Value::Bool(truth), true) = (lookup == "exact", value, is_boolean(field)) {
                return Some(match (self.truth, truth) {
                    (Truth::Compared, _) => format!("{column} = {}", literal(value, self.engine)?),
                    (Truth::Bare, true) => column.to_string(),
                    (Truth::Bare, false) => format!("NOT {column}"),
                });
            }
            return Some(format!("{column} {sign} {}", self.operand(value, field)?));
        }
        match lookup {
            "isnull" => Some(format!("{column} IS {}NULL", if value.bool()? { "" } else { "NOT " })),
            "in" => {
                let items = value.items()?.iter().map(|item| self.operand(item, field));
                Some(format!("{column} IN ({})", items.collect::<Option<Vec<_>>>()?.join(", ")))
            }
            "range" => {
                let [low, high] = value.items()? else { return None };
                Some(format!("{column} BETWEEN {} AND {}", self.operand(low, field)?, self.operand(high, field)?))
            }
            _ => self.matched(column, lookup, value.str()?),
        }
    }

    /// Lookups by a pattern (`operators` and `lookup_cast` of each backend).
    fn matched(&self, column: &str, lookup: &str, text: &str) -> Option<String> {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = match lookup {
            "contains" | "icontains" => format!("%{escaped}%"),
            "startswith" | "istartswith" => format!("{escaped}%"),
            "endswith" | "iendswith" => format!("%{escaped}"),
            "regex" | "iregex" | "iexact" => text.to_string(),
            _ => return None,
        };
        let caseless = lookup.starts_with('i');
        let literal = self.engine.literal(&pattern);
        Some(match (self.engine, lookup) {
            (Engine::Postgres, "regex") => format!("{column}::text ~ {literal}"),
            (Engine::Postgres, "iregex") => format!("{column}::text ~* {literal}"),
            (Engine::Postgres, "iexact") => format!("UPPER({column}::text) = UPPER({literal})"),
            (Engine::Postgres, _) if caseless => format!("UPPER({column}::text) LIKE UPPER({literal})"),
            (Engine::Postgres, _) => format!("{column}::text LIKE {literal}"),
            (Engine::Sqlite, "regex") => format!("{column} REGEXP {literal}"),
            (Engine::Sqlite, "iregex") => format!("{column} REGEXP '(?i)' || {literal}"),
            (Engine::Sqlite, _) => format!("{column} LIKE {literal} ESCAPE '\\'"),
            (_, "regex" | "iregex") => return None,
            (_, "iexact") => format!("{column} LIKE {literal}"),
            (_, _) if caseless => format!("{column} LIKE {literal}"),
            (_, _) => format!("{column} LIKE BINARY {literal}"),
        })
    }

    /// The right side of a comparison.
    fn operand(&self, value: &Value, field: Option<&Field>) -> Option<String> {
        // A float's `get_prep_value` is `float()`, which is shown with its point.
        if let (Some("FloatField"), Value::Int(number)) = (kind_name(field), value) {
            return Some(self.float(&format!("{number}.0")));
        }
        match value {
            Value::Number(text) if kind_name(field) != Some("DecimalField") => Some(self.float(text)),
            Value::Call(_) => literal(value, self.engine).or_else(|| self.expression(value)),
            Value::Int(_) if is_text(field) => None,
            Value::Str(_) if field.is_some_and(|field| field.is_relation()) => None,
            _ => literal(value, self.engine),
        }
    }

    /// A float as the drivers of the engine write it: those of MySQL say that it is none of its decimals.
    fn float(&self, text: &str) -> String {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
        if self.engine.is_mysql() && plain { format!("{text}e0") } else { text.to_string() }
    }

    /// `GreaterThan(F("a"), 1)` and its like.
    fn lookup_call(&self, call: &Call) -> Option<String> {
        let sign = match call.name() {
            "Exact" => "=",
            "GreaterThan" => ">",
            "GreaterThanOrEqual" => ">=",
            "LessThan" => "<",
            "LessThanOrEqual" => "<=",
            "IsNull" => {
                let word = if call.argument(1, "rhs")?.bool()? { "" } else { "NOT " };
                return Some(format!("{} IS {word}NULL", self.expression(call.argument(0, "lhs")?)?));
            }
            _ => return None,
        };
        Some(format!("{} {sign} {}", self.expression(call.argument(0, "lhs")?)?, self.expression(call.argument(1, "rhs")?)?))
    }

    /// An expression over columns.
    pub fn expression(&self, value: &Value) -> Option<String> {
        let Value::Call(call) = value else {
            // A bare text among a function's arguments names a column.
            return match value {
                Value::Str(name) => Some(self.quote(&self.known_column(name)?)),
                other => literal(other, self.engine),
            };
        };
        match (call.name(), call.arguments.as_slice()) {
            ("F", _) => Some(self.quote(&self.known_column(call.argument(0, "name")?.str()?)?)),
            ("Value", _) => literal(value, self.engine),
            ("Decimal" | "UUID", _) => literal(value, self.engine),
            ("SearchVector" | "+", _) if self.is_vector(value) => self.vector(call),
            ("+" | "-" | "*" | "/", [left, right]) => Some(format!("({} {} {})", self.side(left)?, call.name(), self.side(right)?)),
            ("Now", []) => Some(self.now().to_string()),
            ("RandomUUID", []) if self.engine == Engine::Postgres => Some("GEN_RANDOM_UUID()".to_string()),
            ("ExpressionWrapper", _) => self.expression(call.argument(0, "expression")?),
            ("Concat", parts) => self.concatenated(parts),
            ("Case", branches) => self.case(branches, call.keyword("default")),
            ("Cast", _) => None,
            ("Func", arguments) => {
                let name = call.keyword("function")?.str()?;
                self.function(name, arguments)
            }
            (name, arguments) => {
                let (_, function) = FUNCTIONS.iter().find(|row| row.0 == name && !row.1.is_empty())?;
                self.function(function, arguments)
            }
        }
    }

    /// `CASE WHEN … THEN … ELSE … END`.
    fn case(&self, branches: &[Value], default: Option<&Value>) -> Option<String> {
        let mut text = "CASE".to_string();
        for branch in branches {
            let when = branch.call().filter(|call| call.name() == "When")?;
            let condition = when.keyword("condition").or_else(|| when.arguments.first());
            let condition = match condition {
                Some(condition) => self.condition(condition)?,
                None => self.paired(&when.keywords)?,
            };
            text += &format!(" WHEN {condition} THEN {}", self.side(when.keyword("then")?)?);
        }
        let default = default.map_or(Some("NULL".to_string()), |value| self.side(value));
        Some(format!("{text} ELSE {} END", default?))
    }

    /// The conditions that `When` is given as keywords.
    fn paired(&self, keywords: &[(Arc<str>, Value)]) -> Option<String> {
        let mut named: Vec<&(Arc<str>, Value)> = keywords.iter().filter(|(name, _)| &**name != "then").collect();
        named.sort_by(|one, two| one.0.cmp(&two.0));
        let parts: Option<Vec<String>> = named.iter().map(|(name, value)| self.lookup(name, value, false)).collect();
        match parts?.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            several => Some(format!("({})", several.join(" AND "))),
        }
    }

    /// An operand of arithmetic: plain numbers are literals, texts too.
    fn side(&self, value: &Value) -> Option<String> {
        match value {
            Value::Call(_) => self.expression(value),
            other => literal(other, self.engine),
        }
    }

    fn function(&self, name: &str, arguments: &[Value]) -> Option<String> {
        let arguments: Option<Vec<String>> = arguments.iter().map(|argument| self.expression(argument)).collect();
        Some(format!("{name}({})", arguments?.join(", ")))
    }

    /// Concatenation treats NULL as the empty text (django/db/models/functions/text.py, ConcatPair).
    fn concatenated(&self, parts: &[Value]) -> Option<String> {
        let parts: Vec<String> = parts.iter().map(|part| self.expression(part)).collect::<Option<_>>()?;
        match self.engine {
            Engine::Sqlite => {
                let parts: Vec<String> = parts.iter().map(|part| format!("COALESCE({part}, '')")).collect();
                Some(parts.iter().rev().skip(1).fold(parts.last()?.clone(), |all, part| format!("{part} || {all}")))
            }
            _ => None,
        }
    }

    /// The moment of a statement, as a database default.
    fn now(&self) -> &'static str {
        match self.engine {
            Engine::Postgres => "STATEMENT_TIMESTAMP()",
            Engine::Mysql | Engine::Mariadb => "CURRENT_TIMESTAMP(6)",
            Engine::Sqlite => "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')",
        }
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.model.field(name).map(|field| &**field)
    }

    /// The column of a field that the model has.
    fn known_column(&self, name: &str) -> Option<String> {
        let column = self.model.column_of(name);
        let known = name == "pk" || self.model.fields.iter().any(|field| field.has_column() && field.column() == column);
        known.then_some(column)
    }
}

/// `a__gte` as the field and the lookup; a path through a relation or a transform is not followed.
fn split_lookup(path: &str) -> Option<(&str, &str)> {
    match path.split_once("__") {
        None => Some((path, "exact")),
        Some((_, rest)) if rest.contains("__") => None,
        Some((name, lookup)) => Some((name, lookup)),
    }
}

fn kind_name(field: Option<&Field>) -> Option<&'static str> {
    match &field?.nature {
        Nature::Known(kind) => Some(kind.name),
        Nature::Raw(_) | Nature::Unknown => None,
    }
}

fn is_boolean(field: Option<&Field>) -> bool {
    matches!(kind_name(field), Some("BooleanField" | "NullBooleanField"))
}

pub(super) fn is_text(field: Option<&Field>) -> bool {
    matches!(kind_name(field), Some("CharField" | "TextField" | "SlugField" | "EmailField" | "URLField"))
}
