//! Types of constants, and the casts that the server puts in by itself.

use super::{Analyser, functions, literals, types_base};
use crate::dialects::postgres::tree::Node;

/// Types that a plain string constant may take beside another string: the server prefers text.
pub fn is_string(ty: &str) -> bool {
    matches!(types_base(ty).as_str(), "text" | "character varying" | "character" | "bpchar" | "name" | "public.citext")
}

/// The type that a constant gets in the place of one of type `ty`: it has no length to be filled up to.
fn of_constants(ty: &str) -> String {
    match types_base(ty) {
        base if base == "character" => "bpchar".to_owned(),
        base if base == "character[]" => "bpchar[]".to_owned(),
        base => base,
    }
}

fn is_integer(ty: &str) -> bool {
    matches!(ty, "integer" | "bigint" | "smallint")
}

impl Analyser<'_> {
    /// Gives a constant without a type the type that its place asks for, and drops what the server would put there itself.
    pub fn expect(&self, node: &mut Node, expected: &str) {
        match node {
            Node::Literal { ty: None, .. } => self.assign(node, expected),
            Node::Array(items) if expected.ends_with("[]") => {
                let element = expected.trim_end_matches("[]").to_owned();
                items.iter_mut().for_each(|item| self.expect(item, &element));
            }
            Node::Cast(inner, to)
                if matches!(**inner, Node::Null) && of_constants(to) == of_constants(&self.catalog.underlying(expected)) =>
            {
                *node = Node::Null
            }
            Node::Case { .. } => self.expect_case(node, expected),
            Node::Row(items) => self.expect_fields(items, expected),
            Node::Call(call) if matches!(call.plain(), Some("coalesce" | "greatest" | "least")) => {
                call.args.iter_mut().for_each(|arg| self.expect_constant(arg, expected));
            }
            _ => {}
        }
    }

    /// The parts of a row take the types of the fields of a composite type.
    fn expect_fields(&self, items: &mut [Node], expected: &str) {
        let Some(fields) = self.catalog.fields(expected) else { return };
        for (item, (_, ty)) in items.iter_mut().zip(fields.iter()) {
            let Some(ty) = ty else { continue };
            if let Node::Cast(inner, to) = item
                && to == ty
            {
                *item = std::mem::replace(&mut **inner, Node::Null);
            }
            match item {
                Node::Literal { .. } => self.assign(item, ty),
                _ => self.expect(item, ty),
            }
        }
    }

    fn expect_case(&self, node: &mut Node, expected: &str) {
        if let Node::Case { arms, otherwise, .. } = node {
            let results = arms.iter_mut().map(|arm| &mut arm.1).chain(otherwise.iter_mut().map(|node| &mut **node));
            results.for_each(|result| self.expect_constant(result, expected));
        }
    }

    fn expect_constant(&self, node: &mut Node, expected: &str) {
        if matches!(node, Node::Literal { ty: None, .. } | Node::Cast(..)) {
            self.expect(node, expected);
        }
    }

    /// Types a constant: its value as that type prints it. In the place of a domain it is one of the domain's base type.
    pub fn assign(&self, node: &mut Node, ty: &str) {
        let Node::Literal { value, ty: slot } = node else { return };
        let base = of_constants(&self.catalog.underlying(&types_base(ty)));
        *value = match base.as_str() {
            "regclass" => literals::regclass(value, |name| self.catalog.class_place(name, self.path)),
            "regconfig" | "regdictionary" => self.catalog.text_search(value, self.path),
            "regtype" => self.catalog.type_text(value, self.path),
            other => literals::printed(value, other),
        };
        // The value is cut to the fields of an interval, which the server does not always print with it.
        *slot = Some(if base.starts_with("interval ") { "interval".to_owned() } else { base });
    }

    /// A string constant's type where any string will do.
    pub fn textual(&self, node: &mut Node) {
        match node {
            Node::Literal { ty, .. } if ty.as_deref().is_none_or(is_string) => *ty = Some("text".to_owned()),
            Node::Array(items) if items.iter().all(|item| matches!(item, Node::Literal { .. } | Node::Null)) => {
                items.iter_mut().for_each(|item| self.textual(item));
            }
            Node::Cast(inner, to)
                if matches!(to.as_str(), "text" | "character varying")
                    && matches!(&**inner, Node::Literal { ty, .. } if ty.as_deref().is_none_or(is_string)) =>
            {
                let mut literal = std::mem::replace(&mut **inner, Node::Null);
                self.textual(&mut literal);
                *node = literal;
            }
            _ => {}
        }
    }

    /// Takes away the cast of a string column to text that operators and functions on text ask for.
    pub fn untext(&self, node: &mut Node, blank_padded_too: bool) {
        if let Node::Collate(inner, _) = node {
            return self.untext(inner, blank_padded_too);
        }
        let Node::Cast(inner, to) = node else { return };
        let from = self.type_of(inner).map(|ty| types_base(&self.catalog.underlying(&ty)));
        let implied = match (to.as_str(), from.as_deref()) {
            ("text", Some("character varying" | "text" | "name")) => true,
            ("text", Some("character" | "public.citext")) => blank_padded_too,
            ("bpchar", Some("character varying" | "character")) => true,
            ("character varying", Some("text")) => matches!(**inner, Node::Literal { .. }),
            ("text[]", Some("character varying[]" | "text[]")) => true,
            (to, Some(from)) => to == from,
            (_, None) => false,
        };
        if implied {
            *node = std::mem::replace(&mut **inner, Node::Null);
        }
    }

    /// Takes away the cast of a text to the string type of what stands before it.
    pub fn unvary(&self, node: &mut Node) {
        if let Node::Cast(inner, to) = node
            && to == "character varying"
            && self.type_of(inner).as_deref() == Some("text")
        {
            *node = std::mem::replace(&mut **inner, Node::Null);
        }
    }

    /// Takes away a cast to the wider number that the other side has, which the server puts in by itself.
    pub fn unwiden(&self, node: &mut Node, other: Option<&str>) {
        let Node::Cast(inner, to) = node else { return };
        let constant = matches!(&**inner, Node::Literal { ty: Some(ty), .. } if is_integer(ty));
        let from = self.operand(inner);
        let meets = match other {
            Some(other) => types_base(other) == *to || (to == "double precision" && types_base(other) == "real"),
            None => constant,
        };
        let widens = from.as_deref().is_some_and(|from| functions::wider(from, to) == Some(to.as_str()) && types_base(from) != *to);
        if meets && widens {
            *node = std::mem::replace(&mut **inner, Node::Null);
        }
    }

    /// The type as which an operator takes a value: of a domain that is the type it stands on (manual, 10.2).
    pub fn operand(&self, node: &Node) -> Option<String> {
        self.type_of(node).map(|ty| self.catalog.underlying(&ty))
    }

    /// Takes away the cast of a domain's value to the type that the domain stands on, where the server asks for that type.
    pub fn undomain(&self, node: &mut Node) {
        if self.is_undomained(node)
            && let Node::Cast(inner, _) = node
        {
            *node = std::mem::replace(&mut **inner, Node::Null);
        }
    }

    /// Whether this is a domain's value, cast to the type that the domain stands on.
    fn is_undomained(&self, node: &Node) -> bool {
        let Node::Cast(inner, to) = node else { return false };
        self.type_of(inner).is_some_and(|from| {
            let base = self.catalog.underlying(&from);
            base != from && types_base(&base) == *to
        })
    }

    /// The types of constants on both sides of an operator, or among the results of CASE and its kin.
    pub fn unify(&self, nodes: &mut [&mut Node], types: &mut [Option<String>]) -> Option<String> {
        // Where all are of one domain the result is of it; else it is of what the domain stands on (`select_common_type`).
        let several = types.iter().any(|ty| Some(ty) != types.first());
        if several {
            types.iter_mut().flatten().for_each(|ty| *ty = types_base(&self.catalog.underlying(ty)));
        }
        let mixed = nodes.iter().any(|node| !self.is_undomained(node));
        let common = self.common(types);
        match &common {
            Some(ty) if is_string(ty) => {
                let padded = false;
                nodes.iter_mut().for_each(|node| {
                    self.textual(node);
                    self.untext(node, padded);
                    self.unvary(node);
                    self.forget_null(node);
                });
            }
            Some(ty) => {
                for node in nodes.iter_mut() {
                    self.unwiden(node, Some(ty));
                    if mixed {
                        self.undomain(node);
                    }
                    self.expect(node, ty);
                    self.forget_null(node);
                }
            }
            // Constants alone are text.
            None if nodes.iter().all(|node| matches!(node, Node::Literal { .. } | Node::Null)) => {
                nodes.iter_mut().for_each(|node| self.textual(node));
                return Some("text".to_owned());
            }
            None => nodes.iter_mut().for_each(|node| {
                self.forget_type(node);
                self.forget_null(node);
            }),
        }
        common
    }

    /// NULL takes the type of what it stands beside.
    fn forget_null(&self, node: &mut Node) {
        if let Node::Cast(inner, _) = node
            && matches!(**inner, Node::Null)
        {
            *node = Node::Null;
        }
    }

    /// Beside something of unknown type a string constant's type cannot be worked out: it is left out on both sides.
    pub fn forget_type(&self, node: &mut Node) {
        match node {
            Node::Literal { ty, .. } if !matches!(ty.as_deref(), Some("integer" | "bigint" | "numeric" | "boolean")) => *ty = None,
            Node::Cast(..) => self.unwiden(node, None),
            _ => {}
        }
    }

    /// The type that several have in common: the widest number, text among strings, else the first known.
    pub fn common(&self, types: &[Option<String>]) -> Option<String> {
        let mut known = types.iter().flatten();
        let mut common = known.next()?.clone();
        for ty in known {
            if let Some(wider) = functions::wider(&common, ty) {
                common = if types_base(&common) == wider { common } else { wider.to_owned() };
            } else if is_string(&common) && !is_string(ty) {
                common = ty.clone();
            }
        }
        Some(common)
    }
}
