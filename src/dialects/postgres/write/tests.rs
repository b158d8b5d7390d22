use crate::base::Name;
use crate::ir::{Action, Attr, Canonical, Fragment, Key, Kind, Object, Pair, Schema, Step, Transaction, Value};

use super::{ident, route, routine, view, write};
use crate::dialects::Route;

fn name(text: &str) -> Name {
    Name::new(text)
}

fn free(kind: Kind, text: &str) -> Key {
    Key::new(kind, name("public"), name(text))
}

fn column(table: &str, text: &str, of: &str) -> Object {
    Object::new(Key::part(Kind::Column, name("public"), name(table), name(text))).with(Attr::Type, Value::sql(of))
}

fn labels(text: &str) -> Value {
    Value::Labels(text.split(' ').map(Into::into).collect())
}

fn schema(objects: Vec<Object>) -> Schema<Canonical> {
    let mut schema = Schema::default();
    objects.into_iter().for_each(|object| schema.insert(object));
    schema
}

fn sql(action: Action, key: Key, live: &Schema<Canonical>, desired: &Schema<Canonical>) -> Vec<String> {
    let step = Step { key, action };
    write(&step, Pair::new(live, desired)).unwrap_or_default().into_iter().map(|statement| statement.sql).collect()
}

#[test]
fn names_are_quoted_where_they_must_be() {
    for (given, printed) in [("a", "a"), ("user", "\"user\""), ("A", "\"A\""), ("1a", "\"1a\""), ("a\"b", "\"a\"\"b\""), ("_x", "_x")] {
        assert_eq!(ident::quoted(given), printed);
    }
    assert_eq!(ident::literal("it's"), "'it''s'");
    assert_eq!(ident::literal("a\\b"), "E'a\\\\b'");
}

#[test]
fn a_table_is_made_with_its_parts() {
    let table = Object::new(free(Kind::Table, "t")).with(Attr::Comment, Value::text("what"));
    let key = table.key;
    let id = column("t", "id", "integer").with(Attr::NotNull, Value::Flag);
    let primary = Object::new(key.child(Kind::PrimaryKey, name("t_pkey"))).with(Attr::Columns, Value::Names(vec![name("id")]));
    let with = vec![id.key, primary.key];
    let desired = schema(vec![table, id, primary]);
    let made = sql(Action::Create { with }, key, &schema(vec![]), &desired);
    assert_eq!(
        made,
        [
            "CREATE TABLE public.t (\n    id integer NOT NULL,\n    CONSTRAINT t_pkey PRIMARY KEY (id)\n)",
            "COMMENT ON TABLE public.t IS 'what'"
        ]
    );
}

#[test]
fn a_label_is_added_in_place_and_taken_away_by_a_new_type() {
    let kind = Object::new(free(Kind::Enum, "mood"));
    let uses = column("t", "m", "public.mood").with(Attr::Default, Value::sql("'a'::public.mood"));
    let side = |words: &str| schema(vec![kind.clone().with(Attr::Labels, labels(words)), uses.clone()]);
    let alter = || Action::Alter { attrs: vec![Attr::Labels] };
    let (live, more, less) = (side("a c"), side("a b c"), side("c a"));
    assert_eq!(sql(alter(), kind.key, &live, &more), ["ALTER TYPE public.mood\n    ADD VALUE 'b' AFTER 'a'"]);
    let step = Step { key: kind.key, action: alter() };
    let added = write(&step, Pair::new(&live, &more)).unwrap_or_default();
    assert!(added.iter().all(|statement| statement.transaction == Transaction::Outside));
    let replaced = sql(alter(), kind.key, &live, &less);
    assert_eq!(replaced[0], "ALTER TYPE public.mood\n    RENAME TO mood__amend_old");
    assert_eq!(replaced[3], "ALTER TABLE public.t\n    ALTER COLUMN m TYPE public.mood USING m::text::public.mood");
    assert_eq!(replaced[5], "DROP TYPE public.mood__amend_old");
}

#[test]
fn a_type_change_says_how_values_are_cast() {
    let side = |of: &str| schema(vec![Object::new(free(Kind::Table, "t")), column("t", "c", of)]);
    let key = column("t", "c", "").key;
    for (from, to, printed) in [
        ("integer", "bigint", "TYPE bigint"),
        ("text", "integer", "TYPE integer USING c::integer"),
        ("integer", "uuid", "TYPE uuid USING c::text::uuid"),
        ("character varying(9)", "text", "TYPE text"),
    ] {
        let made = sql(Action::Alter { attrs: vec![Attr::Type] }, key, &side(from), &side(to));
        assert_eq!(made, [format!("ALTER TABLE public.t\n    ALTER COLUMN c {printed}")]);
    }
}

#[test]
fn or_replace_is_used_only_where_the_columns_stay() {
    let view = |query: &str| Object::new(free(Kind::View, "v")).with(Attr::Query, Value::Sql(Fragment::new(query)));
    let fits = |live: &str, desired: &str| view::replaceable(Pair::new(&view(live), &view(desired)));
    assert!(fits("SELECT a FROM t", "SELECT a, b FROM t"));
    assert!(fits("SELECT a FROM t", "SELECT a FROM t WHERE a > 1"));
    assert!(!fits("SELECT a, b FROM t", "SELECT a FROM t"));
    assert!(!fits("SELECT a FROM t", "SELECT a FROM u"));
    let routine = |parameters: &str| Object::new(free(Kind::Function, "f(integer)")).with(Attr::Parameters, Value::sql(parameters));
    let fits = |live: &str, desired: &str| routine::replaceable(Pair::new(&routine(live), &routine(desired)));
    assert!(fits("a integer", "a integer DEFAULT 1"));
    assert!(!fits("a integer DEFAULT 1", "a integer"));
    assert!(!fits("a integer", "b integer"));
}

#[test]
fn a_table_with_another_partition_key_is_another_table() {
    let table = |key: &str| Object::new(free(Kind::Table, "t")).with(Attr::PartitionBy, Value::sql(key));
    let (live, desired) = (table("RANGE (a)"), table("LIST (a)"));
    let empty = schema(vec![]);
    assert!(matches!(route(Attr::PartitionBy, Pair::new(&live, &desired), Pair::new(&empty, &empty)), Route::Replace));
}

#[test]
fn privileges_are_granted_and_revoked_by_their_differences() {
    let grants = |words: &[(&str, &str)]| {
        let key = Key::part(Kind::Privilege, name("public"), name("table t"), name("bob"));
        let set = words.iter().map(|(word, option)| (name(word), (*option).into())).collect();
        Object::new(key).with(Attr::Grants, Value::Options(set))
    };
    let (live, desired) = (grants(&[("INSERT", ""), ("SELECT", "")]), grants(&[("SELECT", ""), ("UPDATE(a)", "grant")]));
    let made = sql(Action::Alter { attrs: vec![Attr::Grants] }, live.key, &schema(vec![live.clone()]), &schema(vec![desired]));
    assert_eq!(made, ["REVOKE INSERT ON TABLE public.t FROM bob", "GRANT UPDATE (a) ON TABLE public.t TO bob WITH GRANT OPTION"]);
}
