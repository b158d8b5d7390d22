//! How values are stored unless a column says otherwise.

use super::types;

/// The storage of the built-in types (pg_type.typstorage); that of arrays is `extended`.
const BUILT_IN: &[(&str, &[&str])] = &[
    (
        "extended",
        &[
            "bit",
            "bit varying",
            "bytea",
            "character",
            "character varying",
            "datemultirange",
            "daterange",
            "int4multirange",
            "int4range",
            "int8multirange",
            "int8range",
            "json",
            "jsonb",
            "jsonpath",
            "nummultirange",
            "numrange",
            "path",
            "pg_snapshot",
            "polygon",
            "refcursor",
            "text",
            "tsmultirange",
            "tsrange",
            "tstzmultirange",
            "tstzrange",
            "tsvector",
            "txid_snapshot",
            "xml",
        ],
    ),
    ("main", &["cidr", "inet", "numeric"]),
    (
        "plain",
        &[
            "\"char\"",
            "aclitem",
            "bigint",
            "boolean",
            "box",
            "cid",
            "circle",
            "date",
            "double precision",
            "integer",
            "interval",
            "line",
            "lseg",
            "macaddr",
            "macaddr8",
            "money",
            "name",
            "oid",
            "pg_lsn",
            "point",
            "real",
            "regclass",
            "regcollation",
            "regconfig",
            "regdictionary",
            "regnamespace",
            "regoper",
            "regoperator",
            "regproc",
            "regprocedure",
            "regrole",
            "regtype",
            "smallint",
            "tid",
            "time",
            "time with time zone",
            "time without time zone",
            "timestamp",
            "timestamp with time zone",
            "timestamp without time zone",
            "tsquery",
            "uuid",
            "xid",
            "xid8",
        ],
    ),
];

/// The storage that a type, spelled as the server prints it, has by itself; `None` where it is not built in, so that only the
/// server's catalogue knows.
pub fn of_type(ty: &str) -> Option<&'static str> {
    let base = types::base(ty);
    if base.ends_with("[]") {
        return Some("extended");
    }
    BUILT_IN.iter().find(|(_, types)| types.contains(&base.trim_end())).map(|(storage, _)| *storage)
}
