//! Settings in parts: `include("base.py", "parts/*.py")` of django-split-settings runs files as if they stood in its place.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::bindings::Bindings;
use super::evaluate::Scope;
use super::modules::{Module, Modules};
use super::python::{self, ANY_NAME};
use super::syntax::{CallExpr, Expr, Node, Stmt};
use super::tree::join;
use super::value::last;
use crate::base::{Code, Diagnostic, FileId, Severity, Span};

/// The package of which a text speaks that includes others.
const PACKAGE: &str = "split_settings";

/// How deep files include each other.
const DEPTH: usize = 8;

/// A file whose statements are read, and those that stand before them.
struct Place<'a> {
    path: &'a str,
    /// The folder from which its names go.
    folder: String,
    file: FileId,
    depth: usize,
    /// The files that were included: none is twice (split_settings/tools.py, `include`).
    done: Rc<RefCell<BTreeSet<String>>>,
}

/// The statements of a module with those of the files that it includes.
pub(super) fn expand(modules: &Modules, path: &str, (file, id): (&str, FileId), (text, body): (&str, Vec<Stmt>)) -> Vec<Stmt> {
    if !text.contains(PACKAGE) {
        return body;
    }
    let place = Place { path, folder: folder_of(file), file: id, depth: 0, done: Rc::default() };
    let mut out = Vec::new();
    modules.included(&place, body, &mut out);
    out
}

fn folder_of(file: &str) -> String {
    file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_string())
}

impl Modules<'_> {
    fn included(&self, place: &Place, body: Vec<Stmt>, out: &mut Vec<Stmt>) {
        for statement in body {
            match statement {
                Stmt::Call(expr) => match inclusion(&expr) {
                    Some(call) if place.depth < DEPTH => self.include(place, call, expr.span, out),
                    _ => out.push(Stmt::Call(expr)),
                },
                Stmt::If { test, then, otherwise } => {
                    let (then, otherwise) = (self.included_in(place, then, out), self.included_in(place, otherwise, out));
                    out.push(Stmt::If { test, then, otherwise });
                }
                Stmt::Try { body, otherwise, handlers } => {
                    let (body, otherwise) = (self.included_in(place, body, out), self.included_in(place, otherwise, out));
                    out.push(Stmt::Try { body, otherwise, handlers });
                }
                other => out.push(other),
            }
        }
    }

    /// Statements of a branch: their names are those of what stands before it.
    fn included_in(&self, place: &Place, body: Vec<Stmt>, before: &[Stmt]) -> Vec<Stmt> {
        let mut out = before.to_vec();
        // What the other branch includes is not included here.
        let done = Rc::new(RefCell::new(place.done.borrow().clone()));
        self.included(&Place { folder: place.folder.clone(), done, ..*place }, body, &mut out);
        out.split_off(before.len())
    }

    fn include(&self, place: &Place, call: &CallExpr, span: Span, out: &mut Vec<Stmt>) {
        let before = Module { path: place.path.into(), file: place.file, bindings: Bindings::of(out), broken: false, package: false };
        let scope = Scope::of(&Rc::new(before));
        for argument in &call.arguments {
            let (inner, optional) = match call_of(argument, "optional").and_then(|call| call.arguments.first()) {
                Some(inner) => (inner, true),
                None => (argument, false),
            };
            let names: Option<Vec<Arc<str>>> = match &inner.node {
                Node::Star(all) => self.evaluate(all, &scope).strings(),
                _ => self.evaluate(inner, &scope).str().map(|name| vec![name.into()]),
            };
            let files = names.map(|names| names.iter().map(|name| self.matching(&place.folder, name)).collect::<Vec<_>>().concat());
            match files {
                Some(files) if files.is_empty() && !optional => {
                    let message = "none of the files that this includes is there";
                    self.report(Diagnostic::new(Code::Missing, Some(inner.span), message).severity(Severity::Warning));
                }
                Some(files) => files.iter().for_each(|file| self.file(place, file, out)),
                // Which file it is would have to be run: any name may be bound in it.
                None => out.push(Stmt::Opaque { names: vec![ANY_NAME.into()], span }),
            }
        }
    }

    fn file(&self, place: &Place, file: &str, out: &mut Vec<Stmt>) {
        let Some(text) = self.tree.read(file).filter(|_| place.done.borrow_mut().insert(file.to_string())) else { return };
        let id = self.with_files_mut(|files| files.add(file, text.as_str()));
        let (body, faults) = python::parse(&text, id);
        self.diagnostics.borrow_mut().extend(faults);
        let inner = Place { path: place.path, folder: folder_of(file), file: id, depth: place.depth + 1, done: place.done.clone() };
        self.included(&inner, body, out);
    }

    /// The files of a name in which `*` stands for any letters of the last part.
    fn matching(&self, folder: &str, name: &str) -> Vec<String> {
        let path = if name.starts_with('/') { name.to_string() } else { join(folder, name) };
        let (parent, last) = path.rsplit_once('/').unwrap_or(("", &path));
        let Some((start, end)) = last.split_once('*') else {
            return if self.tree.is_file(&path) { vec![path] } else { Vec::new() };
        };
        let fits = |name: &&String| name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end);
        let names = self.tree.list(parent);
        names.iter().filter(fits).map(|name| join(parent, name)).filter(|file| self.tree.is_file(file)).collect()
    }
}

/// A call of `include`, by itself or as an attribute.
fn inclusion(expr: &Expr) -> Option<&CallExpr> {
    call_of(expr, "include")
}

fn call_of<'e>(expr: &'e Expr, name: &str) -> Option<&'e CallExpr> {
    let Node::Call(call) = &expr.node else { return None };
    let called = match &call.function.node {
        Node::Name(name) | Node::Attribute(_, name) => last(name),
        _ => return None,
    };
    (called == name).then_some(call)
}
