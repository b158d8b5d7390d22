//! The functions of SQL/JSON (manual, 9.16): their result types, and what their places ask of constants.

use super::catalog::Typed;
use super::{Analyser, Scope};
use crate::base::Name;
use crate::dialects::postgres::parse::json::array_of_query;
use crate::dialects::postgres::tree::{Call, Clause, Node};

/// What a function returns where RETURNING does not say.
enum Unsaid {
    /// `jsonb` where an argument is one, else `json` (`transformJsonConstructorOutput` in the server's source).
    AsArguments,
    Is(&'static str),
    /// A type that cannot be said.
    Fixed(&'static str),
}

const RESULTS: &[(&str, Unsaid)] = &[
    ("json", Unsaid::Fixed("json")),
    ("json_array", Unsaid::AsArguments),
    ("json_arrayagg", Unsaid::AsArguments),
    ("json_exists", Unsaid::Fixed("boolean")),
    ("json_object", Unsaid::AsArguments),
    ("json_objectagg", Unsaid::AsArguments),
    ("json_query", Unsaid::Is("jsonb")),
    ("json_scalar", Unsaid::Fixed("json")),
    ("json_serialize", Unsaid::Is("text")),
    ("json_table", Unsaid::Fixed("record")),
    ("json_value", Unsaid::Is("text")),
];

/// The functions whose second argument is a path.
const SEARCHES: &[&str] = &["json_exists", "json_query", "json_table", "json_value"];

impl Analyser<'_> {
    /// The result type of a function of SQL/JSON, whose arguments are made canonical; nothing where it is another function.
    pub fn json(&self, node: &mut Node, scope: &Scope<'_>) -> Option<Option<String>> {
        let Node::Call(call) = node else { return None };
        let [name] = call.name.as_slice() else { return None };
        let (_, unsaid) = RESULTS.iter().find(|(known, _)| call.worded && known == name)?;
        if let [Node::ArrayOf(query)] = call.args.as_slice() {
            *node = array_of_query((**query).clone(), std::mem::take(&mut call.clauses));
            return Some(self.node(node, scope));
        }
        let types = self.json_arguments(call, scope);
        let said = match unsaid {
            Unsaid::Fixed(ty) => {
                self.json_clauses(call, scope);
                return Some(Some((*ty).to_owned()));
            }
            Unsaid::Is(ty) => *ty,
            Unsaid::AsArguments if types.iter().flatten().any(|ty| ty == "jsonb") => "jsonb",
            Unsaid::AsArguments => "json",
        };
        if !matches!(call.clauses.first(), Some(Clause::Type(_))) {
            call.clauses.insert(0, Clause::Type(said.to_owned()));
        }
        self.json_clauses(call, scope);
        Some(returned(call))
    }

    fn json_arguments(&self, call: &mut Call, scope: &Scope<'_>) -> Vec<Option<String>> {
        let searches = call.name.first().is_some_and(|name| SEARCHES.contains(&name.as_str()));
        let mut types = Vec::new();
        for (at, arg) in call.args.iter_mut().enumerate() {
            let ty = self.node(arg, scope);
            if searches && at == 1 {
                self.expect(arg, "jsonpath");
                continue;
            }
            self.unformat(arg);
            self.textual(arg);
            types.push(self.type_of(arg).or(ty));
        }
        call.order.iter_mut().for_each(|key| {
            self.node(&mut key.expr, scope);
        });
        call.filter.iter_mut().for_each(|filter| self.condition(filter, scope));
        call.over.iter_mut().for_each(|window| self.window(window, scope));
        types
    }

    /// What is JSON by its type needs not be said to be.
    fn unformat(&self, arg: &mut Node) {
        let Node::Call(call) = arg else { return };
        let [inner] = call.args.as_mut_slice() else { return };
        if call.worded && call.name == ["format json"] && matches!(self.type_of(inner).as_deref(), Some("json" | "jsonb")) {
            *arg = std::mem::replace(inner, Node::Null);
        }
    }

    /// Types in full, and what is given where nothing is found as one of the result's type.
    fn json_clauses(&self, call: &mut Call, scope: &Scope<'_>) {
        let has_columns = call.name == ["json_table"] || is_nested(call);
        let mut result = None;
        for clause in &mut call.clauses {
            match clause {
                Clause::Type(ty) => {
                    *ty = self.catalog.type_text(ty, self.path);
                    result = Some(ty.clone());
                }
                Clause::Node(Node::Call(column)) if has_columns => self.json_column(column, scope),
                Clause::Node(given) => self.json_default(given, result.as_deref(), scope),
                Clause::Words(_) | Clause::Name(_) => {}
            }
        }
    }

    fn json_default(&self, given: &mut Node, ty: Option<&str>, scope: &Scope<'_>) {
        let Some(ty) = ty else { return };
        if let Node::Cast(inner, to) = given
            && self.catalog.type_text(to, self.path) == ty
        {
            *given = std::mem::replace(&mut **inner, Node::Null);
        }
        self.node(given, scope);
        self.unwiden(given, Some(ty));
        self.expect(given, ty);
    }

    fn json_column(&self, column: &mut Call, scope: &Scope<'_>) {
        column.args.iter_mut().for_each(|path| self.expect(path, "jsonpath"));
        self.json_clauses(column, scope);
        // A value of several is searched for as JSON_QUERY does.
        let ty = returned(column).unwrap_or_default();
        let composite = ty.split_once('.').is_some_and(|(namespace, name)| {
            let bare = |part: &str| Name::new(part.trim_matches('"'));
            self.columns_of(bare(namespace), bare(name)).is_some()
        });
        if composite && column.name == ["json_value"] {
            column.name = vec!["json_query".to_owned()];
        }
    }
}

fn is_nested(call: &Call) -> bool {
    call.name == ["nested"]
}

/// The result type of a canonical call; nothing where it is another function.
pub fn result(call: &Call) -> Option<Option<String>> {
    let (_, unsaid) = RESULTS.iter().find(|(known, _)| call.worded && call.name == [*known])?;
    Some(match unsaid {
        Unsaid::Fixed(ty) => Some((*ty).to_owned()),
        Unsaid::Is(_) | Unsaid::AsArguments => returned(call),
    })
}

/// The type that a canonical call returns, or that a column of JSON_TABLE has.
pub fn returned(call: &Call) -> Option<String> {
    call.clauses.iter().find_map(|clause| match clause {
        Clause::Type(ty) => Some(ty.clone()),
        Clause::Words(_) | Clause::Name(_) | Clause::Node(_) => None,
    })
}

/// The columns of JSON_TABLE, those of its nested paths among them.
pub fn columns(table: &Call) -> Vec<Typed> {
    let mut found = Vec::new();
    for clause in &table.clauses {
        let Clause::Node(Node::Call(column)) = clause else { continue };
        match (column.clauses.first(), returned(column)) {
            (Some(Clause::Name(name)), Some(ty)) if !is_nested(column) => found.push((name.clone(), Some(ty))),
            _ => found.extend(columns(column)),
        }
    }
    found
}
