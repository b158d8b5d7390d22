//! The rows of django_migrations: from COPY or INSERT in a dump, from a listing, or from `showmigrations`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use super::migration::Id;

/// Rows by schema; the empty name where the text names none.
pub type BySchema = BTreeMap<String, Listing>;

/// The rows of one schema.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    ids: BTreeSet<Id>,
    /// Whether `showmigrations` told them, which names a squash alone for all that it replaces.
    shown: bool,
}

impl Listing {
    /// Adds the rows that another part of the same dump holds.
    pub fn add(&mut self, other: Listing) {
        self.ids.extend(other.ids);
    }

    /// Whether a migration counts as applied. The row of a squash says nothing by itself: it is applied where all that it
    /// replaces is (django/db/migrations/loader.py, `build_graph`).
    pub fn count(&self, id: &Id, replaces: &[Id]) -> bool {
        let by_parts = !replaces.is_empty() && replaces.iter().all(|part| self.contains(part));
        by_parts || (self.shown || replaces.is_empty()) && self.contains(id)
    }
}

impl Deref for Listing {
    type Target = BTreeSet<Id>;

    fn deref(&self) -> &BTreeSet<Id> {
        &self.ids
    }
}

/// The rows in a dump; `None` where it does not speak of them.
pub fn in_dump(text: &str) -> Option<BySchema> {
    let mut found = BySchema::new();
    let copies = copied(text, &mut found);
    let inserts = inserted(text, &mut found);
    (copies || inserts).then_some(found)
}

/// The rows that a listing or a dump shows; `None` where the text is neither.
pub fn rows(text: &str) -> Option<BySchema> {
    in_dump(text).or_else(|| {
        let told = |ids: BTreeSet<Id>, shown: bool| Listing { ids, shown };
        let plain = || json(text).map(|ids| told(ids, false));
        let listed = plain().or_else(|| shown(text).map(|ids| told(ids, true))).or_else(|| table(text).map(|ids| told(ids, false)))?;
        Some(BySchema::from([(String::new(), listed)]))
    })
}

/// A row of a listing: a word that can be an app's label, and one that can be a migration's name. A label is an identifier
/// (django/apps/config.py, `AppConfig.__init__`); a name is that of a file, so `0002_add-index` is one too.
fn id(app: &str, name: &str) -> Option<Id> {
    let is_name = |c: char| c.is_alphanumeric() || "_-+~@&!%#=^".contains(c);
    (is_label(app) && name.chars().any(char::is_alphanumeric) && name.chars().all(is_name)).then(|| Id::new(app, name))
}

/// A row of which the cells are known: a name is whatever stands there.
fn row(app: &str, name: &str) -> Option<Id> {
    (is_label(app) && !name.is_empty() && !name.contains(char::is_control)).then(|| Id::new(app, name))
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// A relation's name and schema, without quotes.
fn relation(text: &str) -> (String, String) {
    let bare: String = text.chars().filter(|c| !matches!(c, '"' | '`')).collect();
    match bare.rsplit_once('.') {
        Some((schema, name)) => (schema.to_string(), name.to_string()),
        None => (String::new(), bare),
    }
}

/// `COPY public.django_migrations (id, app, name, applied) FROM stdin;` and its rows.
fn copied(text: &str, found: &mut BySchema) -> bool {
    let mut spoken = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(rest) = line.strip_prefix("COPY ") else { continue };
        let Some((target, columns)) = rest.split_once('(') else { continue };
        let (schema, name) = relation(target.trim());
        if name != "django_migrations" {
            continue;
        }
        spoken = true;
        let columns: Vec<&str> = columns.split(')').next().unwrap_or("").split(',').map(str::trim).collect();
        let place = |wanted: &str| columns.iter().position(|column| column.trim_matches('"') == wanted);
        let (Some(app), Some(name)) = (place("app"), place("name")) else { continue };
        let rows = &mut found.entry(schema).or_default().ids;
        for line in lines.by_ref().take_while(|line| *line != "\\.") {
            let cells: Vec<&str> = line.split('\t').collect();
            rows.extend(cells.get(app).zip(cells.get(name)).and_then(|(app, name)| row(app, name)));
        }
    }
    spoken
}

/// `INSERT INTO django_migrations … VALUES (1,'app','name','…'),(…)`, also over several lines.
fn inserted(text: &str, found: &mut BySchema) -> bool {
    let mut spoken = false;
    let mut schema_in_force = String::new();
    let mut next = 0;
    for line in text.split_inclusive('\n') {
        let start = next;
        next += line.len();
        if let Some(rest) = line.strip_prefix("SET search_path = ") {
            schema_in_force = rest.split([',', ';']).next().unwrap_or("").trim().to_string();
        }
        let lower = line.trim_start().get(..12).unwrap_or("").to_ascii_lowercase();
        if !(lower.starts_with("insert into ") || lower.starts_with("insert ignor")) {
            continue;
        }
        let Some(at) = line.find("django_migrations") else { continue };
        let head = line.get(..at).unwrap_or("").rsplit(' ').next().unwrap_or("");
        // The list may begin on the next line and go on over many (mariadb-dump writes a row on each).
        let Some((columns, values)) = split_values(text.get(start + at..).unwrap_or("")) else { continue };
        spoken = true;
        let (schema, _) = relation(&format!("{head}django_migrations"));
        let schema = if schema.is_empty() { schema_in_force.clone() } else { schema };
        let place = |wanted: &str, usual: usize| columns.iter().position(|column| column == wanted).unwrap_or(usual);
        let (app, name) = (place("app", 1), place("name", 2));
        let rows = &mut found.entry(schema).or_default().ids;
        for tuple in tuples(values) {
            rows.extend(tuple.get(app).zip(tuple.get(name)).and_then(|(app, name)| row(app, name)));
        }
    }
    spoken
}

/// The column list, if any, and what follows VALUES.
fn split_values(text: &str) -> Option<(Vec<String>, &str)> {
    let head = text.find(';').map_or(text, |end| &text[..end]);
    let at = head.as_bytes().windows(6).position(|word| word.eq_ignore_ascii_case(b"values"))?;
    let columns = text.get(..at)?.split_once('(').map(|(_, list)| list.split(')').next().unwrap_or("")).unwrap_or("");
    let columns = columns.split(',').map(|column| column.trim().trim_matches(['"', '`']).to_string()).filter(|column| !column.is_empty());
    Some((columns.collect(), text.get(at + 6..)?))
}

/// The tuples of a VALUES list, texts without their quotes.
fn tuples(text: &str) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => cell.push(c),
            '(' => depth += 1,
            ',' if depth == 1 => row.push(std::mem::take(&mut cell)),
            ')' if depth == 1 => {
                row.push(std::mem::take(&mut cell));
                out.push(std::mem::take(&mut row));
                depth = 0;
            }
            ')' => depth -= 1,
            ';' if depth == 0 => break,
            c if c.is_whitespace() || depth == 0 => {}
            c => cell.push(c),
        }
    }
    out
}

/// A JSON list of objects with `app` and `name`, also below `django_migrations`; or of pairs.
fn json(text: &str) -> Option<BTreeSet<Id>> {
    let parsed: serde_json::Value = serde_json::from_str(text.trim()).ok()?;
    let list = parsed.get("django_migrations").unwrap_or(&parsed).as_array()?;
    let mut rows = BTreeSet::new();
    for item in list {
        let pair = match item {
            serde_json::Value::Array(pair) => (pair.first(), pair.get(1)),
            object => (object.get("app"), object.get("name")),
        };
        let (Some(app), Some(name)) = (pair.0.and_then(|one| one.as_str()), pair.1.and_then(|one| one.as_str())) else { continue };
        rows.extend(row(app, name));
    }
    Some(rows)
}

/// `showmigrations`: a label on a line of its own, then `[X]`, `[ ]` or `[-]` and a name.
fn shown(text: &str) -> Option<BTreeSet<Id>> {
    let mut rows = BTreeSet::new();
    let mut app = "";
    let mut marks = 0;
    for line in text.lines() {
        let bare = line.trim();
        let Some(rest) = bare.strip_prefix('[') else {
            app = bare.split_whitespace().next().unwrap_or("");
            continue;
        };
        let Some((mark, name)) = rest.split_once(']') else { continue };
        marks += 1;
        let name = name.split_whitespace().next().unwrap_or("");
        // `showmigrations --plan` writes the app before the name.
        let (app, name) = name.split_once('.').unwrap_or((app, name));
        // `[-]`: all that a squash replaces is recorded, and with that it is applied.
        if matches!(mark.trim(), "X" | "x" | "-") {
            rows.extend(id(app, name));
        }
    }
    (marks > 0 || text.contains("(no migrations)")).then_some(rows)
}

/// psql's, mysql's or CSV's table with a header that names `app` and `name`; or two bare columns.
fn table(text: &str) -> Option<BTreeSet<Id>> {
    let mut columns: Option<(usize, usize)> = None;
    let mut rows = BTreeSet::new();
    for line in text.lines() {
        let separator = if line.contains('|') {
            '|'
        } else if line.contains('\t') {
            '\t'
        } else {
            ','
        };
        let line = line.trim().trim_start_matches('|').trim_end_matches('|');
        let cells: Vec<&str> = line.split(separator).map(|cell| cell.trim().trim_matches('"')).collect();
        let place = |wanted: &str| cells.iter().position(|cell| cell.eq_ignore_ascii_case(wanted));
        match (columns, place("app"), place("name")) {
            (None, Some(app), Some(name)) => columns = Some((app, name)),
            (Some((app, name)), _, _) => rows.extend(cells.get(app).zip(cells.get(name)).and_then(|(app, name)| id(app, name))),
            (None, _, _) => {
                // `id|app|name|applied` without a header, as `psql -At` prints it.
                let at = usize::from(cells.len() >= 3 && cells.first().is_some_and(|cell| cell.parse::<u64>().is_ok()));
                if cells.len() >= 2 {
                    rows.extend(cells.get(at).zip(cells.get(at + 1)).and_then(|(app, name)| id(app, name)));
                }
            }
        }
    }
    (columns.is_some() || !rows.is_empty()).then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let found = in_dump(text).unwrap_or_default();
        found.iter().flat_map(|(schema, ids)| ids.iter().map(move |id| format!("{schema}/{id}"))).collect()
    }

    #[test]
    fn rows_of_every_client_are_read() {
        // mariadb-dump: each row on a line of its own.
        let lines = "INSERT INTO `django_migrations` VALUES\n(1,'a','0001_x','2026-01-01 00:00:00'),\n(2,'b','0001_y','2026');\nINSERT INTO `t` VALUES (1,'c','0009_z','x');\n";
        assert_eq!(names(lines), ["/a.0001_x", "/b.0001_y"]);
        // mysqldump, sqlite3 .dump: one statement a line.
        assert_eq!(names("INSERT INTO \"django_migrations\" VALUES(1,'a','0001_x','2026');\n"), ["/a.0001_x"]);
        // By hand, with columns in another order and VALUES on the next line.
        let columns = "insert into public.django_migrations (name, app)\nvalues ('0001_x', 'a');\n";
        assert_eq!(names(columns), ["public/a.0001_x"]);
        // pg_dump --inserts and COPY.
        assert_eq!(names("INSERT INTO public.django_migrations VALUES (1, 'a', '0001_x', '2026');\n"), ["public/a.0001_x"]);
        // A migration's name is a file's, not an identifier.
        assert_eq!(names("INSERT INTO django_migrations VALUES(1,'a','0002_add-index','2026');\n"), ["/a.0002_add-index"]);
        let listed = |text: &str| {
            rows(text).unwrap_or_default().into_values().flat_map(|rows| rows.ids).map(|id| id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(listed("a\n [X] 0001_x\n [X] 0002_add-index\n [ ] 0003_z\n"), ["a.0001_x", "a.0002_add-index"]);
        assert_eq!(listed("| app | name |\n|-----|------|\n| a | 0002_add-index |\n"), ["a.0002_add-index"]);
        let copy = "COPY public.django_migrations (id, app, name, applied) FROM stdin;\n1\ta\t0001_x\t2026\n\\.\n";
        assert_eq!(names(copy), ["public/a.0001_x"]);
    }
}
