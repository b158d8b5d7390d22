//! The values that facts hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;

use super::Key;

/// A piece of SQL: as somebody wrote it, and as the server would store it.
///
/// Scripts print `text`; comparison looks at `canon`, which the normaliser sets where it is another text.
#[derive(Clone, Debug)]
pub struct Fragment {
    pub text: Arc<str>,
    pub canon: Option<Arc<str>>,
}

impl Fragment {
    pub fn new(text: impl Into<Arc<str>>) -> Fragment {
        Fragment { text: text.into(), canon: None }
    }

    /// Sets the canonical form; most texts of a dump are canonical as they stand, and need none beside them.
    pub fn settle(&mut self, canon: &str) {
        self.canon = (*canon != *self.text).then(|| Arc::from(canon));
    }

    /// Whether both the text and the canonical form are the same.
    fn is_identical(&self, other: &Fragment) -> bool {
        self.text == other.text && self.canon == other.canon
    }

    /// The form that is compared: canonical where it is known, else the text.
    pub fn compared(&self) -> &str {
        self.canon.as_deref().unwrap_or(&self.text)
    }
}

impl PartialEq for Fragment {
    fn eq(&self, other: &Fragment) -> bool {
        self.compared() == other.compared()
    }
}

impl Eq for Fragment {}

/// One element of an index, a key with expressions, or an exclusion constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// A column's name, or an expression.
    pub target: PartTarget,
    pub collation: Option<Arc<str>>,
    /// Operator class with its options, as the dialect prints it.
    pub opclass: Option<Arc<str>>,
    pub descending: bool,
    /// `None`: the default of the direction.
    pub nulls_first: Option<bool>,
    /// MySQL: bytes or characters of a prefix.
    pub prefix: Option<u32>,
    /// Exclusion constraints: the operator.
    pub operator: Option<Arc<str>>,
}

/// What an index element stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartTarget {
    Column(Name),
    Expression(Fragment),
}

impl Part {
    pub fn column(name: Name) -> Part {
        Part::on(PartTarget::Column(name))
    }

    pub fn expression(fragment: Fragment) -> Part {
        Part::on(PartTarget::Expression(fragment))
    }

    fn on(target: PartTarget) -> Part {
        Part { target, collation: None, opclass: None, descending: false, nulls_first: None, prefix: None, operator: None }
    }

    /// Of two equal elements: whether their texts are the same too.
    fn is_identical(&self, other: &Part) -> bool {
        match (&self.target, &other.target) {
            (PartTarget::Expression(one), PartTarget::Expression(two)) => one.is_identical(two),
            _ => true,
        }
    }

    /// The column, where the element is one.
    pub fn name(&self) -> Option<Name> {
        match &self.target {
            PartTarget::Column(name) => Some(*name),
            PartTarget::Expression(_) => None,
        }
    }
}

/// What a fact says. Which variant a fact holds is fixed by its [`super::Attr`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The fact holds; an absent fact does not.
    Flag,
    /// A word or a literal's content, without quotes.
    Text(Arc<str>),
    /// Column names in order.
    Names(Vec<Name>),
    /// Literals in order (enum labels), without quotes.
    Labels(Vec<Arc<str>>),
    /// A type, expression, query, body or whole statement.
    Sql(Fragment),
    /// Elements of an index or an exclusion constraint.
    Parts(Vec<Part>),
    /// Name to literal value: storage parameters, privileges, options. Sorted.
    Options(BTreeMap<Name, Arc<str>>),
    /// Another object.
    Key(Key),
}

impl Value {
    pub fn text(text: impl Into<Arc<str>>) -> Value {
        Value::Text(text.into())
    }

    /// Equal to the letter: equal values may hold fragments of one canonical form and different texts.
    pub fn is_identical(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Sql(one), Value::Sql(two)) => one.is_identical(two),
            (Value::Parts(one), Value::Parts(two)) => one == two && one.iter().zip(two).all(|(one, two)| one.is_identical(two)),
            _ => self == other,
        }
    }

    pub fn sql(text: impl Into<Arc<str>>) -> Value {
        Value::Sql(Fragment::new(text))
    }
}

/// A value for messages and reports: the text as written.
pub fn shown(value: &Value) -> String {
    let quoted = |labels: &[Arc<str>]| labels.iter().map(|label| format!("'{label}'")).collect::<Vec<_>>().join(", ");
    match value {
        Value::Flag => "yes".to_string(),
        Value::Text(text) => text.to_string(),
        Value::Names(names) => names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", "),
        Value::Labels(labels) => quoted(labels),
        Value::Sql(fragment) => fragment.text.to_string(),
        Value::Parts(parts) => parts.iter().map(shown_part).collect::<Vec<_>>().join(", "),
        Value::Options(options) => options
            .iter()
            .map(|(name, value)| if value.is_empty() { name.to_string() } else { format!("{name}={value}") })
            .collect::<Vec<_>>()
            .join(", "),
        Value::Key(key) => key.to_string(),
    }
}

fn shown_part(part: &Part) -> String {
    let target = match &part.target {
        PartTarget::Column(name) => name.to_string(),
        PartTarget::Expression(fragment) => format!("({})", fragment.text),
    };
    let prefix = part.prefix.map(|prefix| format!("({prefix})")).unwrap_or_default();
    let words = [part.collation.as_deref(), part.opclass.as_deref(), part.descending.then_some("DESC"), part.operator.as_deref()];
    let tail: String = words.into_iter().flatten().map(|word| format!(" {word}")).collect();
    format!("{target}{prefix}{tail}")
}
