//! Columns: types, character sets, defaults, generated values, checks.

use super::{defaults, fragment};
use crate::dialects::mysql::family::{self, Family};
use crate::dialects::mysql::types::{self, Class};
use crate::ir::{Attr, Fragment, Object, Value};

/// Rewrites one column. `in_primary_key`: it cannot be null. `inherited`: the character set that it has where it says none.
pub fn canonicalise(column: &mut Object, in_primary_key: bool, inherited: &str, family: &Family) {
    settle_type(column, inherited, family);
    let data_type = column.text(Attr::Type).unwrap_or("").to_string();
    let class = types::class(&data_type);
    settle_charset(column, class, family);
    if in_primary_key || column.has(Attr::AutoIncrement) {
        column.set(Attr::NotNull, Some(Value::Flag));
    }
    if let Some(text) = column.text(Attr::Default).map(str::to_string) {
        let default = defaults::default(&text, &data_type, class, family);
        column.set(Attr::Default, default.map(Value::Sql));
    }
    if let Some(text) = column.text(Attr::OnUpdateValue).map(str::to_string) {
        let value = defaults::default(&text, &data_type, class, family);
        column.set(Attr::OnUpdateValue, value.map(Value::Sql));
    }
    if column.text(Attr::GeneratedAs) == Some("row") {
        // The server holds these columns to be not null, and says so or not.
        column.set(Attr::NotNull, None);
        return;
    }
    canonical_text(column, Attr::Generated, family, fragment::value);
    canonical_text(column, Attr::Expression, family, fragment::condition);
}

fn canonical_text(column: &mut Object, attr: Attr, family: &Family, canon: fn(&str, &Family) -> Fragment) {
    if let Some(text) = column.text(attr).map(str::to_string) {
        column.set(attr, Some(Value::Sql(canon(&text, family))));
    }
}

fn settle_type(column: &mut Object, inherited: &str, family: &Family) {
    let Some(written) = column.text(Attr::Type).map(str::to_string) else { return };
    if types::is_national(&written) && !column.has(Attr::Charset) {
        column.set(Attr::Charset, Some(Value::text("utf8mb3")));
    }
    let of_collation = column.text(Attr::Collation).filter(|collation| !collation.starts_with('_')).map(family::charset_of);
    let charset = column.text(Attr::Charset).map(str::to_string).or(of_collation);
    let mut canonical = types::canonical(&types::in_charset(&written, charset.as_deref().unwrap_or(inherited)), family);
    if column.text(Attr::Charset) == Some("binary") {
        canonical = binary_type(&canonical);
    }
    let text: std::sync::Arc<str> = canonical.into();
    column.set(Attr::Type, Some(Value::Sql(Fragment { text: text.clone(), canon: Some(text) })));
}

/// A string type in the character set `binary` is a binary type.
fn binary_type(text: &str) -> String {
    let class = types::class(text);
    match class {
        Class::Character => text.replacen("char", "binary", 1),
        Class::Text => text.replacen("text", "blob", 1),
        _ => text.to_string(),
    }
}

/// Fills in what of character set and collation follows from the other; takes both from types that have none.
fn settle_charset(column: &mut Object, class: Class, family: &Family) {
    if !class.has_charset() {
        column.set(Attr::Charset, None);
        column.set(Attr::Collation, None);
        return;
    }
    let charset = column.text(Attr::Charset).map(str::to_string);
    let collation = column.text(Attr::Collation).map(str::to_string);
    match (charset, collation) {
        (Some(charset), Some(collation)) if collation.starts_with('_') => {
            column.set(Attr::Collation, Some(Value::text(format!("{charset}{collation}"))));
        }
        (Some(charset), None) => {
            let collation = family.default_collation(&charset);
            column.set(Attr::Collation, Some(Value::text(collation)));
        }
        (None, Some(collation)) if !collation.starts_with('_') => {
            column.set(Attr::Charset, Some(Value::text(family::charset_of(&collation))));
        }
        _ => {}
    }
}
