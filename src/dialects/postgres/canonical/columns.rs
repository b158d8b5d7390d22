//! Columns and domains: defaults, generated values, collation, storage.

use super::expressions::Place;
use super::{drop_default, rewrite_text};
use crate::dialects::postgres::analyse::{Analyser, Catalog};
use crate::dialects::postgres::tree::Node;
use crate::dialects::postgres::{lexer, names, print, storage, types};
use crate::ir::{Attr, Kind, Object, Value};

pub fn settle(object: &mut Object, catalog: &Catalog) {
    let ty = object.fragment(Attr::Type).map(|fragment| fragment.compared().to_owned()).or_else(|| view_column(object, catalog));
    if object.key.kind == Kind::Domain && !object.has(Attr::Default) {
        let taken = ty.as_deref().and_then(|ty| catalog.domain_default(ty)).map(str::to_owned);
        object.set(Attr::Default, taken.map(Value::sql));
    }
    default(object, catalog, ty.as_deref());
    if object.has(Attr::Generated) {
        Place::of_relation(object, catalog).expecting(ty.clone()).settle_fact(object, Attr::Generated);
    }
    if object.has(Attr::Collation) {
        let path = object.text(Attr::SearchPath).map(str::to_owned);
        rewrite_text(object, Attr::Collation, |text| collation(text, path.as_deref(), catalog));
    }
    drop_default(object, Attr::Collation, |text| text == "default");
    rewrite_text(object, Attr::Storage, |text| text.to_ascii_lowercase());
    rewrite_text(object, Attr::Compression, |text| text.to_ascii_lowercase());
    drop_default(object, Attr::Compression, |text| text == "default");
    drop_default(object, Attr::StatisticsTarget, |text| text == "-1");
    rewrite_text(object, Attr::Identity, |text| text.to_ascii_lowercase());
    if let Some(ty) = ty {
        drop_default(object, Attr::Storage, |text| text == "default" || Some(text) == storage::of_type(&ty));
    }
    if object.key.kind == Kind::Column && object.has(Attr::Identity) {
        object.set(Attr::NotNull, Some(Value::Flag));
    }
    let implied = |name: &str| name == names::not_null(object.key);
    if object.text(Attr::NotNullName).is_some_and(implied) {
        object.set(Attr::NotNullName, None);
    }
}

/// The type of a view's column, which its query tells.
fn view_column(object: &Object, catalog: &Catalog) -> Option<String> {
    let columns = Analyser::new(catalog, None).columns_of(object.key.namespace, object.key.owner)?;
    columns.iter().find(|(name, _)| name == object.key.name.as_str())?.1.clone()
}

/// The default, typed by the column.
fn default(object: &mut Object, catalog: &Catalog, ty: Option<&str>) {
    let Some(text) = object.text(Attr::Default).map(str::to_owned) else { return };
    let key = (object.text(Attr::SearchPath).map(str::to_owned), ty.map(str::to_owned), text.clone());
    let place = || Place::bare(object, catalog).expecting(ty.map(str::to_owned));
    match catalog.default_text(key, || canonical_default(&place(), &text)) {
        None => object.set(Attr::Default, None),
        Some(canon) => object.settle(Attr::Default, |_| canon),
    }
}

/// A default at its place. A NULL says nothing, but where the server must cut it to a length it keeps it.
fn canonical_default(place: &Place, text: &str) -> Option<String> {
    let (catalog, ty) = (place.catalog, place.expected.as_deref());
    let tree = place.tree(text);
    let is_null = tree.as_ref().is_some_and(is_null);
    let is_domain = ty.is_some_and(|ty| catalog.underlying(ty) != ty);
    let underlying = ty.map(|ty| catalog.underlying(ty));
    let ty = underlying.as_deref();
    // A NULL of another type is kept as it was cast.
    let foreign =
        matches!(&tree, Some(Node::Cast(_, cast)) if ty.is_some_and(|ty| types::base(&types::canonical(cast)) != types::base(ty)));
    if is_null && !foreign && ty.is_some_and(|ty| !ty.contains('(')) && !is_domain {
        return None;
    }
    Some(match tree {
        Some(node) if foreign => print::text(&node),
        Some(_) if is_null => "NULL".to_owned(),
        Some(node) => print::text(&node),
        None => lexer::normal(text),
    })
}

fn is_null(node: &Node) -> bool {
    match node {
        Node::Null => true,
        Node::Cast(inner, _) => is_null(inner),
        _ => false,
    }
}

/// A collation by its bare name where it is the system's, with its namespace where it is a user's.
pub fn collation(text: &str, path: Option<&str>, catalog: &Catalog) -> String {
    let plain = lexer::normal(text).replace(" . ", ".");
    let bare = plain.strip_prefix("pg_catalog.").unwrap_or(&plain);
    if bare.trim_matches('"') == "default" {
        return "default".to_owned();
    }
    match catalog.collation_namespace(bare.trim_matches('"'), path) {
        Some(namespace) => format!("{namespace}.{bare}"),
        None => bare.to_owned(),
    }
}
