//! What a person writes and what the server prints of it must meet; what differs must not.

use crate::dialects::Memo;
use crate::dialects::{Dialect, postgres::Postgres};
use crate::ir::{Attr, Key, Kind, Object, Schema, Value, Written};

const COLUMNS: &[(&str, &str)] = &[
    ("a", "varchar(10)"),
    ("b", "text"),
    ("c", "char(3)"),
    ("n", "numeric(10,2)"),
    ("i", "int"),
    ("l", "bigint"),
    ("f", "float8"),
    ("d", "date"),
    ("z", "timestamptz"),
    ("j", "jsonb"),
    ("g", "text[]"),
];

fn schema() -> Schema<Written> {
    let mut schema = super::initial();
    let table = Key::new(Kind::Table, "public".into(), "t".into());
    schema.insert(Object::new(table));
    for (name, ty) in COLUMNS {
        schema.insert(Object::new(table.child(Kind::Column, (*name).into())).with(Attr::Type, Value::sql(*ty)));
    }
    schema
}

/// The canonical form of a check and of a view's query over the table.
fn canonical(kind: Kind, text: &str) -> String {
    let mut schema = schema();
    let (key, attr) = match kind {
        Kind::Check => (Key::part(Kind::Check, "public".into(), "t".into(), "x".into()), Attr::Expression),
        _ => (Key::new(Kind::View, "public".into(), "v".into()), Attr::Query),
    };
    schema.insert(Object::new(key).with(attr, Value::sql(text)));
    Postgres.canonicalise(&mut schema, &mut Memo::default());
    let once = schema.get(key).and_then(|object| object.fragment(attr)).map(|fragment| fragment.compared().to_owned());
    Postgres.canonicalise(&mut schema, &mut Memo::default());
    let twice = schema.get(key).and_then(|object| object.fragment(attr)).map(|fragment| fragment.compared().to_owned());
    assert_eq!(once, twice, "{text}");
    once.unwrap_or_default()
}

#[test]
fn checks_meet_their_printed_form() {
    for (written, printed) in [
        ("a in ('x', 'y')", "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))"),
        ("a in ('x', 'y')", "((a)::text = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying)::text]))"),
        ("a not in ('x')", "((a)::text <> 'x'::text)"),
        ("n between 0 and 1.5", "((n >= (0)::numeric) AND (n <= 1.5))"),
        ("b like 'a%' and not a ilike 'q'", "((b ~~ 'a%'::text) AND (NOT ((a)::text ~~* 'q'::text)))"),
        ("n in (1e3, .5, 1.5e-2, 10., 1.50e1)", "(n = ANY (ARRAY['1000'::numeric, 0.5, 0.015, '10'::numeric, 15.0]))"),
        ("c = 'x'", "(c = 'x'::bpchar)"),
        ("i != -1", "(i <> '-1'::integer)"),
        ("d > '2020-1-5'", "(d > '2020-01-05'::date)"),
        ("z > now() - interval '36 hours'", "(z > (now() - '36:00:00'::interval))"),
        ("j->>'k' = 'v'", "((j ->> 'k'::text) = 'v'::text)"),
        ("j @> '{\"b\":1,\"a\":2}'", "(j @> '{\"a\": 2, \"b\": 1}'::jsonb)"),
        ("coalesce(a, '') <> ''", "((COALESCE(a, ''::character varying))::text <> ''::text)"),
        ("case when i = 1 then 'p' else a end = 'p'", "((CASE WHEN (i = 1) THEN 'p'::character varying ELSE a END)::text = 'p'::text)"),
        ("g <@ array['x']", "(g <@ ARRAY['x'::text])"),
        ("'x' = any (g)", "('x'::text = ANY (g))"),
        ("(i, l) = (1, 2)", "((i = 1) AND (l = 2))"),
        ("f > 1", "(f > (1)::double precision)"),
        ("i is distinct from 3 and (l > 1 and l < 5000000000)", "((i IS DISTINCT FROM 3) AND ((l > 1) AND (l < '5000000000'::bigint)))"),
    ] {
        assert_eq!(canonical(Kind::Check, written), canonical(Kind::Check, printed), "{written}");
    }
}

#[test]
fn different_checks_stay_different() {
    for (one, two) in [
        ("a = 'x'", "a = 'X'"),
        ("c = 'x'", "c::text = 'x'"),
        ("i / 2 > 1", "i / 2.0 > 1"),
        ("n::int > 1", "n > 1"),
        ("d > '2020-01-01'::timestamp", "d > '2020-01-01'"),
        ("not (i = 1 or l = 2)", "not i = 1 or l = 2"),
        ("a is null", "a is not null"),
        ("a in ('x', 'y')", "a in ('y', 'x')"),
        ("i = 1 and l = 2", "i = 1 or l = 2"),
        ("length(a) > 1", "length(b) > 1"),
    ] {
        assert_ne!(canonical(Kind::Check, one), canonical(Kind::Check, two), "{one}");
    }
}

#[test]
fn views_meet_their_printed_form() {
    let all = COLUMNS.iter().map(|(name, _)| format!("t.{name}")).collect::<Vec<_>>().join(", ");
    for (written, printed) in [
        ("select * from t", format!("SELECT {all} FROM public.t").as_str()),
        (
            "select count(*) from t group by 1 + i order by 1",
            "SELECT count(*) AS count FROM public.t GROUP BY (1 + t.i) ORDER BY (count(*))",
        ),
        (
            "select x.a from t x join t y using (i) where y.b = 'q'",
            "SELECT x.a FROM (public.t x JOIN public.t y USING (i)) WHERE (y.b = 'q'::text)",
        ),
        ("select a from t where i in (select l from t)", "SELECT t.a FROM public.t WHERE (t.i IN ( SELECT t_1.l FROM public.t t_1))"),
        (
            "select case when i > 0 then 'p' end from t",
            "SELECT CASE WHEN (t.i > 0) THEN 'p'::text ELSE NULL::text END AS \"case\" FROM public.t",
        ),
        (
            "with q as (select i from t) select i from q union select 1",
            "WITH q AS ( SELECT t.i FROM public.t) SELECT q.i FROM q UNION SELECT 1 AS i",
        ),
    ] {
        assert_eq!(canonical(Kind::View, written), canonical(Kind::View, printed), "{written}");
    }
}

#[test]
fn different_views_stay_different() {
    for (one, two) in [
        ("select a from t", "select a as x from t"),
        ("select a from t", "select distinct a from t"),
        ("select a from t where i = 1", "select a from t where l = 1"),
        ("select a from t order by i", "select a from t order by i desc"),
        ("select x.a from t x left join t y on x.i = y.i", "select x.a from t x join t y on x.i = y.i"),
        ("select a from t union select b from t", "select a from t union all select b from t"),
    ] {
        assert_ne!(canonical(Kind::View, one), canonical(Kind::View, two), "{one}");
    }
}
