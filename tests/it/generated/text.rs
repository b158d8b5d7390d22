//! A generated schema as the SQL that a person would write for it: one statement for each object.

use super::model::{Column, Model, Table};
use super::vocabulary::{Comments, NAMES, Vocabulary};

const COLUMNS: &[&str] = &["name", "Total", "select", "amount_due"];
const ACTIONS: &[&str] = &["", " ON DELETE CASCADE", " ON DELETE SET NULL"];
const COMMENTS: &[&str] = &["", "what it is for", "it's said"];

/// The statements of a schema, each after what it needs.
pub fn statements(model: &Model, words: &Vocabulary) -> Vec<String> {
    Writer { model, words }.all()
}

struct Writer<'a> {
    model: &'a Model,
    words: &'a Vocabulary,
}

impl Writer<'_> {
    fn all(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        if self.words.enums {
            let labels = |count: usize| (0..count).map(|label| format!("'l{label}'")).collect::<Vec<_>>().join(", ");
            found.extend(self.model.enums.iter().map(|(number, count)| format!("CREATE TYPE mood{number} AS ENUM ({})", labels(*count))));
        }
        let tables = &self.model.tables;
        found.extend(tables.iter().map(|(number, table)| self.table(*number, table)));
        found.extend(tables.iter().flat_map(|(number, table)| self.indexes(*number, table)));
        if self.words.alters {
            let made = tables.iter().flat_map(|(number, table)| {
                self.references(*number, table).map(|line| format!("ALTER TABLE {} ADD {line}", self.name(*number))).collect::<Vec<_>>()
            });
            found.extend(made);
        }
        found.extend(tables.iter().flat_map(|(number, table)| self.comments(*number, table)));
        let triggers = tables.iter().filter(|(_, table)| table.trigger);
        found.extend(
            triggers.map(|(number, _)| self.words.trigger.replace("{n}", &format!("tr{number}")).replace("{t}", &self.name(*number))),
        );
        found.extend(self.model.views.keys().filter_map(|number| self.view(*number)));
        found
    }

    fn name(&self, number: usize) -> String {
        self.quoted(NAMES[number])
    }

    fn column_name(&self, number: usize) -> String {
        self.quoted(COLUMNS[number])
    }

    /// A name, in quotes where the engine asks for them.
    fn quoted(&self, name: &str) -> String {
        let is_plain = name.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !["order", "select"].contains(&name);
        if is_plain { name.to_string() } else { format!("{0}{name}{0}", self.words.quote) }
    }

    fn table(&self, number: usize, table: &Table) -> String {
        let mut lines = vec![self.key(table)];
        lines.extend(table.columns.iter().map(|(number, column)| self.column(*number, column)));
        lines.extend(self.referred(table).map(|other| format!("{} {}", reference_column(other), self.words.key)));
        if table.generated && !(table.counted && self.words.comments == Comments::Clause) {
            lines.push(format!("twice {}", self.words.generated.replace("{i}", "id")));
        }
        if !self.is_inline_key(table) {
            let second = self.key_column(table).map_or(String::new(), |column| format!(", {}", self.column_name(column)));
            lines.push(format!("PRIMARY KEY (id{second})"));
        }
        lines.extend(self.constraints(number, table));
        let comment = match self.words.comments {
            Comments::Clause if table.comment > 0 && !self.option(table).contains("COMMENT") => {
                format!(" COMMENT='{}'", escaped(COMMENTS[table.comment]))
            }
            _ => String::new(),
        };
        format!("CREATE TABLE {} (\n    {}\n){}{comment}", self.name(number), lines.join(",\n    "), self.option(table))
    }

    fn option(&self, table: &Table) -> &'static str {
        self.words.options[table.option]
    }

    /// SQLite's key stands in its column where it counts, and elsewhere too where the table has a rowid.
    fn is_inline_key(&self, table: &Table) -> bool {
        !self.words.alters && table.counted && table.option == 0 && self.key_column(table).is_none()
    }

    fn key(&self, table: &Table) -> String {
        if self.is_inline_key(table) {
            return "id integer PRIMARY KEY AUTOINCREMENT".to_string();
        }
        format!("id {} NOT NULL", if table.counted { self.words.counted_key } else { self.words.key })
    }

    /// The second column of the primary key.
    fn key_column(&self, table: &Table) -> Option<usize> {
        let indexed = |column: &Column| self.words.types.get(column.of).is_none_or(|of| of.is_indexed);
        table.columns.iter().find(|(_, column)| table.wide_key && indexed(column)).map(|(number, _)| *number)
    }

    fn column(&self, number: usize, column: &Column) -> String {
        let (of, default) = self.type_of(column);
        let mut text = format!("{} {of}", self.column_name(number));
        text.push_str(if column.required { " NOT NULL" } else { "" });
        if !default.is_empty() {
            text.push_str(&format!(" DEFAULT {default}"));
        }
        if self.words.comments == Comments::Clause && column.comment > 0 {
            text.push_str(&format!(" COMMENT '{}'", escaped(COMMENTS[column.comment])));
        }
        text
    }

    fn type_of(&self, column: &Column) -> (String, &'static str) {
        let known = self.words.types.get(column.of);
        match (known, column.of.checked_sub(self.words.types.len())) {
            (None, Some(number)) if self.words.enums && self.model.enums.contains_key(&number) => {
                (format!("mood{number}"), if column.default > 0 { "'l0'" } else { "" })
            }
            _ => {
                let known = known.unwrap_or(&self.words.types[0]);
                (known.text.to_string(), column.default.checked_sub(1).map_or("", |at| known.defaults[at]))
            }
        }
    }

    fn constraints(&self, number: usize, table: &Table) -> Vec<String> {
        let mut lines: Vec<String> =
            self.indexed(table, &table.uniques).map(|column| format!("UNIQUE ({})", self.column_name(column))).collect();
        let checked = table.checks.iter().filter(|column| table.columns.contains_key(column));
        lines.extend(checked.map(|column| {
            let name = if column % 2 == 0 { format!("CONSTRAINT ck{number}_{column} ") } else { String::new() };
            format!("{name}CHECK ({0} IS NOT NULL OR {0} IS NULL)", self.column_name(*column))
        }));
        if !self.words.alters {
            lines.extend(self.references(number, table));
        }
        lines
    }

    /// Those of the columns that are there and can be indexed.
    fn indexed<'a>(&self, table: &'a Table, columns: impl IntoIterator<Item = &'a usize>) -> impl Iterator<Item = usize> {
        let fits = |number: &&usize| {
            table.columns.get(number).is_some_and(|column| self.words.types.get(column.of).is_none_or(|of| of.is_indexed))
        };
        columns.into_iter().filter(fits).copied().collect::<Vec<_>>().into_iter()
    }

    /// The tables that this one refers to: those whose key is one column.
    fn referred(&self, table: &Table) -> impl Iterator<Item = usize> {
        let single = |other: &&usize| self.model.tables.get(other).is_some_and(|other| self.key_column(other).is_none());
        table.references.keys().filter(single).copied().collect::<Vec<_>>().into_iter()
    }

    fn references(&self, number: usize, table: &Table) -> impl Iterator<Item = String> {
        self.referred(table).map(move |other| {
            let name = if self.words.numbers_references { format!("CONSTRAINT fk{number}_{other} ") } else { String::new() };
            let (column, target, action) = (reference_column(other), self.name(other), ACTIONS[table.references[&other]]);
            format!("{name}FOREIGN KEY ({column}) REFERENCES {target} (id){action}")
        })
    }

    fn indexes(&self, number: usize, table: &Table) -> Vec<String> {
        let made = table.indexes.iter().filter_map(|(form, column)| {
            let column = self.indexed(table, [column]).next()?;
            let parts = self.words.indexes[*form].replace("{c}", &self.column_name(column)).replace("{i}", "id");
            Some(format!("CREATE INDEX ix{number}_{form}_{column} ON {} {parts}", self.name(number)))
        });
        made.collect()
    }

    fn comments(&self, number: usize, table: &Table) -> Vec<String> {
        if self.words.comments != Comments::Statement {
            return Vec::new();
        }
        let name = self.name(number);
        let whole = (table.comment > 0).then(|| format!("COMMENT ON TABLE {name} IS '{}'", escaped(COMMENTS[table.comment])));
        let parts = table.columns.iter().filter(|(_, column)| column.comment > 0);
        let parts = parts.map(|(number, column)| {
            format!("COMMENT ON COLUMN {name}.{} IS '{}'", self.column_name(*number), escaped(COMMENTS[column.comment]))
        });
        whole.into_iter().chain(parts).collect()
    }

    fn view(&self, number: usize) -> Option<String> {
        let (view, table) = (self.model.views.get(&number)?, self.model.tables.get(&number)?);
        let shown = view.columns.iter().filter(|column| table.columns.contains_key(column)).map(|column| self.column_name(*column));
        let columns: Vec<String> = std::iter::once("id".to_string()).chain(shown).collect();
        let filter = if view.filtered { " WHERE id > 3" } else { "" };
        Some(format!("CREATE VIEW v{number} AS SELECT {} FROM {}{filter}", columns.join(", "), self.name(number)))
    }
}

fn reference_column(other: usize) -> String {
    format!("r{other}")
}

fn escaped(text: &str) -> String {
    text.replace('\'', "''")
}
