//! How values are stored unless a column says otherwise.

use super::types;

/// The built-in types that are not stored plain (pg_type.typstorage); arrays are `extended`.
const NOT_PLAIN: &[(&str, &[&str])] = &[
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
];

/// The storage that a type, spelled as the server prints it, has by itself; `None` where it is not built in, so that only the
/// server's catalogue knows.
pub fn of_type(ty: &str) -> Option<&'static str> {
    let base = types::base(ty);
    if base.ends_with("[]") {
        return Some("extended");
    }
    let base = base.trim_end();
    let listed = NOT_PLAIN.iter().find(|(_, types)| types.contains(&base)).map(|(storage, _)| *storage);
    let word = base.split(' ').next().unwrap_or(base);
    let built_in = matches!(base, "double precision" | "\"char\"") || types::BUILT_IN.contains(&word);
    listed.or(built_in.then_some("plain"))
}

#[cfg(test)]
mod tests {
    use super::of_type;

    #[test]
    fn types_are_stored_as_the_catalogue_says() {
        for plain in
            ["integer", "double precision", "\"char\"", "timestamp(3) without time zone", "time with time zone", "tsquery", "regclass"]
        {
            assert_eq!(of_type(plain), Some("plain"), "{plain}");
        }
        for extended in ["character varying(20)", "int4range", "integer[]", "bit varying", "public.mood[]"] {
            assert_eq!(of_type(extended), Some("extended"), "{extended}");
        }
        assert_eq!([of_type("numeric(10,2)"), of_type("public.mood"), of_type("mood")], [Some("main"), None, None]);
    }
}
