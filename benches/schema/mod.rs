//! Generated schemas of a given number of tables, in the two manners in which the same schema reaches the program: as
//! pg_dump prints it, and as a person writes it.

use std::fmt::Write;

/// What sets the desired side apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Nothing,
    /// Every hundredth table has a column more.
    OneInHundred,
}

/// The text of `pg_dump`: one statement for each thing, each with its comment.
pub fn dump(tables: usize, change: Change) -> String {
    let mut out = String::from("--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n");
    (0..tables).for_each(|n| table(&mut out, n, change));
    (0..tables).for_each(|n| keys(&mut out, n));
    out.push_str("--\n-- PostgreSQL database dump complete\n--\n\n");
    out
}

/// A table with the sequence of its key.
fn table(out: &mut String, n: usize, change: Change) {
    let table = format!("entry_{n}");
    let extra = if changed(n, change) { ",\n    remark text DEFAULT ''::text NOT NULL" } else { "" };
    entry(
        out,
        &table,
        "TABLE",
        &format!(
            "CREATE TABLE public.{table} (\n    id bigint NOT NULL,\n    code character varying(20) NOT NULL,\n    amount numeric(12,2) DEFAULT 0.00 NOT NULL,\n    \
         state text DEFAULT 'open'::text NOT NULL,\n    made timestamp with time zone DEFAULT now() NOT NULL,\n    parent_id bigint,\n    note text{extra},\n    \
         CONSTRAINT {table}_amount_check CHECK ((amount >= (0)::numeric))\n)"
        ),
    );
    entry(
        out,
        &format!("{table}_id_seq"),
        "SEQUENCE",
        &format!(
            "CREATE SEQUENCE public.{table}_id_seq\n    START WITH 1\n    INCREMENT BY 1\n    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1"
        ),
    );
    entry(
        out,
        &format!("{table}_id_seq"),
        "SEQUENCE OWNED BY",
        &format!("ALTER SEQUENCE public.{table}_id_seq OWNED BY public.{table}.id"),
    );
}

/// What pg_dump prints after the tables: defaults, keys, indexes, references.
fn keys(out: &mut String, n: usize) {
    let table = format!("entry_{n}");
    entry(
        out,
        &format!("{table} id"),
        "DEFAULT",
        &format!("ALTER TABLE ONLY public.{table} ALTER COLUMN id SET DEFAULT nextval('public.{table}_id_seq'::regclass)"),
    );
    entry(
        out,
        &format!("{table} {table}_pkey"),
        "CONSTRAINT",
        &format!("ALTER TABLE ONLY public.{table}\n    ADD CONSTRAINT {table}_pkey PRIMARY KEY (id)"),
    );
    entry(out, &format!("{table}_state"), "INDEX", &format!("CREATE INDEX {table}_state ON public.{table} USING btree (state, made DESC)"));
    if n > 0 {
        entry(
            out,
            &format!("{table} {table}_parent_id_fkey"),
            "FK CONSTRAINT",
            &format!(
                "ALTER TABLE ONLY public.{table}\n    ADD CONSTRAINT {table}_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.entry_{}(id)",
                n / 2
            ),
        );
    }
}

/// The same schema by hand: everything of a table in one statement, in another spelling.
pub fn by_hand(tables: usize, change: Change) -> String {
    let mut out = String::new();
    for n in 0..tables {
        let parent = if n > 0 { format!(" references entry_{} (id)", n / 2) } else { String::new() };
        let extra = if changed(n, change) { ",\n  remark text not null default ''" } else { "" };
        let _ = write!(
            out,
            "create table entry_{n} (\n  id bigserial primary key,\n  code varchar(20) not null,\n  amount numeric(12, 2) not null default 0.00 check (amount >= 0),\n  \
             state text not null default 'open',\n  made timestamptz not null default now(),\n  parent_id int8{parent},\n  note text{extra}\n);\n\
             create index entry_{n}_state on entry_{n} (state, made desc);\n\n"
        );
    }
    out
}

/// The statements of a text of this module, without their semicolons.
pub fn statements(text: &str) -> impl Iterator<Item = &str> {
    text.split(";\n").map(str::trim).filter(|statement| !statement.is_empty())
}

fn changed(n: usize, change: Change) -> bool {
    change == Change::OneInHundred && n % 100 == 7
}

fn entry(out: &mut String, name: &str, kind: &str, statement: &str) {
    let _ = write!(out, "--\n-- Name: {name}; Type: {kind}; Schema: public; Owner: -\n--\n\n{statement};\n\n\n");
}
