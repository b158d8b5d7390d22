//! PostgreSQL's second index of a text, for patterns: Django makes none where AlterField makes an indexed column a text
//! (django/db/backends/postgresql/schema.py, `_alter_field`), so that only the migrations tell whether it is there.

use std::rc::Rc;

use super::field::{Field, Nature};
use super::flavor::Engine;
use super::kinds::Shape;
use super::state::State;
use super::taste::{self, Taste};

/// A field in the place of another.
pub fn altered(old: &Field, new: &Rc<Field>) -> Rc<Field> {
    let made = !old.indexed() && !old.unique() || !old.unique() && new.unique();
    let none = !made && (old.patternless || !is_text(old));
    if none { Rc::new(Field { patternless: true, ..(**new).clone() }) } else { new.clone() }
}

/// Whether the column of a field is a text; of a class that is not known, it may be.
fn is_text(field: &Field) -> bool {
    let is = |data_type: &str| data_type.starts_with("varchar") || data_type.starts_with("text");
    match &field.nature {
        Nature::Known(kind) => matches!(kind.shape, Shape::Column { postgres, .. } if is(postgres)),
        Nature::Raw(data_type) => is(data_type),
        Nature::Unknown => true,
    }
}

/// Whether live lacks an index for patterns that the models ask for, so that the migrations are to be asked.
pub fn is_open(state: &State, taste: Taste<'_>) -> bool {
    let lacks = |table: &str, field: &Field| {
        let column = field.column().to_string();
        let asks = is_text(field) && (field.indexed() || field.unique()) && taste.has_column(table, &column);
        asks && taste.index(table, &[column], taste::Shape::Pattern, &[]).is_none()
    };
    let models = state.models.values().filter(|model| taste.engine == Engine::Postgres && model.has_table());
    models.into_iter().any(|model| model.fields.iter().any(|field| lacks(&model.table(taste.engine), field)))
}

/// Takes over from the migrations which fields have none.
pub fn settle(state: &mut State, migrated: &State) {
    for (key, model) in &mut state.models {
        let Some(said) = migrated.get(key) else { continue };
        let none = |field: &Field| said.field(&field.name).is_some_and(|said| said.patternless);
        if model.fields.iter().any(|field| none(field)) {
            for field in &mut Rc::make_mut(model).fields {
                let patternless = none(field);
                Rc::make_mut(field).patternless |= patternless;
            }
        }
    }
}
