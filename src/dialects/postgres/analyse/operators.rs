//! Operators and comparisons with lists: the types of their constants, and the casts that the server puts in itself.

use super::coerce::is_string;
use super::rewrite::unname;
use super::{Analyser, Scope, functions, numbers, types_base};
use crate::dialects::postgres::tree::Node;

/// Operators whose string operands are compared or joined as text.
const TEXT_OPERATORS: &[&str] = &["=", "<>", "<", ">", "<=", ">=", "~~", "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*", "||", "^@"];
/// Operators whose right side is a key or path into a document.
const KEY_OPERATORS: &[(&str, &str)] = &[
    ("->", "text"),
    ("->>", "text"),
    ("?", "text"),
    ("#>", "text[]"),
    ("#>>", "text[]"),
    ("?|", "text[]"),
    ("?&", "text[]"),
    ("#-", "text[]"),
];

impl Analyser<'_> {
    pub fn binary(&self, node: &mut Node, scope: &Scope<'_>) -> Option<String> {
        if let Some(rows) = row_comparison(node) {
            *node = rows;
            return self.node(node, scope);
        }
        let Node::Binary(operator, left, right) = node else { return None };
        let types = [self.node(left, scope), self.node(right, scope)];
        if let Some(variants) = numbers::of_one_type(operator)
            && self.as_one_of(vec![&mut **left, &mut **right], variants)
        {
            return self.type_of(left);
        }
        self.pair(operator, left, right, types);
        functions::operator_result(operator, self.operand(left).as_deref(), self.operand(right).as_deref())
    }

    /// Both sides of an operator.
    pub fn pair(&self, operator: &str, left: &mut Node, right: &mut Node, types: [Option<String>; 2]) {
        if self.rows(operator, left, right) {
            return;
        }
        unnamed(left);
        unnamed(right);
        self.undomain(left);
        self.undomain(right);
        let [left_type, right_type] = types;
        let mut left_type = self.operand(left).or(left_type);
        let mut right_type = self.operand(right).or(right_type);
        if let Some((_, key)) = KEY_OPERATORS.iter().find(|(known, _)| *known == operator) {
            self.expect(right, key);
            self.untext(right, false);
            return;
        }
        let strings = TEXT_OPERATORS.contains(&operator);
        if strings {
            let is_text =
                |ty: &Option<String>, node: &Node| ty.as_deref() == Some("text") && !matches!(node, Node::Literal { .. } | Node::Cast(..));
            let padded = [is_text(&right_type, right), is_text(&left_type, left)];
            for (side, beside_text) in [&mut *left, &mut *right].into_iter().zip(padded) {
                self.untext(side, operator == "||" || beside_text);
            }
            left_type = self.operand(left).or(left_type);
            right_type = self.operand(right).or(right_type);
        }
        if strings && self.are_strings(left, &left_type, right, &right_type) {
            self.textual(left);
            self.textual(right);
            return;
        }
        if self.span(operator, left, right, [&left_type, &right_type]) {
            return;
        }
        let joins = |ty: &Option<String>| ty.as_deref().is_some_and(|ty| !ty.ends_with(']') && !functions::joins_itself(ty));
        if operator == "||" && (joins(&left_type) || joins(&right_type)) {
            self.textual(left);
            return self.textual(right);
        }
        if matches!(operator, "@@" | "@?") {
            return self.match_query(left, right, &left_type);
        }
        // A constant without a type takes that of the other side, and tells nothing of it.
        let untyped = |node: &Node| matches!(node, Node::Literal { ty: None, .. });
        let (left_alone, right_alone) = (untyped(right) && left_type.is_some(), untyped(left) && right_type.is_some());
        if !right_alone {
            self.opposite(right, left_type.as_deref());
        }
        // Of two casts to one type, the server needed only one.
        let right_type = self.operand(right).or(right_type);
        if !left_alone {
            self.opposite(left, right_type.as_deref());
        }
    }

    /// A moment and what is added to it, an interval and its factor.
    fn span(&self, operator: &str, left: &mut Node, right: &mut Node, [left_type, right_type]: [&Option<String>; 2]) -> bool {
        let timed =
            |ty: &Option<String>| ty.as_deref().is_some_and(|ty| ty.starts_with("timestamp") || ty == "date" || ty.starts_with("interval"));
        if matches!(operator, "+" | "-") && timed(left_type) && matches!(right, Node::Literal { ty: None, .. }) {
            self.assign(right, if operator == "+" { "interval" } else { left_type.as_deref().unwrap_or("interval") });
            return true;
        }
        let is_interval = |ty: &Option<String>| ty.as_deref() == Some("interval");
        let scaled = matches!(operator, "*" | "/") && (is_interval(left_type) || is_interval(right_type));
        if scaled {
            self.unwiden(left, Some("double precision"));
            self.unwiden(right, Some("double precision"));
        }
        scaled
    }

    /// Rows are compared part by part.
    fn rows(&self, operator: &str, left: &mut Node, right: &mut Node) -> bool {
        let (Node::Row(left), Node::Row(right)) = (left, right) else { return false };
        for (left, right) in left.iter_mut().zip(right) {
            let types = [self.type_of(left), self.type_of(right)];
            self.pair(operator, left, right, types);
        }
        true
    }

    /// Whether both sides are strings: a constant is one where the other side is, or where it is one itself.
    fn are_strings(&self, left: &Node, left_type: &Option<String>, right: &Node, right_type: &Option<String>) -> bool {
        let is = |ty: &Option<String>| ty.as_deref().is_some_and(|ty| is_string(&self.catalog.underlying(ty)));
        let constant = |node: &Node, ty: &Option<String>| matches!(node, Node::Literal { .. }) && (ty.is_none() || is(ty));
        let left_constant = constant(left, left_type);
        let right_constant = constant(right, right_type);
        (is(left_type) || left_constant) && (is(right_type) || right_constant)
    }

    fn match_query(&self, left: &mut Node, right: &mut Node, left_type: &Option<String>) {
        let ty = match left_type.as_deref() {
            Some("tsvector") => "tsquery",
            Some("jsonb") => "jsonpath",
            _ => "text",
        };
        self.expect(right, ty);
        self.untext(left, false);
    }

    /// One side of an operator, given the type of the other.
    fn opposite(&self, node: &mut Node, other: Option<&str>) {
        self.unwiden(node, other);
        match other {
            Some(ty) => self.expect(node, ty),
            None => self.forget_type(node),
        }
    }

    pub fn quantified(&self, node: &mut Node, scope: &Scope<'_>) -> Option<String> {
        let boolean = Some("boolean".to_owned());
        let Node::Quantified { operator, all, left, right } = node else { return None };
        let from_list = matches!(&**right, Node::Call(call) if call.name == ["in list"]);
        if from_list {
            let Node::Call(call) = &mut **right else { return None };
            let items = std::mem::take(&mut call.args);
            *node = in_list(operator, *all, left, items);
            return self.node(node, scope);
        }
        self.node(left, scope);
        let right_type = self.node(right, scope);
        if let Node::Scalar(query) = &mut **right {
            unname(query);
            return boolean;
        }
        if let Node::Cast(inner, to) = &mut **right
            && matches!(to.as_str(), "text[]" | "character varying[]")
            && right_type.is_some()
        {
            let from = self.type_of(inner);
            if matches!(from.as_deref(), Some("character varying[]" | "text[]")) {
                **right = std::mem::replace(&mut **inner, Node::Null);
            }
        }
        self.undomain(right);
        let listed = self.operand(right).or(right_type).and_then(|ty| ty.strip_suffix("[]").map(types_base));
        self.undomain(left);
        self.untext(left, listed.as_deref() == Some("text") && !is_constant(right));
        match (&**left, listed.as_deref()) {
            (Node::Literal { .. }, Some(ty)) => self.element(left, Some(ty)),
            (Node::Literal { .. }, None) if is_constant(right) => self.textual(left),
            _ => self.unwiden(left, listed.as_deref()),
        }
        let element = self.operand(left).map(|ty| types_base(&ty));
        match &mut **right {
            Node::Array(items) => items.iter_mut().for_each(|item| self.element(item, element.as_deref())),
            other => self.listed(other, element),
        }
        boolean
    }

    /// An array that is no list of elements, beside something of this type.
    fn listed(&self, array: &mut Node, element: Option<String>) {
        let strings = element.as_deref().is_none_or(is_string);
        let ty = element.filter(|_| !strings).map_or_else(|| "text[]".to_owned(), |ty| format!("{ty}[]"));
        self.expect(array, &ty);
        match array {
            // Arrays of strings are of text, as constants are.
            Node::Literal { ty: Some(known), .. } if known.strip_suffix("[]").is_some_and(is_string) => *known = ty,
            Node::Cast(inner, to) => {
                let from = self.type_of(inner);
                let widened = |from: &str| functions::wider(from.strip_suffix("[]")?, to.strip_suffix("[]")?);
                if *to == ty && from.as_deref().and_then(widened) == to.strip_suffix("[]") {
                    *array = std::mem::replace(&mut **inner, Node::Null);
                }
            }
            _ => {}
        }
    }

    /// One element of a list that something of this type is compared with.
    fn element(&self, item: &mut Node, ty: Option<&str>) {
        match ty {
            Some(ty) if !is_string(&self.catalog.underlying(ty)) => {
                self.unwiden(item, Some(ty));
                self.expect(item, ty);
            }
            Some(ty) => {
                self.textual(item);
                self.untext(item, ty == "text");
            }
            None => {
                self.textual(item);
                self.forget_type(item);
            }
        }
    }
}

/// `x IN (…)`: constants become one array, a single one a comparison, columns stay comparisons of their own.
fn in_list(operator: &str, all: bool, left: &Node, items: Vec<Node>) -> Node {
    let row = matches!(left, Node::Row(_));
    // One constant alone makes no array, and all keep their order (`transformAExprIn` in the server's source).
    let alone = items.iter().filter(|item| !holds_column(item)).count() < 2;
    let (apart, constant): (Vec<Node>, Vec<Node>) = items.into_iter().partition(|item| row || alone || holds_column(item));
    let mut tests = Vec::new();
    if constant.len() > 1 {
        let right = Box::new(Node::Array(constant));
        tests.push(Node::Quantified { operator: operator.to_owned(), all, left: Box::new(left.clone()), right });
    }
    tests.extend(apart.into_iter().map(|item| Node::binary(operator, left.clone(), item)));
    match (tests.len(), all) {
        (1, _) => tests.pop().unwrap_or(Node::Null),
        (_, true) => Node::And(tests),
        (_, false) => Node::Or(tests),
    }
}

/// Whether an array is a constant, or a list of constants.
fn is_constant(array: &Node) -> bool {
    match array {
        Node::Array(items) => items.iter().all(|item| matches!(item, Node::Literal { .. } | Node::Null)),
        other => matches!(other, Node::Literal { .. }),
    }
}

fn holds_column(node: &Node) -> bool {
    let mut found = Vec::new();
    node.clone().columns(&mut found);
    !found.is_empty()
}

/// `(a, b) = (c, d)` and `(a, b) IS DISTINCT FROM (c, d)` are kept as comparisons of the parts.
pub fn row_comparison(node: &Node) -> Option<Node> {
    let (Node::Binary(_, left, right) | Node::Distinct(left, right)) = node else { return None };
    let (Node::Row(left), Node::Row(right)) = (&**left, &**right) else { return None };
    let pairs = || left.iter().cloned().zip(right.iter().cloned());
    let compared = |operator: &str| pairs().map(|(one, two)| Node::binary(operator, one, two)).collect();
    let distinct = || pairs().map(|(one, two)| Node::Distinct(Box::new(one), Box::new(two)));
    match node {
        Node::Binary(operator, ..) if operator == "=" => Some(Node::And(compared(operator))),
        Node::Binary(operator, ..) if operator == "<>" => Some(Node::Or(compared(operator))),
        // One after the other, as operators are.
        Node::Distinct(..) => distinct().reduce(|some, one| Node::Or(vec![some, one])),
        _ => None,
    }
}

/// A column of the system's views is a domain over `name`, and is compared as one.
fn unnamed(node: &mut Node) {
    if let Node::Cast(inner, ty) = node
        && ty == "name"
        && matches!(**inner, Node::Column(_))
    {
        *node = std::mem::replace(&mut **inner, Node::Null);
    }
}
