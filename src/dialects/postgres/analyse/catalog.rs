//! What expressions and queries may speak of: relations with their columns, types, routines. Taken from a schema once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::remembered::Remembered;
use crate::base::Name;
use crate::dialects::postgres::{extensions, text_search, types};
use crate::ir::{Attr, Key, Kind, Object, Schema, Written};

/// A column's name and type, where the type is known.
pub type Typed = (String, Option<String>);
/// The columns of a relation.
pub type Columns = Rc<Vec<Typed>>;

/// A routine: its namespace, its argument types, and what it returns.
#[derive(Clone, Debug)]
pub struct Routine {
    pub namespace: String,
    pub arguments: Vec<String>,
    pub result: Option<String>,
    /// The names and types of its output parameters.
    pub outputs: Vec<(Option<String>, String)>,
    /// The last argument takes all that come: VARIADIC.
    pub variadic: bool,
}

/// Lookups that never reach an output in their own order.
#[derive(Default)]
pub struct Catalog {
    /// The schema as it was: most tables are never asked after.
    schema: Schema<Written>,
    /// Columns of tables that were asked for.
    relations: RefCell<FxHashMap<Key, Columns>>,
    /// Texts of views whose columns are worked out when they are asked for.
    pub views: FxHashMap<(Name, Name), ViewText>,
    pub known_views: RefCell<FxHashMap<(Name, Name), Option<Columns>>>,
    routines: FxHashMap<String, Vec<Routine>>,
    types: FxHashMap<String, Vec<Name>>,
    domains: FxHashMap<String, String>,
    /// What the domains that say so have by default.
    domain_defaults: FxHashMap<String, String>,
    collations: FxHashMap<String, Vec<Name>>,
    extensions: FxHashMap<Name, Name>,
    /// Spellings of types that were asked for, by search path and text: a schema has few types and many columns.
    spelled: Remembered<(Option<Name>, Name), String>,
    /// Canonical defaults that were asked for.
    defaults: Remembered<DefaultKey, Option<String>>,
    /// What was asked after by name since [`Catalog::forget_asked`]: every answer of the catalog notes it.
    asked: RefCell<BTreeSet<Name>>,
}

/// All that a default's canonical form hangs on beside the catalog: the search path under which it was written, the type of its
/// column, and its text.
pub type DefaultKey = (Option<String>, Option<String>, String);

/// A view as written.
#[derive(Clone, Debug)]
pub struct ViewText {
    pub query: String,
    pub names: Vec<String>,
    pub path: Option<String>,
}

impl Catalog {
    /// Whether the server keeps that a function was called in SQL's own words (release notes of version 14, E.1.3.3).
    pub fn keeps_words(&self) -> bool {
        self.schema.server.is_none_or(|server| server.since(14, 0, 0))
    }

    /// Whether a subscription streams large transactions in parallel where nothing is said (release notes of version 18).
    pub fn streams_in_parallel(&self) -> bool {
        self.schema.server.is_some_and(|server| server.since(18, 0, 0))
    }

    /// Everything that a schema says.
    pub fn of(schema: &Schema<Written>) -> Catalog {
        let mut catalog = Catalog { schema: schema.clone(), ..Catalog::default() };
        for object in schema.standing() {
            catalog.note_type(object);
            catalog.note_routine(object);
        }
        for object in schema.of_kind(Kind::Domain) {
            let name = qualified(object.key.namespace, object.key.name);
            let base = object.text(Attr::Type).map(|text| catalog.type_text(text, object.text(Attr::SearchPath)));
            catalog.domains.extend(base.map(|base| (name.clone(), base)));
            catalog.domain_defaults.extend(object.text(Attr::Default).map(|default| (name, default.to_owned())));
        }
        for object in schema.of_kind(Kind::View).chain(schema.of_kind(Kind::MaterializedView)) {
            catalog.note_view(object);
        }
        catalog
    }

    fn note_type(&mut self, object: &Object) {
        let key = object.key;
        match key.kind {
            Kind::Enum
            | Kind::Domain
            | Kind::Composite
            | Kind::Range
            | Kind::BaseType
            | Kind::Table
            | Kind::View
            | Kind::MaterializedView => {
                self.types.entry(key.name.to_string()).or_default().push(key.namespace);
            }
            Kind::Collation => self.collations.entry(key.name.to_string()).or_default().push(key.namespace),
            Kind::Extension => {
                let namespace = object.text(Attr::InSchema).unwrap_or("public");
                self.extensions.insert(key.name, Name::new(namespace));
            }
            _ => {}
        }
    }

    fn note_routine(&mut self, object: &Object) {
        if !matches!(object.key.kind, Kind::Function | Kind::Procedure | Kind::Aggregate) {
            return;
        }
        let Some((name, arguments)) = object.key.name.as_str().split_once('(') else { return };
        let arguments = arguments.trim_end_matches(')');
        let arguments = if arguments.is_empty() { Vec::new() } else { super::split_types(arguments) };
        let parameters = object.text(Attr::Parameters).map(super::split_types).unwrap_or_default();
        let routine = Routine {
            namespace: object.key.namespace.to_string(),
            arguments,
            result: object.text(Attr::Type).map(str::to_owned),
            outputs: object.text(Attr::Parameters).map(crate::dialects::postgres::canonical::routines::outputs).unwrap_or_default(),
            variadic: parameters.iter().any(|parameter| parameter.trim_start().to_ascii_lowercase().starts_with("variadic ")),
        };
        self.routines.entry(name.to_owned()).or_default().push(routine);
    }

    fn note_view(&mut self, view: &Object) {
        let Some(query) = view.text(Attr::Query) else { return };
        let names = view.names(Attr::ColumnNames).iter().map(|name| name.to_string()).collect();
        let text = ViewText { query: query.to_owned(), names, path: view.text(Attr::SearchPath).map(str::to_owned) };
        self.views.insert((view.key.namespace, view.key.name), text);
    }

    /// What was asked after until now.
    pub fn forget_asked(&self) -> BTreeSet<Name> {
        self.asked.take()
    }

    /// The names under which others ask after an object: its own, its relation's, and a domain's as type texts spell it.
    pub fn names(key: Key) -> Vec<Name> {
        let spelled = if key.kind == Kind::Domain { Name::new(&qualified(key.namespace, key.name)) } else { Name::NONE };
        [Name::new(key.bare()), key.owner, spelled].into_iter().filter(|name| !name.is_none()).collect()
    }

    fn note(&self, name: Name) {
        self.asked.borrow_mut().insert(name);
    }

    /// The columns of a table; of views, once they are worked out.
    pub fn columns(&self, namespace: Name, name: Name) -> Option<Columns> {
        self.note(name);
        let table = self.table(namespace, name).map(|table| self.columns_of(table));
        table.or_else(|| self.known_views.borrow().get(&(namespace, name)).cloned().flatten())
    }

    /// The collation of a column of the relation on which `part` stands, as written, and the search path of that text.
    pub fn column_collation(&self, part: Key, column: Name) -> Option<(String, Option<String>)> {
        self.note(part.owner);
        let column = self.schema.get(Key { kind: Kind::Column, name: column, ..part })?;
        Some((column.text(Attr::Collation)?.to_owned(), column.text(Attr::SearchPath).map(str::to_owned)))
    }

    /// The columns of the relation or composite type that a type's text names.
    pub fn fields(&self, ty: &str) -> Option<Columns> {
        let [namespace, name] = crate::dialects::postgres::levels::parted(ty, '.')[..] else { return None };
        self.columns(Name::new(&unquoted(namespace)), Name::new(&unquoted(name)))
    }

    /// The object of this name, as it was.
    pub fn object(&self, key: Key) -> Option<&Object> {
        self.note(if key.owner.is_none() { key.name } else { key.owner });
        self.schema.get(self.schema.resolve(key)?)
    }

    pub fn has_relation(&self, namespace: Name, name: Name) -> bool {
        self.note(name);
        self.table(namespace, name).is_some() || self.views.contains_key(&(namespace, name))
    }

    pub fn is_table(&self, namespace: Name, name: Name) -> bool {
        self.table(namespace, name).is_some()
    }

    /// What has columns of its own.
    fn table(&self, namespace: Name, name: Name) -> Option<&Object> {
        let kinds = [Kind::Composite, Kind::ForeignTable, Kind::Table];
        kinds.iter().find_map(|kind| self.schema.get(Key::new(*kind, namespace, name)))
    }

    /// The columns, worked out once. Who asks after them has noted the relation; what their types hang on is the columns' own.
    fn columns_of(&self, table: &Object) -> Columns {
        if let Some(known) = self.relations.borrow().get(&table.key) {
            return known.clone();
        }
        let before = self.asked.take();
        let path = table.text(Attr::SearchPath);
        let columns = self.schema.columns(table.key).into_iter().map(|column| {
            let ty = column.text(Attr::Type).map(|text| self.type_text(text, column.text(Attr::SearchPath).or(path)));
            (column.key.name.to_string(), ty)
        });
        let columns: Columns = Rc::new(columns.collect());
        self.asked.replace(before);
        self.relations.borrow_mut().insert(table.key, columns.clone());
        columns
    }

    /// The spelling of a type, qualified as the search path finds it.
    pub fn type_text(&self, text: &str, path: Option<&str>) -> String {
        let resolved = || types::resolved(text, |name| Some(self.type_namespace(name, path)));
        let spelled = || self.type_of_column(text, path).unwrap_or_else(resolved);
        self.spelled.form((path.map(Name::new), Name::new(text)), &self.asked, spelled)
    }

    /// The canonical form of a default, made by `make` where it is asked for the first time; `None` where it says nothing.
    pub fn default_text(&self, key: DefaultKey, make: impl FnOnce() -> Option<String>) -> Option<String> {
        self.defaults.form(key, &self.asked, make)
    }

    /// `table.column%TYPE`, which the server resolves when a routine is made (manual, CREATE FUNCTION).
    fn type_of_column(&self, text: &str, path: Option<&str>) -> Option<String> {
        let text = text.trim();
        let length = text.len().checked_sub("%type".len())?;
        let tail = text.get(length..).filter(|tail| tail.eq_ignore_ascii_case("%type"))?;
        let words: Vec<Name> = text.strip_suffix(tail)?.trim().split('.').map(|word| Name::new(&unquoted(word))).collect();
        let (namespace, table, column) = match words[..] {
            [namespace, table, column] => (namespace, table, column),
            [table, column] => (self.relation_namespace(table, path)?, table, column),
            _ => return None,
        };
        let columns = self.columns(namespace, table)?;
        columns.iter().find(|(name, _)| name == column.as_str()).and_then(|(_, ty)| ty.clone())
    }

    fn type_namespace(&self, name: &str, path: Option<&str>) -> String {
        let plain = name.trim_matches('"');
        self.note(Name::new(plain));
        let candidates = self.types.get(plain).map_or(&[][..], Vec::as_slice);
        let found = namespaces(path).find(|namespace| candidates.iter().any(|known| known.as_str() == *namespace));
        if let Some(found) = found {
            return found.to_owned();
        }
        let namespace = extensions::of_type(plain).and_then(|extension| self.namespace_of_extension(extension));
        namespace.map_or_else(|| "public".to_owned(), |namespace| namespace.to_string())
    }

    /// A text search configuration or dictionary in a constant: a user's own with its namespace, the system's without.
    pub fn text_search(&self, value: &str, path: Option<&str>) -> String {
        let (namespace, name) = self.text_search_name(value, path);
        namespace.map_or_else(|| name.to_string(), |namespace| qualified(namespace, name))
    }

    /// The name of a text search configuration or dictionary, and its namespace where it is not the system's.
    pub fn text_search_name(&self, value: &str, path: Option<&str>) -> (Option<Name>, Name) {
        let (namespace, name) = value.rsplit_once('.').map_or((None, value), |(namespace, name)| (Some(namespace), name));
        let name = Name::new(&unquoted(name));
        self.note(name);
        let kinds = [Kind::TextSearchConfiguration, Kind::TextSearchDictionary];
        let is_there = |namespace: &Name| kinds.iter().any(|kind| self.schema.contains(Key::new(*kind, *namespace, name)));
        let found = match namespace.map(unquoted) {
            Some(namespace) => Some(Name::new(&namespace)).filter(|namespace| namespace.as_str() != "pg_catalog"),
            None => namespaces(path).map(Name::new).find(is_there),
        };
        (found.or_else(|| self.namespace_of_extension(text_search::extension_of(name.as_str())?)), name)
    }

    /// Where an extension has its objects, if it is there.
    fn namespace_of_extension(&self, extension: &str) -> Option<Name> {
        let extension = Name::new(extension);
        self.note(extension);
        self.extensions.get(&extension).copied()
    }

    /// The namespace of a user's collation.
    pub fn collation_namespace(&self, name: &str, path: Option<&str>) -> Option<Name> {
        self.note(Name::new(name));
        let known = self.collations.get(name)?;
        namespaces(path).map(Name::new).find(|namespace| known.contains(namespace))
    }

    /// The type that a domain stands on, down to the last; other types are their own.
    pub fn underlying(&self, ty: &str) -> String {
        let mut ty = ty.to_owned();
        for _ in 0..16 {
            // Texts of domains have their namespace.
            if ty.contains('.') {
                self.note(Name::new(&ty));
            }
            match self.domains.get(&ty) {
                Some(base) => ty = base.clone(),
                None => break,
            }
        }
        ty
    }

    /// The default of a domain, its own or that of the domain it was made over, which it took (manual, CREATE DOMAIN).
    pub fn domain_default(&self, domain: &str) -> Option<&str> {
        let mut ty = domain;
        for _ in 0..16 {
            self.note(Name::new(ty));
            if let Some(default) = self.domain_defaults.get(ty) {
                return Some(default);
            }
            ty = self.domains.get(ty)?;
        }
        None
    }

    /// The routines of this name, in any namespace or in the one that is named.
    pub fn routines(&self, path: &[String]) -> Vec<&Routine> {
        let (namespace, name) = match path {
            [name] => (None, name),
            [namespace, name] => (Some(namespace), name),
            _ => return Vec::new(),
        };
        self.note(Name::new(name));
        let known = self.routines.get(name).map_or(&[][..], Vec::as_slice);
        known.iter().filter(|routine| namespace.is_none_or(|wanted| routine.namespace == *wanted)).collect()
    }

    /// The namespace of an operator class that is written without one, where an extension brings it that does not stand in `public`.
    pub fn class_namespace(&self, class: &str) -> Option<Name> {
        let name = class.split('(').next().unwrap_or(class).trim();
        self.namespace_of_extension(extensions::of_class(name)?).filter(|namespace| namespace.as_str() != "public")
    }

    /// The namespace in which an unqualified relation or sequence is found, or would be made.
    pub fn class_place(&self, name: &str, path: Option<&str>) -> Name {
        let name = Name::new(name);
        let stands =
            |namespace: &Name| self.has_relation(*namespace, name) || self.schema.contains(Key::new(Kind::Sequence, *namespace, name));
        let first = namespaces(path).next().unwrap_or("public");
        namespaces(path).map(Name::new).find(stands).unwrap_or_else(|| Name::new(first))
    }

    /// The namespace in which an unqualified relation is found.
    pub fn relation_namespace(&self, name: Name, path: Option<&str>) -> Option<Name> {
        namespaces(path).map(Name::new).find(|namespace| self.has_relation(*namespace, name))
    }
}

/// A name as the server folds it.
fn unquoted(word: &str) -> String {
    let word = word.trim();
    word.strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .map_or_else(|| word.to_ascii_lowercase(), |name| name.replace("\"\"", "\""))
}

/// The namespaces of a search path, in order.
pub fn namespaces(path: Option<&str>) -> impl Iterator<Item = &str> {
    path.unwrap_or("public").split(',').map(|part| part.trim().trim_matches(['"', '\''])).filter(|part| !part.is_empty())
}

/// `namespace.name` as type texts spell it.
pub fn qualified(namespace: Name, name: Name) -> String {
    use crate::dialects::postgres::lexer::ident;
    format!("{}.{}", ident(namespace.as_str()), ident(name.as_str()))
}
