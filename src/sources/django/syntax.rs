//! The part of Python that projects describe themselves in: a small tree, so that `python` alone knows the parser.

use std::sync::Arc;

use crate::base::Span;

/// An expression with its place.
#[derive(Clone, Debug)]
pub struct Expr {
    pub node: Node,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum Node {
    None,
    Bool(bool),
    Int(i64),
    /// A float, or an integer too large for a word, as written.
    Number(Arc<str>),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    Name(Arc<str>),
    Attribute(Box<Expr>, Arc<str>),
    Call(Box<CallExpr>),
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Set(Vec<Expr>),
    /// A missing key stands for `**value`.
    Dict(Vec<(Option<Expr>, Expr)>),
    /// `*value` in a list or in arguments.
    Star(Box<Expr>),
    /// An f-string without format specifications.
    Joined(Vec<Expr>),
    /// `+`, `%`, `|` …, by its sign.
    Binary(Box<Expr>, &'static str, Box<Expr>),
    /// `-`, `not`, `~`.
    Unary(&'static str, Box<Expr>),
    /// `and`, `or` over two or more.
    Logic(&'static str, Vec<Expr>),
    Compare(Box<Expr>, &'static str, Box<Expr>),
    Choice {
        test: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Subscript(Box<Expr>, Box<Expr>),
    /// `[element for name in source if test]`, of any bracket.
    Comprehension {
        element: Box<Expr>,
        name: Arc<str>,
        source: Box<Expr>,
        tests: Vec<Expr>,
    },
    Lambda(Arc<Function>),
    /// Anything else: it has no value that can be told without running it.
    Other,
}

#[derive(Clone, Debug)]
pub struct CallExpr {
    pub function: Expr,
    pub arguments: Vec<Expr>,
    /// A missing name stands for `**value`.
    pub keywords: Vec<(Option<Arc<str>>, Expr)>,
}

/// A statement that can bind a name or decide what is bound.
#[derive(Clone, Debug)]
pub enum Stmt {
    /// `name = value`, also annotated.
    Assign {
        name: Arc<str>,
        value: Expr,
    },
    /// `name += value`, and `name.extend(value)`, `name.append(value)`, `name.insert(0, value)` as lists.
    Extend {
        name: Arc<str>,
        value: Expr,
    },
    /// `name[key] = value`, `kwargs.setdefault(key, value)`.
    Entry {
        name: Arc<str>,
        key: Expr,
        value: Expr,
        only_if_missing: bool,
    },
    Class(Arc<Class>),
    Function(Arc<Function>),
    /// `import a.b as c`: the bound name and the module.
    Import {
        name: Arc<str>,
        module: Arc<str>,
    },
    /// `from module import item as name`; `level` counts the dots; `*` is an item.
    From {
        module: Arc<str>,
        level: u32,
        item: Arc<str>,
        name: Arc<str>,
        span: Span,
    },
    If {
        test: Expr,
        then: Vec<Stmt>,
        otherwise: Vec<Stmt>,
    },
    /// `try`: the body, and what runs where it fails; several handlers follow each other.
    Try {
        body: Vec<Stmt>,
        otherwise: Vec<Stmt>,
        handlers: usize,
    },
    /// `base.attribute = value`, `base.outer.inner = value`.
    Member {
        base: Arc<str>,
        attributes: Vec<Arc<str>>,
        value: Expr,
    },
    Raise(Span),
    /// A call for its effect: `super().__init__(…)`, `include(…)`.
    Call(Expr),
    Return(Expr),
    /// A loop over a value; the names are those that may be bound in its body. One of another kind has a source that is not told.
    For {
        targets: Vec<Arc<str>>,
        source: Expr,
        body: Vec<Stmt>,
        names: Vec<Arc<str>>,
    },
    /// A statement whose effect is not followed; these names may be bound in it.
    Opaque {
        names: Vec<Arc<str>>,
        span: Span,
    },
}

#[derive(Debug)]
pub struct Class {
    pub name: Arc<str>,
    pub bases: Vec<Expr>,
    pub decorators: Vec<Expr>,
    /// `metaclass=…`.
    pub metaclass: Option<Expr>,
    pub body: Vec<Stmt>,
    pub span: Span,
}

#[derive(Debug)]
pub struct Function {
    pub name: Arc<str>,
    pub decorators: Vec<Expr>,
    pub parameters: Vec<Parameter>,
    /// The names behind `*` and `**`.
    pub rest: Option<Arc<str>>,
    pub named_rest: Option<Arc<str>>,
    pub body: Vec<Stmt>,
    /// The names of its module that it binds: `global NAME`.
    pub globals: Vec<Arc<str>>,
    pub span: Span,
}

#[derive(Debug)]
pub struct Parameter {
    pub name: Arc<str>,
    pub default: Option<Expr>,
    /// Whether it stands behind `*`, so that only its name gives it a value.
    pub by_name: bool,
}
