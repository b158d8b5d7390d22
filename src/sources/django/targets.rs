//! What a statement binds: names, paths and imports, in the parser's own tree.

use std::sync::Arc;

use ruff_python_ast as ast;
use ruff_python_ast::{Expr as RExpr, Stmt as RStmt};

use super::syntax::Stmt;
use crate::base::Span;

/// `sys.modules[__name__]`: the module at hand.
pub(super) fn is_own_module(subscript: &ast::ExprSubscript) -> bool {
    let modules = matches!(&*subscript.value, RExpr::Attribute(attribute) if attribute.attr.as_str() == "modules");
    modules && matches!(&*subscript.slice, RExpr::Name(name) if name.id.as_str() == "__name__")
}

/// `locals()`, `vars()`, `globals()`: the names of the body at hand, or of its module.
pub(super) fn is_own_names(expr: &RExpr) -> bool {
    let RExpr::Call(call) = expr else { return false };
    call.arguments.args.is_empty() && matches!(&*call.func, RExpr::Name(name) if matches!(name.id.as_str(), "locals" | "vars" | "globals"))
}

pub(super) fn imported(alias: &ast::Alias) -> Stmt {
    let module = alias.name.as_str();
    match &alias.asname {
        Some(name) => Stmt::Import { name: name.as_str().into(), module: module.into() },
        None => {
            let first = module.split('.').next().unwrap_or(module);
            Stmt::Import { name: first.into(), module: first.into() }
        }
    }
}

pub(super) fn from(import: &ast::StmtImportFrom, alias: &ast::Alias, span: Span) -> Stmt {
    let item: Arc<str> = alias.name.as_str().into();
    let name = alias.asname.as_ref().map_or(item.clone(), |name| name.as_str().into());
    Stmt::From { module: import.module.as_ref().map_or("", |module| module.as_str()).into(), level: import.level, item, name, span }
}

/// `base.outer.inner`, as its base and the attributes.
pub(super) fn member(target: &RExpr) -> Option<(Arc<str>, Vec<Arc<str>>)> {
    match target {
        RExpr::Name(base) => Some((base.id.as_str().into(), Vec::new())),
        RExpr::Attribute(attribute) => {
            let (base, mut attributes) = member(&attribute.value)?;
            attributes.push(attribute.attr.as_str().into());
            Some((base, attributes))
        }
        _ => None,
    }
}

pub(super) fn names_of(target: &RExpr) -> Vec<Arc<str>> {
    match target {
        RExpr::Name(name) => vec![name.id.as_str().into()],
        _ => Vec::new(),
    }
}

/// The names that a statement of a loop binds at its first level.
pub(super) fn bound(statement: &RStmt) -> Vec<Arc<str>> {
    match statement {
        RStmt::Assign(assign) => assign.targets.iter().flat_map(names_of).collect(),
        RStmt::AugAssign(augmented) => names_of(&augmented.target),
        _ => Vec::new(),
    }
}
