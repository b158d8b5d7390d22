//! The stories of Django projects: each folder fixtures/stories/<story> holds a project, what its database shows, and
//! cases.toml with commands; what they print stands in expected/. UPDATE_EXPECT=1 writes it.

use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use serde::Deserialize;

use super::project;

/// cases.toml of a story.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    case: Vec<Case>,
}

/// One command.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    words: Vec<String>,
    #[serde(default)]
    status: i32,
    /// Words that the messages must hold.
    #[serde(default)]
    messages: Vec<String>,
}

fn stories() -> PathBuf {
    project::root().join("fixtures/stories")
}

/// What a case prints.
fn run(folder: &Path, case: &Case) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
    let output = command.current_dir(folder).args(&case.words).output().map_err(|error| error.to_string())?;
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.code() != Some(case.status) {
        return Err(format!("status {:?}, not {}\n{messages}", output.status.code(), case.status));
    }
    match case.messages.iter().find(|word| !messages.contains(word.as_str())) {
        Some(word) => Err(format!("no message says `{word}`:\n{messages}")),
        None => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
    }
}

/// What is wrong with a case, if anything.
fn fault(folder: &Path, case: &Case) -> Option<String> {
    let path = folder.join("expected").join(format!("{}.txt", case.name));
    let found = match run(folder, case) {
        Ok(found) => found,
        Err(why) => return Some(format!("{}: {why}", path.display())),
    };
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected == found {
        return None;
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let _ = path.parent().map(std::fs::create_dir_all);
        return std::fs::write(&path, found).err().map(|error| error.to_string());
    }
    let diff = similar::TextDiff::from_lines(expected.as_str(), &found).unified_diff().to_string();
    Some(format!("{} differs (UPDATE_EXPECT=1 rewrites it):\n{diff}", path.display()))
}

fn told(story: &str) {
    let folder = stories().join(story);
    let text = std::fs::read_to_string(folder.join("cases.toml")).unwrap_or_default();
    let cases: Story = toml::from_str(&text).unwrap_or_else(|error| panic!("{story}: {error}"));
    let faults: Vec<String> = cases.case.iter().filter_map(|case| fault(&folder, case)).collect();
    assert!(!cases.case.is_empty() && faults.is_empty(), "{}", faults.join("\n"));
}

/// The words of every case that gives advice, with its folder.
fn advising() -> Vec<(PathBuf, Vec<String>)> {
    let folders = std::fs::read_dir(stories()).into_iter().flatten().flatten().map(|entry| entry.path());
    let cases = folders.flat_map(|folder| {
        let text = std::fs::read_to_string(folder.join("cases.toml")).unwrap_or_default();
        let story: Story = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        story.case.into_iter().map(move |case| (folder.clone(), case))
    });
    let plain = |case: &Case| case.status == 0 && case.words[0] == "advise" && !case.words.iter().any(|word| word == "--format");
    cases.filter(|(_, case)| plain(case)).map(|(folder, case)| (folder, case.words)).collect()
}

#[test]
fn advice_as_json_holds_to_its_schema() {
    let text = project::read(Path::new("docs/advise.schema.json"));
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{fault}"));
    let validator = jsonschema::validator_for(&schema).unwrap_or_else(|fault| panic!("{fault}"));
    let cases = advising();
    assert!(cases.len() > 50, "only {} cases give advice", cases.len());
    for (folder, mut words) in cases {
        words.extend(["--format".to_string(), "json".to_string()]);
        let case = Case { name: String::new(), words, status: 0, messages: Vec::new() };
        let text = run(&folder, &case).unwrap_or_else(|why| panic!("{why}"));
        let mut advice: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{fault}: {text}"));
        let faults: Vec<String> = validator.iter_errors(&advice).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{} {:?}: {}", folder.display(), case.words, faults.join("; "));
        advice["commands"] = serde_json::Value::Null;
        assert!(!validator.is_valid(&advice), "the schema takes what is not there");
    }
}

#[test]
fn required_columns_get_the_default_of_the_model() {
    told("required");
}

#[test]
fn what_live_has_instead_of_what_a_migration_wants() {
    told("contradicted");
}

#[test]
fn finance_columns_that_production_has_already() {
    told("finance");
}

#[test]
fn migrations_that_were_skipped_under_a_rename() {
    told("skipped");
}

#[test]
fn functions_that_do_nothing() {
    told("idle");
}

#[test]
fn squashes_and_the_rows_that_count_for_them() {
    told("squashed");
}

#[test]
fn renames_that_broke_off() {
    told("renamed");
}

#[test]
fn what_stands_in_functions_and_metaclasses() {
    told("hidden");
}

#[test]
fn sql_in_files_beside_the_migrations() {
    told("files");
}

#[test]
fn what_the_models_leave_open_and_the_migrations_say() {
    told("inferred");
}

#[test]
fn what_stands_under_conditions_or_twice() {
    told("conditions");
}

#[test]
fn keys_that_refer_to_proxies() {
    told("proxies");
}

#[test]
fn a_model_that_goes_to_another_app() {
    told("moved");
}

#[test]
fn a_rename_leaves_what_the_state_alone_says_of_a_column() {
    told("widened");
}

#[test]
fn models_that_the_admin_registers_and_classes_that_are_none() {
    told("registered");
}

#[test]
fn vectors_that_are_searched() {
    told("search");
}

#[test]
fn what_django_leaves_out_of_a_table_is_tolerated() {
    told("tolerated");
}

#[test]
fn columns_that_became_texts() {
    told("texts");
}

#[test]
fn a_table_between_models_that_became_a_model() {
    told("through");
}

#[test]
fn migrations_that_take_each_other_back() {
    told("reverted");
}

#[test]
fn treasury_a_key_that_each_row_must_have() {
    told("treasury");
}

#[test]
fn bookme_tenants_of_which_one_broke_off() {
    told("bookme");
}

#[test]
fn lending_additions_that_change_nothing() {
    told("lending");
}

#[test]
fn accounts_rows_and_leaves() {
    told("accounts");
}

/// The advice of a case as JSON.
fn advice(story: &str, words: &[&str]) -> serde_json::Value {
    let words = words.iter().map(|word| word.to_string()).collect();
    let case = Case { name: String::new(), words, status: 0, messages: Vec::new() };
    let text = run(&stories().join(story), &case).unwrap_or_else(|why| panic!("{why}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn loaded(path: &str) -> Connection {
    let connection = Connection::open_in_memory().unwrap_or_else(|error| panic!("{error}"));
    let text = std::fs::read_to_string(stories().join(path)).unwrap_or_else(|error| panic!("{error}"));
    execute(&connection, &text);
    connection
}

fn execute(connection: &Connection, sql: &str) {
    connection.execute_batch(sql).unwrap_or_else(|error| panic!("{error}:\n{sql}"));
}

fn number(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{error}: {sql}"))
}

#[test]
fn the_treasury_repair_gives_each_row_its_own_key_and_goes_back() {
    let advice = advice("treasury", &["advise", "live_sqlite.sql", "project", "--dialect", "sqlite", "--format", "json"]);
    let connection = loaded("treasury/live_sqlite.sql");
    execute(&connection, "INSERT INTO treasury_payment (payee, amount) VALUES ('one', 1), ('two', 2), ('three', 3);");
    execute(&connection, advice["sql"].as_str().unwrap_or_default());
    assert_eq!(number(&connection, "SELECT COUNT(DISTINCT payment_id) FROM treasury_payment WHERE length(payment_id) = 32"), 3);
    assert!(connection.execute("INSERT INTO treasury_payment (payee, amount) VALUES ('four', 4)", []).is_err(), "the key is required");
    execute(&connection, advice["back"].as_str().unwrap_or_default());
    execute(&connection, "INSERT INTO treasury_payment (payee, amount) VALUES ('four', 4);");
    assert_eq!(number(&connection, "SELECT COUNT(*) FROM pragma_table_info('treasury_payment') WHERE name = 'payment_id'"), 0);
    assert_eq!(number(&connection, "SELECT COUNT(*) FROM treasury_payment"), 4);
}

#[test]
fn the_guarded_lending_script_does_nothing_twice() {
    let words = ["diff", "live.sql", "django:project", "--dialect", "sqlite", "--idempotent", "--only", "additive"];
    let case = Case { name: String::new(), words: words.map(String::from).to_vec(), status: 0, messages: Vec::new() };
    let script = run(&stories().join("lending"), &case).unwrap_or_else(|why| panic!("{why}"));
    let connection = loaded("lending/live.sql");
    execute(&connection, "INSERT INTO loan VALUES (1, 'A', 5); INSERT INTO payment VALUES (1, 2, '2025-01-01', 1);");
    execute(&connection, &script);
    let state = || -> Vec<String> {
        let mut statement = connection.prepare("SELECT sql FROM sqlite_schema ORDER BY name").unwrap_or_else(|error| panic!("{error}"));
        let rows = statement.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap_or_else(|error| panic!("{error}"));
        rows.map(|row| row.unwrap_or_default().unwrap_or_default()).collect()
    };
    let after = state();
    assert_eq!(number(&connection, "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"), 9);
    let second = connection.execute_batch(&script).map_err(|error| error.to_string());
    assert!(second.is_err_and(|why| why.contains("duplicate column name")), "a second run says that the column is there");
    execute(&connection, "ROLLBACK;");
    assert_eq!(state(), after);
    assert_eq!(number(&connection, "SELECT COUNT(*) FROM payment WHERE channel IS NULL AND batch_id IS NULL"), 1);
}

#[test]
fn forms_in_which_models_are_written() {
    told("forms");
}

#[test]
fn projects_that_are_broken() {
    told("broken");
}

/// The rows that an advice holds for recorded, by app and name.
fn recorded(advice: &serde_json::Value) -> Vec<(String, String)> {
    let text = |one: &serde_json::Value, name: &str| one[name].as_str().unwrap_or_default().to_string();
    let all = advice["migrations"].as_array().into_iter().flatten();
    all.filter(|one| one["recorded"] == true).map(|one| (text(one, "app"), text(one, "name"))).collect()
}

/// Rows as each client prints them, and in a database file.
fn as_printed(rows: &[(String, String)], folder: &Path) -> Vec<PathBuf> {
    let each = |head: &str, line: &dyn Fn(&str, &str) -> String, tail: &str| {
        let lines: String = rows.iter().map(|(app, name)| line(app, name)).collect();
        format!("{head}{lines}{tail}")
    };
    let json: Vec<serde_json::Value> = rows.iter().map(|(app, name)| serde_json::json!({"app": app, "name": name})).collect();
    let insert = each("", &|app, name| format!("INSERT INTO django_migrations (app, name) VALUES ('{app}', '{name}');\n"), "");
    let texts = [
        ("rows.csv", each("id,app,name,applied\n", &|app, name| format!("1,{app},{name},2026-01-01 00:00:00\n"), "")),
        ("rows.json", serde_json::Value::Array(json).to_string()),
        ("psql.txt", each(" app | name \n-----+------\n", &|app, name| format!(" {app} | {name}\n"), &format!("({} rows)\n", rows.len()))),
        ("mysql.txt", each("app\tname\n", &|app, name| format!("{app}\t{name}\n"), "")),
        ("shown.txt", each("", &|app, name| format!("{app}\n [X] {name}\n"), "")),
        (
            "copy.sql",
            each(
                "COPY public.django_migrations (id, app, name, applied) FROM stdin;\n",
                &|app, name| format!("1\t{app}\t{name}\t2026\n"),
                "\\.\n",
            ),
        ),
        ("insert.sql", insert.clone()),
    ];
    let mut files: Vec<PathBuf> = Vec::new();
    for (name, text) in texts {
        files.push(folder.join(name));
        std::fs::write(folder.join(name), text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    files.push(folder.join("rows.sqlite3"));
    let connection = Connection::open(folder.join("rows.sqlite3")).unwrap_or_else(|error| panic!("{error}"));
    execute(&connection, &format!("CREATE TABLE django_migrations (id integer, app text, name text);{insert}"));
    files
}

#[test]
fn rows_from_every_source_lead_to_the_same_advice() {
    let words = ["advise", "live.sql", "project", "--dialect", "sqlite", "--format", "json"];
    let known = advice("accounts", &words);
    let rows = recorded(&known);
    assert!(!rows.is_empty());
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    for file in as_printed(&rows, folder.path()) {
        let file = file.display().to_string();
        let words = ["advise", "without_rows.sql", "project", "--dialect", "sqlite", "--format", "json", "--recorded", &file];
        let found = advice("accounts", &words);
        assert_eq!(recorded(&found), rows, "{file}");
        assert_eq!(found["commands"], known["commands"], "{file}");
        assert_eq!(found["summary"], known["summary"], "{file}");
    }
    // A database file as the live side has its rows itself.
    let file = folder.path().join("live.sqlite3");
    let connection = Connection::open(&file).unwrap_or_else(|error| panic!("{error}"));
    execute(&connection, &std::fs::read_to_string(stories().join("accounts/live.sql")).unwrap_or_default());
    drop(connection);
    let file = file.display().to_string();
    let found = advice("accounts", &["advise", &file, "project", "--format", "json"]);
    assert_eq!((recorded(&found), &found["commands"]), (rows, &known["commands"]));
}
