//! The analysis of one expression, from its leaves up.

use super::coerce::is_string;
use super::operators::row_comparison;
use super::scope::Found;
use super::{Analyser, Scope, functions, types_base};
use crate::dialects::postgres::tree::{Body, Node, Subscript};

impl Analyser<'_> {
    /// Rewrites a node in place; its type, where it can be told.
    pub fn node(&self, node: &mut Node, scope: &Scope<'_>) -> Option<String> {
        match node {
            Node::Column(path) => {
                if let (Some(row), [_, name]) = (scope.called_with(path), path.as_slice())
                    && !self.catalog.routines(std::slice::from_ref(name)).is_empty()
                {
                    *node = Node::call(name, vec![Node::Star(vec![row])]);
                    return self.call(node, scope);
                }
                if scope.lacks(path) {
                    self.missing.borrow_mut().0.insert(path.join("."));
                }
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
            Node::Distinct(left, right) if matches!((&**left, &**right), (Node::Row(_), Node::Row(_))) => {
                *node = row_comparison(node)?;
                self.node(node, scope)
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
            Node::Field(inner, field) => {
                // The field of a relation's whole row is its column.
                if let Node::Column(path) = &**inner
                    && let [relation] = path.as_slice()
                    && let Some(Found { node: Node::Star(_), .. }) = scope.find(path)
                    && field != "*"
                {
                    *node = Node::Column(vec![relation.clone(), field.clone()]);
                    return self.node(node, scope);
                }
                self.node(inner, scope);
                None
            }
            Node::Collate(inner, name) => {
                self.collation(name);
                let ty = self.node(inner, scope);
                self.textual(inner);
                self.untext(inner, false);
                ty
            }
            Node::Prefix(..) => self.prefix(node, scope),
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

    /// The opposite of a number is a number.
    fn prefix(&self, node: &mut Node, scope: &Scope<'_>) -> Option<String> {
        let Node::Prefix(operator, inner) = node else { return None };
        let ty = self.node(inner, scope);
        self.undomain(inner);
        if operator == "-"
            && let Node::Literal { value, ty: Some(known) } = &**inner
            && functions::NUMBERS.contains(&known.as_str())
        {
            let opposite = value.strip_prefix('-').map_or_else(|| format!("-{value}"), str::to_owned);
            *node = Node::typed(opposite, known);
        }
        ty
    }

    pub fn condition(&self, node: &mut Node, scope: &Scope<'_>) {
        self.node(node, scope);
        self.expect(node, "boolean");
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
                functions::operator_result(operator, self.operand(left).as_deref(), self.operand(right).as_deref())
            }
            Node::Array(items) => {
                let types: Vec<Option<String>> = items.iter().map(|item| self.type_of(item)).collect();
                self.common(&types).map(|ty| format!("{ty}[]"))
            }
            Node::Subscript(inner, _) => self.type_of(inner).and_then(|ty| ty.strip_suffix("[]").map(str::to_owned)),
            Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Is(..) | Node::Distinct(..) | Node::Quantified { .. } | Node::Exists(_) => {
                Some("boolean".to_owned())
            }
            Node::Case { arms, otherwise, .. } => {
                let results = arms.iter().map(|(_, then)| then).chain(otherwise.as_deref());
                self.common(&results.map(|node| self.type_of(node)).collect::<Vec<_>>())
            }
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
            Node::Literal { ty: None, .. } if types_base(&ty) == ty && self.catalog.underlying(&ty) == ty => {
                self.assign(&mut inner, &ty);
                *node = inner;
                return Some(ty);
            }
            Node::Literal { ty: None, .. } => self.assign(&mut inner, &ty),
            Node::Row(_) => self.expect(&mut inner, &ty),
            Node::Literal { ty: Some(known), .. } if is_string(known) && is_string(&ty) && types_base(&ty) == ty => {
                *known = ty.clone();
                *node = inner;
                return Some(ty);
            }
            Node::Array(items) if ty.ends_with("[]") => {
                let element = ty.trim_end_matches("[]");
                items.iter_mut().for_each(|item| self.cast_element(item, element, scope));
                if is_string(element) && types_base(element) == element {
                    items.iter_mut().for_each(|item| self.textual(item));
                }
                if !items.is_empty() {
                    *node = inner;
                    return Some(ty);
                }
            }
            _ => {}
        }
        // What a collation says of a value, it says of the same value in another type.
        if let Node::Collate(of, collation) = inner {
            *node = Node::Collate(Box::new(Node::Cast(of, ty)), collation);
            return self.node(node, scope);
        }
        let row = matches!(inner, Node::Star(_));
        let redundant = row || from.as_deref() == Some(ty.as_str());
        *node = if redundant { inner } else { Node::Cast(Box::new(inner), ty.clone()) };
        Some(ty)
    }

    /// A cast of an array constructor is one of its elements.
    fn cast_element(&self, item: &mut Node, element: &str, scope: &Scope<'_>) {
        let taken = std::mem::replace(item, Node::Null);
        *item = Node::Cast(Box::new(taken), element.to_owned());
        self.cast(item, scope);
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
                None => self.expect(when, "boolean"),
            }
            types.push(self.node(then, scope));
        }
        if let Some(node) = otherwise {
            types.push(self.node(node, scope));
        }
        let mut results: Vec<&mut Node> =
            arms.iter_mut().map(|arm| &mut arm.1).chain(otherwise.iter_mut().map(|node| &mut **node)).collect();
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
pub fn unname(query: &mut crate::dialects::postgres::tree::Query) {
    match &mut query.body {
        Body::Select(select) => select.targets.iter_mut().for_each(|target| target.name = None),
        Body::Combine { left, right, .. } => {
            unname(left);
            unname(right);
        }
        Body::Values(_) | Body::Change(_) => {}
    }
}
