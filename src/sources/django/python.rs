//! Python text to the small tree. This file, `changes` and `targets` alone know the parser.

use std::sync::Arc;

use ruff_python_ast as ast;
use ruff_python_ast::{Expr as RExpr, Stmt as RStmt};
use ruff_text_size::{Ranged, TextRange};

use super::syntax::{CallExpr, Class, Expr, Function, Node, Parameter, Stmt};
use super::targets::{bound, changed_inside, from, globals, imported, names_of};
use crate::base::{Code, Diagnostic, FileId, Span};

/// Parses a module. What does not parse is reported; what stands around it is kept.
pub fn parse(text: &str, file: FileId) -> (Vec<Stmt>, Vec<Diagnostic>) {
    let parsed = ruff_python_parser::parse_unchecked_source(text, ast::PySourceType::Python);
    let faults = parsed.errors().iter().take(1).map(|error| {
        let span = Span::new(file, error.location.start().to_usize(), error.location.end().to_usize());
        Diagnostic::new(Code::Unmodelled, Some(span), format!("this is not Python that can be read: {}", error.error))
            .help("what this file says is unseen; Python 2 leftovers and merge marks are the usual causes")
    });
    let faults = faults.collect();
    let lower = Lower { file };
    (lower.body(parsed.suite()), faults)
}

/// What stands for a name that `locals()` binds.
pub const ANY_NAME: &str = "locals()";

/// The name that stands for what a module puts in its own place: `sys.modules[__name__] = value`.
pub const STAND_IN: &str = "sys.modules[__name__]";

pub(super) struct Lower {
    file: FileId,
}

impl Lower {
    pub(super) fn span(&self, range: TextRange) -> Span {
        Span::new(self.file, range.start().to_usize(), range.end().to_usize())
    }

    pub(super) fn body(&self, body: &[RStmt]) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(body.len());
        for statement in body {
            self.statement(statement, &mut out);
        }
        out
    }

    fn statement(&self, statement: &RStmt, out: &mut Vec<Stmt>) {
        match statement {
            RStmt::Assign(assign) => {
                self.assign(&assign.targets, &assign.value, out);
                self.changed_inside(&assign.value, out);
            }
            RStmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.assign(std::slice::from_ref(&assign.target), value, out);
                }
            }
            RStmt::AugAssign(augmented) => self.augmented(augmented, out),
            RStmt::Delete(deletion) => self.deleted(deletion, out),
            RStmt::Match(choice) => out.extend(self.cases(choice)),
            RStmt::ClassDef(class) => out.push(Stmt::Class(Arc::new(Class {
                name: class.name.as_str().into(),
                bases: class.bases().iter().map(|base| self.expr(base)).collect(),
                decorators: class.decorator_list.iter().map(|one| self.expr(&one.expression)).collect(),
                metaclass: class.arguments.as_ref().and_then(|all| all.find_keyword("metaclass")).map(|one| self.expr(&one.value)),
                body: self.body(&class.body),
                span: self.span(class.name.range()),
            }))),
            RStmt::FunctionDef(function) => out.push(Stmt::Function(Arc::new(self.function(function)))),
            RStmt::Import(import) => out.extend(import.names.iter().map(imported)),
            RStmt::ImportFrom(import) => out.extend(import.names.iter().map(|alias| from(import, alias, self.span(import.range())))),
            RStmt::If(_) | RStmt::Try(_) | RStmt::With(_) => self.compound(statement, out),
            RStmt::Expr(expression) => {
                self.effect(&expression.value, out);
                self.changed_inside(&expression.value, out);
            }
            RStmt::Return(returned) => out.push(Stmt::Return(match &returned.value {
                Some(value) => self.expr(value),
                None => Expr { node: Node::None, span: self.span(returned.range()) },
            })),
            RStmt::Raise(raised) => out.push(Stmt::Raise(self.span(raised.range()))),
            RStmt::Pass(_) | RStmt::Global(_) | RStmt::Nonlocal(_) | RStmt::Assert(_) => {}
            RStmt::For(block) if !block.is_async => {
                out.push(self.looped(&block.body, (&block.target, self.expr(&block.iter))));
                // A loop that breaks is not followed, so its `else` surely runs.
                out.extend(self.body(&block.orelse));
            }
            RStmt::While(block) => {
                let source = Expr { node: Node::Other, span: self.span(block.range()) };
                out.push(self.looped(&block.body, (&block.test, source)));
            }
            _ => out.push(self.opaque(statement)),
        }
    }

    /// Lists of apps that an expression changes on its way hold more than is told.
    fn changed_inside(&self, expression: &RExpr, out: &mut Vec<Stmt>) {
        let span = self.span(expression.range());
        let more = |name| Stmt::Extend { name, value: Expr { node: Node::Other, span } };
        out.extend(changed_inside(expression).into_iter().map(more));
    }

    fn looped(&self, body: &[RStmt], (target, source): (&RExpr, Expr)) -> Stmt {
        let targets = match target {
            RExpr::Tuple(tuple) if tuple.elts.iter().all(|one| one.is_name_expr()) => tuple.elts.iter().flat_map(names_of).collect(),
            target => names_of(target),
        };
        Stmt::For { targets, source, body: self.body(body), names: body.iter().flat_map(bound).collect() }
    }

    fn compound(&self, statement: &RStmt, out: &mut Vec<Stmt>) {
        match statement {
            RStmt::If(branch) => {
                let mut otherwise = Vec::new();
                for clause in branch.elif_else_clauses.iter().rev() {
                    let body = self.body(&clause.body);
                    otherwise = match &clause.test {
                        Some(test) => vec![Stmt::If { test: self.expr(test), then: body, otherwise }],
                        None => body,
                    };
                }
                self.changed_inside(&branch.test, out);
                out.push(Stmt::If { test: self.expr(&branch.test), then: self.body(&branch.body), otherwise });
            }
            RStmt::Try(attempt) => {
                let handlers = attempt.handlers.iter().flat_map(|handler| {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    self.body(&handler.body)
                });
                let otherwise = handlers.collect();
                let mut body = self.body(&attempt.body);
                body.extend(self.body(&attempt.orelse));
                out.push(Stmt::Try { body, otherwise, handlers: attempt.handlers.len() });
                out.extend(self.body(&attempt.finalbody));
            }
            RStmt::With(with) => {
                for item in &with.items {
                    let named = item.optional_vars.as_deref();
                    named.into_iter().for_each(|name| self.assign(std::slice::from_ref(name), &item.context_expr, out));
                }
                match with.items.iter().any(|item| suppresses(&item.context_expr)) {
                    true => out.push(Stmt::Try { body: self.body(&with.body), otherwise: Vec::new(), handlers: 1 }),
                    false => out.extend(self.body(&with.body)),
                }
            }
            _ => {}
        }
    }

    fn function(&self, function: &ast::StmtFunctionDef) -> Function {
        let shell = Function {
            name: function.name.as_str().into(),
            decorators: function.decorator_list.iter().map(|one| self.expr(&one.expression)).collect(),
            body: self.body(&function.body),
            globals: globals(&function.body),
            span: self.span(function.name.range()),
            parameters: Vec::new(),
            rest: None,
            named_rest: None,
        };
        self.parameters(shell, &function.parameters)
    }

    fn parameters(&self, function: Function, parameters: &ast::Parameters) -> Function {
        let one = |one: &ast::ParameterWithDefault, by_name: bool| Parameter {
            name: one.parameter.name.as_str().into(),
            default: one.default.as_deref().map(|default| self.expr(default)),
            by_name,
        };
        let placed = parameters.posonlyargs.iter().chain(&parameters.args).map(|parameter| one(parameter, false));
        let named = parameters.kwonlyargs.iter().map(|parameter| one(parameter, true));
        let rest = |rest: &Option<Box<ast::Parameter>>| rest.as_ref().map(|rest| Arc::from(rest.name.as_str()));
        Function {
            parameters: placed.chain(named).collect(),
            rest: rest(&parameters.vararg),
            named_rest: rest(&parameters.kwarg),
            ..function
        }
    }

    fn lambda(&self, lambda: &ast::ExprLambda) -> Node {
        let span = self.span(lambda.range());
        let shell = Function {
            name: "<lambda>".into(),
            decorators: Vec::new(),
            body: vec![Stmt::Return(self.expr(&lambda.body))],
            globals: Vec::new(),
            span,
            parameters: Vec::new(),
            rest: None,
            named_rest: None,
        };
        Node::Lambda(Arc::new(match &lambda.parameters {
            Some(parameters) => self.parameters(shell, parameters),
            None => shell,
        }))
    }

    fn exprs(&self, expressions: &[RExpr]) -> Vec<Expr> {
        expressions.iter().map(|expression| self.expr(expression)).collect()
    }

    pub(super) fn boxed(&self, expression: &RExpr) -> Box<Expr> {
        Box::new(self.expr(expression))
    }

    pub(super) fn expr(&self, expression: &RExpr) -> Expr {
        Expr { node: self.node(expression), span: self.span(expression.range()) }
    }

    fn node(&self, expression: &RExpr) -> Node {
        match expression {
            RExpr::NoneLiteral(_) => Node::None,
            RExpr::BooleanLiteral(literal) => Node::Bool(literal.value),
            RExpr::StringLiteral(literal) => Node::Str(literal.value.to_str().into()),
            RExpr::BytesLiteral(literal) => Node::Bytes(literal.value.bytes().collect()),
            RExpr::NumberLiteral(literal) => number(&literal.value),
            RExpr::Name(name) => Node::Name(name.id.as_str().into()),
            RExpr::Attribute(attribute) => Node::Attribute(self.boxed(&attribute.value), attribute.attr.as_str().into()),
            RExpr::Call(call) => self.call(call),
            RExpr::List(list) => Node::List(self.exprs(&list.elts)),
            RExpr::Tuple(tuple) => Node::Tuple(self.exprs(&tuple.elts)),
            RExpr::Set(set) => Node::Set(self.exprs(&set.elts)),
            RExpr::Dict(dict) => {
                Node::Dict(dict.items.iter().map(|item| (item.key.as_ref().map(|key| self.expr(key)), self.expr(&item.value))).collect())
            }
            RExpr::Starred(starred) => Node::Star(self.boxed(&starred.value)),
            RExpr::FString(text) => self.joined(text),
            RExpr::Lambda(lambda) => self.lambda(lambda),
            _ => self.operation(expression),
        }
    }

    fn operation(&self, expression: &RExpr) -> Node {
        match expression {
            RExpr::BinOp(binary) => Node::Binary(self.boxed(&binary.left), binary.op.as_str(), self.boxed(&binary.right)),
            RExpr::UnaryOp(unary) => Node::Unary(unary.op.as_str(), self.boxed(&unary.operand)),
            RExpr::BoolOp(logic) => Node::Logic(logic.op.as_str(), self.exprs(&logic.values)),
            RExpr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
                ([op], [right]) => Node::Compare(self.boxed(&compare.left), op.as_str(), self.boxed(right)),
                _ => Node::Other,
            },
            RExpr::If(choice) => {
                Node::Choice { test: self.boxed(&choice.test), then: self.boxed(&choice.body), otherwise: self.boxed(&choice.orelse) }
            }
            RExpr::Subscript(subscript) => Node::Subscript(self.boxed(&subscript.value), self.boxed(&subscript.slice)),
            RExpr::ListComp(list) => self.comprehension(&list.elt, &list.generators),
            RExpr::SetComp(set) => self.comprehension(&set.elt, &set.generators),
            RExpr::Generator(generator) => self.comprehension(&generator.elt, &generator.generators),
            RExpr::DictComp(dict) => self.pairs(dict),
            _ => Node::Other,
        }
    }

    fn comprehension(&self, element: &RExpr, generators: &[ast::Comprehension]) -> Node {
        let [generator] = generators else { return Node::Other };
        let RExpr::Name(name) = &generator.target else { return Node::Other };
        Node::Comprehension {
            element: self.boxed(element),
            name: name.id.as_str().into(),
            source: self.boxed(&generator.iter),
            tests: self.exprs(&generator.ifs),
        }
    }

    /// `{key: value for …}` is what `dict` makes of the pairs.
    fn pairs(&self, dict: &ast::ExprDictComp) -> Node {
        let span = self.span(dict.range());
        let Some(key) = dict.key.as_deref() else { return Node::Other };
        let pair = Expr { node: Node::Tuple(vec![self.expr(key), self.expr(&dict.value)]), span };
        let Node::Comprehension { name, source, tests, .. } = self.comprehension(key, &dict.generators) else { return Node::Other };
        let pairs = Expr { node: Node::Comprehension { element: Box::new(pair), name, source, tests }, span };
        let function = Expr { node: Node::Name("dict".into()), span };
        Node::Call(Box::new(CallExpr { function, arguments: vec![pairs], keywords: Vec::new() }))
    }

    fn call(&self, call: &ast::ExprCall) -> Node {
        let keywords = call.arguments.keywords.iter();
        Node::Call(Box::new(CallExpr {
            function: self.expr(&call.func),
            arguments: self.exprs(&call.arguments.args),
            keywords: keywords.map(|one| (one.arg.as_ref().map(|name| name.as_str().into()), self.expr(&one.value))).collect(),
        }))
    }

    fn joined(&self, text: &ast::ExprFString) -> Node {
        let span = self.span(text.range());
        let mut parts = Vec::new();
        for part in text.value.iter() {
            match part {
                ast::FStringPart::Literal(literal) => parts.push(Expr { node: Node::Str(literal.as_str().into()), span }),
                ast::FStringPart::FString(piece) => parts.extend(piece.elements.iter().map(|element| match element {
                    ast::InterpolatedStringElement::Literal(literal) => Expr { node: Node::Str((&*literal.value).into()), span },
                    ast::InterpolatedStringElement::Interpolation(inner) if inner.format_spec.is_none() => self.expr(&inner.expression),
                    ast::InterpolatedStringElement::Interpolation(_) => Expr { node: Node::Other, span },
                })),
            }
        }
        Node::Joined(parts)
    }
}

/// `contextlib.suppress(…)`: a `try` whose handler does nothing.
fn suppresses(context: &RExpr) -> bool {
    let RExpr::Call(call) = context else { return false };
    match &*call.func {
        RExpr::Name(name) => name.id.as_str() == "suppress",
        RExpr::Attribute(attribute) => attribute.attr.as_str() == "suppress",
        _ => false,
    }
}

fn number(number: &ast::Number) -> Node {
    match number {
        ast::Number::Int(int) => int.as_i64().map_or_else(|| Node::Number(int.to_string().into()), Node::Int),
        ast::Number::Float(float) => Node::Number(format!("{float:?}").into()),
        ast::Number::Complex { .. } => Node::Other,
    }
}
