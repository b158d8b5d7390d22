//! The rows of django_migrations as SQL, for what Django itself does not write or take out.

use crate::base::Name;
use crate::dialects::Dialect;
use crate::sources::django::Id;

/// The table of the rows, in its schema where that is one of several.
pub struct Rows<'a> {
    pub dialect: &'a dyn Dialect,
    pub schema: Option<&'a str>,
}

impl Rows<'_> {
    fn table(&self) -> String {
        let prefix = self.schema.map(|schema| format!("{}.", self.dialect.quote(Name::new(schema))));
        format!("{}django_migrations", prefix.unwrap_or_default())
    }

    /// Puts a row in where it lacks; the table has no key against doubles.
    pub fn insert(&self, id: &Id) -> String {
        let table = self.table();
        format!(
            "INSERT INTO {table} (app, name, applied) SELECT '{0}', '{1}', CURRENT_TIMESTAMP WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE app = '{0}' AND name = '{1}');",
            id.app, id.name
        )
    }

    /// Takes the rows of migrations out, those of one app together.
    pub fn delete<'i>(&self, ids: impl IntoIterator<Item = &'i Id>) -> String {
        let mut apps: Vec<(&str, Vec<String>)> = Vec::new();
        for id in ids {
            let name = format!("'{}'", id.name);
            match apps.iter_mut().find(|(app, _)| *app == &*id.app) {
                Some((_, names)) => names.push(name),
                None => apps.push((&id.app, vec![name])),
            }
        }
        let of = |(app, names): (&str, Vec<String>)| match names.as_slice() {
            [name] => format!("app = '{app}' AND name = {name}"),
            names => format!("app = '{app}' AND name IN ({})", names.join(", ")),
        };
        let conditions: Vec<String> = apps.into_iter().map(of).collect();
        format!("DELETE FROM {} WHERE {};", self.table(), conditions.join(" OR "))
    }
}
