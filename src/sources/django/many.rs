//! The tables behind many-to-many fields that have no model of their own.

use std::rc::Rc;

use super::columns::Context;
use super::field::Field;
use super::state::Model;
use super::table::{Table, own_table};
use super::value::{Value, last};
use super::{kinds, names};
use crate::ir::Attr;

/// A column that a package's many-to-many class adds to its table.
struct Addition {
    class: &'static str,
    /// The argument that names it, and its usual name.
    named_by: (&'static str, &'static str),
    kind: &'static str,
    /// The argument that says whether it is there.
    switch: &'static str,
    /// The argument that brings a base of the project's own along, whose columns are not told.
    base: &'static str,
}

const ADDITIONS: &[Addition] = &[Addition {
    class: "sortedm2m.fields.SortedManyToManyField",
    named_by: ("sort_value_field_name", "sort_value"),
    kind: "IntegerField",
    switch: "sorted",
    base: "base_class",
}];

/// What is known of the columns that a field's class adds: `None` where it may add any.
fn additions(field: &Field) -> Option<Vec<Field>> {
    if field.class.starts_with("django.") {
        return Some(Vec::new());
    }
    let addition = ADDITIONS.iter().find(|addition| addition.class == &*field.class)?;
    let based = field.argument(addition.base).is_some_and(|base| !matches!(base, Value::None));
    if based || field.argument("**").is_some() {
        return None;
    }
    match field.argument(addition.switch).map_or(Some(true), Value::bool)? {
        false => Some(Vec::new()),
        true => {
            let (argument, usual) = addition.named_by;
            let name = field.argument(argument).map_or(Some(usual), Value::str)?;
            Some(vec![Field::made(name, addition.kind, &[], field.span)])
        }
    }
}

fn is_automatic(field: &Field) -> bool {
    !field.argument("through").is_some_and(|through| !matches!(through, Value::None))
}

/// The name of a many-to-many table.
pub fn many_name(context: Context<'_>, model: &Model, field: &Field) -> String {
    match field.text("db_table") {
        Some(table) => table.trim_matches('"').to_string(),
        None => names::truncated(&format!("{}_{}", model.table(context.engine()), field.name), context.engine().table_length()),
    }
}

/// The table behind a ManyToManyField without a model of its own.
pub(super) fn many_table(context: Context<'_>, model: &Model, field: &Field) -> Option<Table> {
    if !is_automatic(field) {
        return None;
    }
    let target_key = field.text("to").and_then(|to| context.state.target(&model.key(), to));
    let target = target_key.as_ref().and_then(|key| context.state.get(key));
    if !model.has_table() && !target.is_some_and(|target| target.has_table()) {
        return None;
    }
    let name = many_name(context, model, field);
    let Some(target) = target else {
        let reason = format!("the model {} is not in the project or its packages", field.text("to").unwrap_or("of its target"));
        return Some(Table {
            name: name.clone(),
            hidden: vec![(String::new(), reason, field.span)],
            span: Some(field.span),
            ..Table::default()
        });
    };
    let own = model.name.to_lowercase();
    let other = target.name.to_lowercase();
    let same = model.key() == target.key();
    let (from, to) = if same { (format!("from_{own}"), format!("to_{other}")) } else { (own, other) };
    let mut through = Model { options: Default::default(), fields: Vec::new(), ..model.clone() };
    let db_constraint = field.argument("db_constraint").cloned().unwrap_or(Value::Bool(true));
    let link = |name: &str, target: &Model| {
        let to = Value::Str(target.key().to_string().into());
        Field::made(name, "ForeignKey", &[("to", to), ("db_constraint", db_constraint.clone())], field.span)
    };
    let auto = implied_auto(context, model);
    through.name = format!("{}_{}", model.name, field.name).into();
    through.options.db_table = Some(name.as_str().into());
    through.fields = vec![
        Field::made("id", auto, &[("primary_key", Value::Bool(true))], field.span).into(),
        link(&from, model).into(),
        link(&to, target).into(),
    ];
    let added = additions(field);
    through.fields.extend(added.iter().flatten().cloned().map(Rc::new));
    through.options.unique_together = vec![vec![from.as_str().into(), to.as_str().into()]];
    through.span = field.span;
    let mut table = own_table(context, &through);
    adopt_width(context, &mut table);
    table.open = added.is_none();
    Some(table)
}

/// The key of a many-to-many table follows the setting of the day on which it was made: an integer of either width is right.
fn adopt_width(context: Context<'_>, table: &mut Table) {
    if context.taste.type_among(&table.name, "id", &["integer", "bigint", "int", "int(11)", "bigint(20)"]).is_some() {
        table.unseen.push(("id".to_string(), Attr::Type));
    }
}

/// The class of keys in many-to-many tables: the project's setting, else the version's own.
fn implied_auto(context: Context<'_>, _model: &Model) -> &'static str {
    let fallback = if context.flavor.at_least(6, 0) { "BigAutoField" } else { "AutoField" };
    let named = context.state.settings.auto_field.as_deref().map(last);
    named.and_then(kinds::by_name).map_or(fallback, |kind| kind.name)
}
