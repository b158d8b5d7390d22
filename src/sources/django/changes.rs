//! Statements that give a name a value or change what it holds: assignments, deletions, calls for their effect.

use std::sync::Arc;

use ruff_python_ast as ast;
use ruff_python_ast::{Expr as RExpr, Stmt as RStmt};
use ruff_text_size::Ranged;

use super::python::{ANY_NAME, Lower, STAND_IN};
use super::syntax::{CallExpr, Expr, Node, Stmt};
use super::targets::{is_followed, is_own_module, is_own_names, member, names_of};
use crate::base::Span;

impl Lower {
    pub(super) fn assign(&self, targets: &[RExpr], value: &RExpr, out: &mut Vec<Stmt>) {
        // `kept = names.append("one")` adds to the list, and what it keeps is None.
        if let RExpr::Call(call) = value
            && let RExpr::Attribute(method) = &*call.func
            && method.value.is_name_expr()
            && matches!(method.attr.as_str(), "append" | "extend" | "insert")
        {
            self.effect(value, out);
        }
        for (at, target) in targets.iter().enumerate() {
            match (target, targets.first()) {
                // `one = two = […]`: both hold one list.
                (RExpr::Name(name), Some(RExpr::Name(_))) if at > 0 && matches!(value, RExpr::List(_) | RExpr::Dict(_)) => {
                    out.push(Stmt::Assign { name: name.id.as_str().into(), value: self.expr(&targets[0]) });
                }
                (RExpr::Name(name), _) => out.push(Stmt::Assign { name: name.id.as_str().into(), value: self.expr(value) }),
                (RExpr::Subscript(subscript), _) => self.element(subscript, self.expr(value), out),
                (RExpr::Attribute(_), _) => match member(target) {
                    Some((base, attributes)) => out.push(Stmt::Member { base, attributes, value: self.expr(value) }),
                    None => out.push(Stmt::Opaque { names: Vec::new(), span: self.span(target.range()) }),
                },
                (RExpr::Tuple(tuple), _) => self.assign_each(&tuple.elts, value, out),
                _ => {}
            }
        }
    }

    /// `name[key] = value`, `name[key][other] = value`, `globals()[name] = value`, `sys.modules[__name__] = value`.
    fn element(&self, subscript: &ast::ExprSubscript, value: Expr, out: &mut Vec<Stmt>) {
        if let RExpr::Name(name) = &*subscript.value {
            let name = name.id.as_str().into();
            // What is put into an empty slice takes nothing out; at which place it stands does not matter here.
            out.push(match &*subscript.slice {
                RExpr::Slice(slice) if is_empty(slice) => Stmt::Extend { name, value },
                key => Stmt::Entry { name, key: self.expr(key), value, only_if_missing: false },
            });
        } else if is_own_module(subscript) {
            out.push(Stmt::Assign { name: STAND_IN.into(), value });
        } else if is_own_names(&subscript.value) {
            out.push(self.own_name(&subscript.slice, value));
        } else if let RExpr::Subscript(outer) = &*subscript.value {
            // The inner dictionary with the entry is the new entry of the outer one.
            let span = self.span(subscript.range());
            let entries = vec![(None, self.expr(&subscript.value)), (Some(self.expr(&subscript.slice)), value)];
            self.element(outer, Expr { node: Node::Dict(entries), span }, out);
        }
    }

    /// What a module gives itself under a name that is a value: one that is made up may be any.
    fn own_name(&self, name: &RExpr, value: Expr) -> Stmt {
        match name {
            RExpr::StringLiteral(name) => Stmt::Assign { name: name.value.to_str().into(), value },
            _ => Stmt::Opaque { names: vec![ANY_NAME.into()], span: self.span(name.range()) },
        }
    }

    /// `name += value`, `name[key] += value`.
    pub(super) fn augmented(&self, statement: &ast::StmtAugAssign, out: &mut Vec<Stmt>) {
        let (value, span) = (self.expr(&statement.value), self.span(statement.range()));
        match (&*statement.target, statement.op) {
            (RExpr::Name(name), ast::Operator::Add) => out.push(Stmt::Extend { name: name.id.as_str().into(), value }),
            (RExpr::Subscript(subscript), ast::Operator::Add) if is_own_names(&subscript.value) => match &*subscript.slice {
                RExpr::StringLiteral(name) => out.push(Stmt::Extend { name: name.value.to_str().into(), value }),
                name => out.push(self.own_name(name, value)),
            },
            (RExpr::Subscript(subscript), operator) if subscript.value.is_name_expr() || subscript.value.is_subscript_expr() => {
                let before = Box::new(self.expr(&statement.target));
                let node = Node::Binary(before, operator.as_str(), Box::new(value));
                self.element(subscript, Expr { node, span }, out);
            }
            // The list of another module or class may be the one at hand.
            (RExpr::Attribute(member), _) if is_followed(member) => {
                out.push(Stmt::Extend { name: member.attr.as_str().into(), value: Expr { node: Node::Other, span } });
            }
            (target, _) => out.push(Stmt::Opaque { names: names_of(target), span }),
        }
    }

    /// `del name[key]` does what `name.pop(key)` does.
    pub(super) fn deleted(&self, deletion: &ast::StmtDelete, out: &mut Vec<Stmt>) {
        for target in &deletion.targets {
            let span = self.span(target.range());
            out.push(match target {
                RExpr::Subscript(subscript) if is_own_names(&subscript.value) => Stmt::Opaque { names: vec![ANY_NAME.into()], span },
                RExpr::Subscript(subscript) if subscript.value.is_name_expr() => {
                    let function = Expr { node: Node::Attribute(self.boxed(&subscript.value), "pop".into()), span };
                    let arguments = vec![self.expr(&subscript.slice)];
                    Stmt::Call(Expr { node: Node::Call(Box::new(CallExpr { function, arguments, keywords: Vec::new() })), span })
                }
                _ => Stmt::Opaque { names: Vec::new(), span },
            });
        }
    }

    fn assign_each(&self, targets: &[RExpr], value: &RExpr, out: &mut Vec<Stmt>) {
        let values: &[RExpr] = match value {
            RExpr::Tuple(tuple) => &tuple.elts,
            RExpr::List(list) => &list.elts,
            _ => &[],
        };
        let starred = targets.iter().any(|target| matches!(target, RExpr::Starred(_)));
        for (at, target) in targets.iter().enumerate() {
            if let RExpr::Name(name) = target {
                let span = self.span(target.range());
                let value = match values.get(at).filter(|_| values.len() == targets.len()) {
                    Some(value) => self.expr(value),
                    None if starred || !values.is_empty() => Expr { node: Node::Other, span },
                    // `one, two = pair` takes the pair apart.
                    None => {
                        let place = Expr { node: Node::Int(at as i64), span };
                        Expr { node: Node::Subscript(self.boxed(value), Box::new(place)), span }
                    }
                };
                out.push(Stmt::Assign { name: name.id.as_str().into(), value });
            }
        }
    }

    /// A statement that is an expression: list methods change a name, the rest is a call.
    pub(super) fn effect(&self, expression: &RExpr, out: &mut Vec<Stmt>) {
        let span = self.span(expression.range());
        let RExpr::Call(call) = expression else {
            // What waits or yields makes its function no plain one.
            if matches!(expression, RExpr::Yield(_) | RExpr::YieldFrom(_) | RExpr::Await(_)) {
                out.push(Stmt::Opaque { names: Vec::new(), span });
            }
            return;
        };
        let arguments = &*call.arguments.args;
        if let RExpr::Attribute(method) = &*call.func
            && let RExpr::Name(name) = &*method.value
            && let Some(change) = self.method(name.id.as_str().into(), method.attr.as_str(), arguments)
        {
            return out.push(change);
        }
        match (&*call.func, arguments) {
            (RExpr::Name(function), [RExpr::Name(base), RExpr::StringLiteral(name), value]) if function.id.as_str() == "setattr" => {
                let attributes = vec![name.value.to_str().into()];
                out.push(Stmt::Member { base: base.id.as_str().into(), attributes, value: self.expr(value) });
            }
            (RExpr::Name(function), [RExpr::Subscript(base), name, value]) if function.id.as_str() == "setattr" && is_own_module(base) => {
                out.push(self.own_name(name, self.expr(value)));
            }
            _ if changes_own_names(call) => out.push(Stmt::Opaque { names: vec![ANY_NAME.into()], span }),
            _ => out.push(Stmt::Call(self.expr(expression))),
        }
    }

    /// A method that adds to a list or a dictionary.
    fn method(&self, name: Arc<str>, method: &str, arguments: &[RExpr]) -> Option<Stmt> {
        let one = |value: &RExpr| Expr { node: Node::List(vec![self.expr(value)]), span: self.span(value.range()) };
        match (method, arguments) {
            ("extend", [value]) => Some(Stmt::Extend { name, value: self.expr(value) }),
            ("append", [value]) | ("insert", [_, value]) => Some(Stmt::Extend { name, value: one(value) }),
            ("setdefault", [key, value]) => Some(Stmt::Entry { name, key: self.expr(key), value: self.expr(value), only_if_missing: true }),
            _ => None,
        }
    }

    /// `match`: of its cases one runs, or none.
    pub(super) fn cases(&self, choice: &ast::StmtMatch) -> Vec<Stmt> {
        let span: Span = self.span(choice.subject.range());
        choice.cases.iter().rev().fold(Vec::new(), |otherwise, case| {
            let plain = matches!(case.pattern, ast::Pattern::MatchValue(_) | ast::Pattern::MatchSingleton(_));
            // Other patterns bind names of their own, which a function may go on with.
            let binds = (!plain).then(|| Stmt::Opaque { names: Vec::new(), span });
            let then = binds.into_iter().chain(self.body(&case.body)).collect();
            vec![Stmt::If { test: Expr { node: Node::Other, span }, then, otherwise }]
        })
    }

    pub(super) fn opaque(&self, statement: &RStmt) -> Stmt {
        Stmt::Opaque { names: Vec::new(), span: self.span(statement.range()) }
    }
}

/// `name[:0]`, `name[2:2]`.
fn is_empty(slice: &ast::ExprSlice) -> bool {
    let number = |bound: &Option<Box<RExpr>>| match bound.as_deref() {
        Some(RExpr::NumberLiteral(literal)) => literal.value.as_int().and_then(ast::Int::as_i64),
        Some(_) => None,
        None => Some(0),
    };
    slice.step.is_none() && slice.upper.is_some() && number(&slice.lower).is_some_and(|lower| Some(lower) == number(&slice.upper))
}

/// `exec(text)`, `globals().update(more)`, and calls that are handed the module's own names to change them.
fn changes_own_names(call: &ast::ExprCall) -> bool {
    match &*call.func {
        RExpr::Name(name) if name.id.as_str() == "exec" => true,
        RExpr::Attribute(method) if is_own_names(&method.value) => matches!(method.attr.as_str(), "update" | "setdefault" | "pop"),
        _ => call.arguments.args.iter().any(is_own_names),
    }
}
