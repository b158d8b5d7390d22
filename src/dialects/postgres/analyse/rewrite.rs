//! The analysis of one expression, from its leaves up.

use super::coerce::is_string;
use super::{Analyser, Scope, functions, types_base};
use crate::dialects::postgres::tree::{Body, Call, Node, Subscript, Window};

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
    /// Rewrites a node in place; its type, where it can be told.
    pub fn node(&self, node: &mut Node, scope: &Scope<'_>) -> Option<String> {
        match node {
            Node::Column(path) => {
                let found = scope.find(path)?;
                self.note(&found);
                *node = found.node;
                found.ty
            }
            Node::Literal { ty, .. } => ty.clone(),
            Node::Star(path) => {
                if let [name] = path.as_mut_slice() {
                    *name = scope.shown(name);
                }
                None
            }
            Node::Null | Node::Parameter(_) => None,
            Node::Cast(..) => self.cast(node, scope),
            Node::Call(_) => self.call(node, scope),
            Node::Binary(..) => self.binary(node, scope),
            Node::Quantified { .. } => self.quantified(node, scope),
            Node::And(_) | Node::Or(_) => {
                node.each_child(&mut |child| {
                    self.condition(child, scope);
                });
                flatten(node);
                Some("boolean".to_owned())
            }
            Node::Not(inner) => {
                self.condition(inner, scope);
                Some("boolean".to_owned())
            }
            Node::Is(inner, _) => {
                self.node(inner, scope);
                self.untext(inner, false);
                Some("boolean".to_owned())
            }
            Node::Distinct(left, right) => {
                let types = [self.node(left, scope), self.node(right, scope)];
                self.pair("=", left, right, types);
                Some("boolean".to_owned())
            }
            Node::Case { .. } => self.case(node, scope),
            Node::Array(_) => self.array(node, scope),
            Node::Row(items) => {
                items.iter_mut().for_each(|item| {
                    self.node(item, scope);
                    self.textual(item);
                });
                Some("record".to_owned())
            }
            Node::Subscript(inner, place) => self.subscript(inner, place, scope),
            Node::Field(inner, _) => {
                self.node(inner, scope);
                None
            }
            Node::Collate(inner, _) => {
                let ty = self.node(inner, scope);
                self.textual(inner);
                self.untext(inner, false);
                ty
            }
            Node::Prefix(_, inner) => self.node(inner, scope),
            Node::Scalar(query) => {
                let columns = self.query(query, scope, &[]);
                unname(query);
                columns.and_then(|columns| columns.into_iter().next()?.1)
            }
            Node::Exists(query) => {
                self.query(query, scope, &[]);
                unname(query);
                Some("boolean".to_owned())
            }
            Node::ArrayOf(query) => {
                let columns = self.query(query, scope, &[]);
                unname(query);
                columns.and_then(|columns| columns.into_iter().next()?.1).map(|ty| format!("{ty}[]"))
            }
        }
    }

    fn condition(&self, node: &mut Node, scope: &Scope<'_>) {
        self.node(node, scope);
        self.expect(node, None, "boolean");
    }

    /// The type of a node that is canonical already.
    pub fn type_of(&self, node: &Node) -> Option<String> {
        match node {
            Node::Literal { ty, .. } => ty.clone(),
            Node::Cast(_, ty) => Some(ty.clone()),
            Node::Collate(inner, _) => self.type_of(inner),
            Node::Column(path) => self.noted(path),
            Node::Call(call) => {
                let args: Vec<Option<String>> = call.args.iter().map(|arg| self.type_of(arg)).collect();
                self.call_result(call, &args)
            }
            Node::Binary(operator, left, right) => {
                functions::operator_result(operator, self.type_of(left).as_deref(), self.type_of(right).as_deref())
            }
            Node::Array(items) => items.first().and_then(|item| self.type_of(item)).map(|ty| format!("{ty}[]")),
            Node::Subscript(inner, _) => self.type_of(inner).and_then(|ty| ty.strip_suffix("[]").map(str::to_owned)),
            Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Is(..) | Node::Distinct(..) | Node::Quantified { .. } | Node::Exists(_) => {
                Some("boolean".to_owned())
            }
            Node::Case { arms, .. } => arms.iter().find_map(|(_, then)| self.type_of(then)),
            Node::Prefix(_, inner) => self.type_of(inner),
            _ => None,
        }
    }

    fn cast(&self, node: &mut Node, scope: &Scope<'_>) -> Option<String> {
        let Node::Cast(inner, ty) = node else { return None };
        let ty = self.catalog.type_text(ty, self.path);
        let from = self.node(inner, scope);
        let mut inner = std::mem::replace(&mut **inner, Node::Null);
        match &mut inner {
            Node::Literal { ty: None, .. } if types_base(&ty) == ty => {
                self.assign(&mut inner, &ty);
                *node = inner;
                return Some(ty);
            }
            Node::Literal { ty: None, .. } => self.assign(&mut inner, &ty),
            Node::Literal { ty: Some(known), .. } if is_string(known) && is_string(&ty) && types_base(&ty) == ty => {
                *known = ty.clone();
                *node = inner;
                return Some(ty);
            }
            Node::Array(items) if ty.ends_with("[]") => {
                let element = ty.trim_end_matches("[]");
                items.iter_mut().for_each(|item| self.cast_element(item, element, scope));
                if !items.is_empty() {
                    *node = inner;
                    return Some(ty);
                }
            }
            _ => {}
        }
        let redundant = from.as_deref() == Some(ty.as_str()) && !matches!(inner, Node::Literal { .. });
        *node = if redundant { inner } else { Node::Cast(Box::new(inner), ty.clone()) };
        Some(ty)
    }

    /// A cast of an array constructor is one of its elements.
    fn cast_element(&self, item: &mut Node, element: &str, scope: &Scope<'_>) {
        let taken = std::mem::replace(item, Node::Null);
        *item = Node::Cast(Box::new(taken), element.to_owned());
        self.cast(item, scope);
    }

    fn binary(&self, node: &mut Node, scope: &Scope<'_>) -> Option<String> {
        if let Some(rows) = row_comparison(node) {
            *node = rows;
            return self.node(node, scope);
        }
        let Node::Binary(operator, left, right) = node else { return None };
        let types = [self.node(left, scope), self.node(right, scope)];
        self.pair(operator, left, right, types);
        functions::operator_result(operator, self.type_of(left).as_deref(), self.type_of(right).as_deref())
    }

    /// Both sides of an operator.
    fn pair(&self, operator: &str, left: &mut Node, right: &mut Node, types: [Option<String>; 2]) {
        unnamed(left);
        unnamed(right);
        let [mut left_type, mut right_type] = types;
        if let Some((_, key)) = KEY_OPERATORS.iter().find(|(known, _)| *known == operator) {
            self.expect(right, right_type.as_deref(), key);
            self.untext(right, false);
            return;
        }
        let strings = TEXT_OPERATORS.contains(&operator);
        if strings {
            for side in [&mut *left, &mut *right] {
                self.untext(side, operator == "||");
            }
            left_type = self.type_of(left).or(left_type);
            right_type = self.type_of(right).or(right_type);
        }
        let stringy = |ty: &Option<String>| ty.as_deref().is_none_or(|ty| is_string(&self.catalog.underlying(ty)));
        let constant = |node: &Node| matches!(node, Node::Literal { .. });
        if strings
            && stringy(&left_type)
            && stringy(&right_type)
            && (left_type.is_some() || right_type.is_some() || constant(left) || constant(right))
        {
            self.textual(left);
            self.textual(right);
            return;
        }
        let timed =
            |ty: &Option<String>| ty.as_deref().is_some_and(|ty| ty.starts_with("timestamp") || ty == "date" || ty.starts_with("interval"));
        if matches!(operator, "+" | "-") && timed(&left_type) && matches!(right, Node::Literal { ty: None, .. }) {
            self.assign(right, if operator == "+" { "interval" } else { left_type.as_deref().unwrap_or("interval") });
            return;
        }
        if operator == "@@" {
            return self.match_query(left, right, &left_type);
        }
        self.opposite(left, &left_type, &right_type);
        self.opposite(right, &right_type, &left_type);
    }

    fn match_query(&self, left: &mut Node, right: &mut Node, left_type: &Option<String>) {
        let ty = if left_type.as_deref() == Some("tsvector") { "tsquery" } else { "text" };
        self.expect(right, None, ty);
        self.untext(left, false);
    }

    /// One side of an operator, given the type of the other.
    fn opposite(&self, node: &mut Node, own: &Option<String>, other: &Option<String>) {
        let _ = own;
        self.unwiden(node, other.as_deref());
        match other {
            Some(ty) => self.expect(node, None, ty),
            None => self.forget_type(node),
        }
    }

    fn quantified(&self, node: &mut Node, scope: &Scope<'_>) -> Option<String> {
        let boolean = Some("boolean".to_owned());
        let Node::Quantified { operator, all, left, right } = node else { return None };
        let from_list = matches!(&**right, Node::Call(call) if call.name == ["in list"]);
        if from_list {
            let Node::Call(call) = &mut **right else { return None };
            let items = std::mem::take(&mut call.args);
            *node = in_list(operator, *all, left, items);
            return self.node(node, scope);
        }
        let left_type = self.node(left, scope);
        self.untext(left, false);
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
        let element = left_type.map(|ty| types_base(&ty));
        match &mut **right {
            Node::Array(items) => items.iter_mut().for_each(|item| self.element(item, element.as_deref())),
            other => {
                let array = element.filter(|ty| !is_string(ty)).map_or_else(|| "text[]".to_owned(), |ty| format!("{ty}[]"));
                self.expect(other, None, &array);
            }
        }
        boolean
    }

    /// One element of a list that something of this type is compared with.
    fn element(&self, item: &mut Node, ty: Option<&str>) {
        match ty {
            Some(ty) if !is_string(&self.catalog.underlying(ty)) => {
                self.unwiden(item, Some(ty));
                self.expect(item, None, ty);
            }
            Some(_) => {
                self.textual(item);
                self.untext(item, false);
            }
            None => {
                self.textual(item);
                self.forget_type(item);
            }
        }
    }

    fn case(&self, node: &mut Node, scope: &Scope<'_>) -> Option<String> {
        let Node::Case { operand, arms, otherwise } = node else { return None };
        let operand_type = operand.as_mut().and_then(|operand| {
            let ty = self.node(operand, scope);
            self.untext(operand, false);
            ty
        });
        let mut types = Vec::new();
        for (when, then) in arms.iter_mut() {
            let when_type = self.node(when, scope);
            match operand.as_deref_mut() {
                Some(operand) => self.pair("=", operand, when, [operand_type.clone(), when_type]),
                None => self.expect(when, None, "boolean"),
            }
            types.push(self.node(then, scope));
        }
        if let Some(node) = otherwise {
            types.push(self.node(node, scope));
        }
        let mut results: Vec<&mut Node> =
            arms.iter_mut().map(|arm| &mut arm.1).chain(otherwise.iter_mut().map(|node| &mut **node)).collect();
        let known = types.iter().any(Option::is_some) || results.iter().any(|node| !matches!(node, Node::Literal { .. } | Node::Null));
        if !known {
            types.push(Some("text".to_owned()));
        }
        let common = self.unify(&mut results, &mut types);
        if otherwise.as_deref() == Some(&Node::Null) {
            *otherwise = None;
        }
        common
    }

    fn array(&self, node: &mut Node, scope: &Scope<'_>) -> Option<String> {
        let Node::Array(items) = node else { return None };
        let mut types: Vec<Option<String>> = items.iter_mut().map(|item| self.node(item, scope)).collect();
        if types.iter().all(Option::is_none)
            && items.iter().all(|item| matches!(item, Node::Literal { .. } | Node::Null))
            && !items.is_empty()
        {
            return None;
        }
        let mut items: Vec<&mut Node> = items.iter_mut().collect();
        self.unify(&mut items, &mut types).map(|ty| format!("{}[]", types_base(&ty)))
    }

    fn subscript(&self, inner: &mut Node, place: &mut Subscript, scope: &Scope<'_>) -> Option<String> {
        let ty = self.node(inner, scope);
        match place {
            Subscript::At(at) => {
                self.node(at, scope);
                ty.and_then(|ty| ty.strip_suffix("[]").map(str::to_owned))
            }
            Subscript::Slice(low, high) => {
                low.iter_mut().chain(high).for_each(|end| {
                    self.node(end, scope);
                });
                ty
            }
        }
    }

    fn call(&self, node: &mut Node, scope: &Scope<'_>) -> Option<String> {
        let Node::Call(call) = node else { return None };
        self.settle_name(call);
        let mut types: Vec<Option<String>> = call.args.iter_mut().map(|arg| self.node(arg, scope)).collect();
        call.order.iter_mut().chain(&mut call.within).for_each(|key| {
            self.node(&mut key.expr, scope);
        });
        call.filter.iter_mut().for_each(|filter| self.condition(filter, scope));
        call.over.iter_mut().for_each(|window| self.window(window, scope));
        let name = if call.name.len() == 1 { call.name.last().cloned().unwrap_or_default() } else { String::new() };
        match name.as_str() {
            "coalesce" | "greatest" | "least" => {
                let mut args: Vec<&mut Node> = call.args.iter_mut().collect();
                return self.unify(&mut args, &mut types);
            }
            "nullif" => {
                if let [left, right] = call.args.as_mut_slice() {
                    let types = [types.first().cloned().flatten(), types.get(1).cloned().flatten()];
                    self.pair("=", left, right, types);
                    return self.type_of(left);
                }
            }
            _ => self.arguments(call, &name),
        }
        let types: Vec<Option<String>> = call.args.iter().map(|arg| self.type_of(arg)).collect();
        self.call_result(call, &types)
    }

    pub fn window(&self, window: &mut Window, scope: &Scope<'_>) {
        window.each_child(&mut |child| {
            self.node(child, scope);
        });
    }

    fn arguments(&self, call: &mut Call, name: &str) {
        let count = call.args.len();
        let routines = self.catalog.routines(&call.name);
        let own: Option<Vec<String>> = match routines.as_slice() {
            [routine] if routine.arguments.len() >= count => Some(routine.arguments.clone()),
            _ => None,
        };
        for (at, arg) in call.args.iter_mut().enumerate() {
            if let Some(ty) = own.as_ref().and_then(|types| types.get(at)) {
                let ty = self.catalog.type_text(ty, self.path);
                self.argument(arg, &ty);
                continue;
            }
            match functions::argument(name, count, at) {
                Some(ty) => self.expect(arg, None, ty),
                None => self.free_argument(arg, name),
            }
        }
    }

    /// An argument of a routine whose parameter's type is known.
    fn argument(&self, arg: &mut Node, ty: &str) {
        self.unwiden(arg, Some(ty));
        if is_string(ty) {
            self.textual(arg);
            self.untext(arg, true);
        }
        self.expect(arg, None, ty);
    }

    fn free_argument(&self, arg: &mut Node, name: &str) {
        self.textual(arg);
        if functions::is_polymorphic(name) {
            return;
        }
        self.untext(arg, true);
        if let Node::Cast(inner, to) = arg
            && functions::widens(name, to)
        {
            let from = self.type_of(inner);
            let day = from.as_deref() == Some("date") && to.starts_with("timestamp");
            if day || from.as_deref().is_some_and(|from| functions::wider(from, to) == Some(to.as_str())) {
                *arg = std::mem::replace(&mut **inner, Node::Null);
            }
        }
    }

    /// The system's namespace and the default one are not told: neither hides a name of the other in practice.
    fn settle_name(&self, call: &mut Call) {
        if call.name.len() == 2 && matches!(call.name.first().map(String::as_str), Some("pg_catalog" | "public")) {
            call.name.remove(0);
        }
        if call.name.len() != 1 || self.path.is_none() {
            return;
        }
        let routines = self.catalog.routines(&call.name);
        let found = super::catalog::namespaces(self.path).find(|namespace| routines.iter().any(|routine| routine.namespace == *namespace));
        if let Some(namespace) = found.filter(|namespace| *namespace != "public") {
            call.name.insert(0, namespace.to_owned());
        }
    }

    fn call_result(&self, call: &Call, args: &[Option<String>]) -> Option<String> {
        let known = match call.name.as_slice() {
            [name] if matches!(name.as_str(), "coalesce" | "greatest" | "least" | "nullif") => args.iter().flatten().next().cloned(),
            [name] => functions::result(name, args),
            _ => None,
        };
        known.or_else(|| {
            let routines = self.catalog.routines(&call.name);
            let result = routines.first()?.result.as_deref()?;
            let single = routines.len() == 1 && !result.to_ascii_lowercase().starts_with("table");
            single.then(|| self.catalog.type_text(result.trim_start_matches("SETOF ").trim_start_matches("setof "), self.path))
        })
    }
}

/// `x IN (…)`: constants become one array, a single one a comparison, columns stay comparisons of their own.
fn in_list(operator: &str, all: bool, left: &Node, items: Vec<Node>) -> Node {
    let row = matches!(left, Node::Row(_));
    let (mut apart, constant): (Vec<Node>, Vec<Node>) = items.into_iter().partition(|item| row || holds_column(item));
    let mut tests = Vec::new();
    if constant.len() > 1 {
        let right = Box::new(Node::Array(constant));
        tests.push(Node::Quantified { operator: operator.to_owned(), all, left: Box::new(left.clone()), right });
    } else {
        apart.splice(0..0, constant);
    }
    tests.extend(apart.into_iter().map(|item| Node::binary(operator, left.clone(), item)));
    match (tests.len(), all) {
        (1, _) => tests.pop().unwrap_or(Node::Null),
        (_, true) => Node::And(tests),
        (_, false) => Node::Or(tests),
    }
}

fn holds_column(node: &Node) -> bool {
    let mut found = Vec::new();
    node.clone().columns(&mut found);
    !found.is_empty()
}

/// `(a, b) = (c, d)` is kept as comparisons of the parts.
fn row_comparison(node: &mut Node) -> Option<Node> {
    let Node::Binary(operator, left, right) = node else { return None };
    let (Node::Row(left), Node::Row(right)) = (&**left, &**right) else { return None };
    let tests = || left.iter().zip(right).map(|(one, two)| Node::binary(operator, one.clone(), two.clone())).collect();
    match operator.as_str() {
        "=" => Some(Node::And(tests())),
        "<>" => Some(Node::Or(tests())),
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

/// AND within AND, OR within OR: one list.
fn flatten(node: &mut Node) {
    let is_and = matches!(node, Node::And(_));
    let (Node::And(items) | Node::Or(items)) = node else { return };
    let mut flat = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        match item {
            Node::And(inner) if is_and => flat.extend(inner),
            Node::Or(inner) if !is_and => flat.extend(inner),
            other => flat.push(other),
        }
    }
    *items = flat;
}

/// The names of a query's columns where nobody can see them.
fn unname(query: &mut crate::dialects::postgres::tree::Query) {
    match &mut query.body {
        Body::Select(select) => select.targets.iter_mut().for_each(|target| target.name = None),
        Body::Combine { left, right, .. } => {
            unname(left);
            unname(right);
        }
        Body::Values(_) => {}
    }
}
