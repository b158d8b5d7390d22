//! Functions of a migration that do nothing but carry out SQL which their text holds: they are read as that SQL.

use std::sync::Arc;

use super::evaluate::{Scope, truth};
use super::modules::Modules;
use super::objects;
use super::syntax::{CallExpr, Expr, Node, Stmt};
use super::value::Value;
use crate::base::Span;

/// How deep functions that call each other are followed.
const DEPTH: u32 = 8;

/// The statements of a body, until something in it would have to be run.
struct Walk<'a, 'b> {
    modules: &'a Modules<'b>,
    statements: Vec<Arc<str>>,
}

impl Modules<'_> {
    /// The SQL that a function with `apps` and `schema_editor` carries out on this engine; `None` where it does anything else, or
    /// where what it does would have to be run.
    pub(super) fn executed(&self, code: &Value, span: Span) -> Option<Vec<Arc<str>>> {
        let Value::Ref(path) = code else { return None };
        let connection = vec![("vendor".into(), Value::Str(self.vendor.get().into()))];
        let connection = objects::open(&"<connection>".into(), connection, span);
        let editor = objects::open(&EDITOR.into(), vec![("connection".into(), connection)], span);
        let mut walk = Walk { modules: self, statements: Vec::new() };
        walk.function(path, &[Value::Unknown(span), editor], 0)?;
        Some(walk.statements)
    }
}

/// The classes of the objects that stand for the schema editor and for a cursor.
const EDITOR: &str = "<schema editor>";
const CURSOR: &str = "<cursor>";

/// Whether a body went on to its end or returned before.
#[derive(PartialEq, Eq)]
enum End {
    Fell,
    Returned,
}

impl Walk<'_, '_> {
    fn function(&mut self, path: &str, arguments: &[Value], depth: u32) -> Option<End> {
        let callable = self.modules.function(path).filter(|callable| callable.function.decorators.is_empty() && depth < DEPTH)?;
        let function = &callable.function;
        let plain = function.rest.is_none() && function.named_rest.is_none() && function.parameters.len() == arguments.len();
        let mut scope = callable.scope.clone();
        for (parameter, value) in function.parameters.iter().zip(arguments).filter(|_| plain) {
            scope.bind(&parameter.name, value.clone());
        }
        if plain { self.body(&function.body, &mut scope, depth) } else { None }
    }

    fn body(&mut self, body: &[Stmt], scope: &mut Scope, depth: u32) -> Option<End> {
        for statement in body {
            if self.statement(statement, scope, depth)? == End::Returned {
                return Some(End::Returned);
            }
        }
        Some(End::Fell)
    }

    fn statement(&mut self, statement: &Stmt, scope: &mut Scope, depth: u32) -> Option<End> {
        match statement {
            Stmt::Call(Expr { node: Node::Call(call), .. }) => self.call(call, scope, depth).map(|()| End::Fell),
            Stmt::Assign { name, value } => {
                // What a call gives may have done something before it.
                let value = match &value.node {
                    Node::Call(call) if is_cursor(call) => objects::open(&CURSOR.into(), Vec::new(), value.span),
                    Node::Call(_) => return None,
                    _ => self.modules.evaluate(value, scope),
                };
                scope.bind(name, value);
                Some(End::Fell)
            }
            Stmt::If { test, then, otherwise } => {
                let taken = truth(&self.modules.evaluate(test, scope))?;
                self.body(if taken { then } else { otherwise }, scope, depth)
            }
            Stmt::Return(Expr { node: Node::None, .. }) => Some(End::Returned),
            _ => None,
        }
    }

    /// `schema_editor.execute(sql)`, `cursor.execute(sql)`, or another function that gets the schema editor.
    fn call(&mut self, call: &CallExpr, scope: &Scope, depth: u32) -> Option<()> {
        if let Node::Attribute(base, method) = &call.function.node
            && &**method == "execute"
            && self.executes(base, scope)
        {
            let (arguments, named) = self.modules.arguments(call, scope);
            let plain = arguments.len() == 1 && named.iter().all(|(name, value)| &**name == "params" && *value == Value::None);
            let sql = arguments.first().and_then(Value::str).filter(|sql| plain && !sql.contains("%%") && !sql.contains("%s"))?;
            self.statements.push(sql.into());
            return Some(());
        }
        let Node::Name(_) = &call.function.node else { return None };
        let Value::Ref(path) = self.modules.evaluate(&call.function, scope) else { return None };
        let (arguments, named) = self.modules.arguments(call, scope);
        let hands_on = arguments.iter().any(|one| matches!(one, Value::Call(one) if &*one.callee == EDITOR));
        if !named.is_empty() || !hands_on {
            return None;
        }
        self.function(&path, &arguments, depth + 1).map(|_| ())
    }

    /// Whether what stands before `.execute` is the schema editor or a cursor.
    fn executes(&self, base: &Expr, scope: &Scope) -> bool {
        match &base.node {
            Node::Name(name) => {
                matches!(scope.local(name), Some(Value::Call(object)) if [EDITOR, CURSOR].contains(&&*object.callee))
            }
            Node::Call(call) => is_cursor(call),
            _ => false,
        }
    }
}

/// `connection.cursor()`.
fn is_cursor(call: &CallExpr) -> bool {
    matches!(&call.function.node, Node::Attribute(_, method) if &**method == "cursor") && call.arguments.is_empty()
}
