use super::*;

#[test]
fn aliases_meet_their_printed_names() {
    for (written, printed) in [
        ("INT", "integer"),
        ("pg_catalog.int4", "integer"),
        ("varchar(10)", "character varying(10)"),
        ("Char", "character(1)"),
        ("\"char\"", "\"char\""),
        ("pg_catalog.\"char\"", "\"char\""),
        ("timestamp(3) with time zone", "timestamp(3) with time zone"),
        ("TIMESTAMPTZ(3)", "timestamp(3) with time zone"),
        ("timestamp", "timestamp without time zone"),
        ("decimal( 10 , 2)", "numeric(10,2)"),
        ("numeric(5)", "numeric(5,0)"),
        ("float(24)", "real"),
        ("float", "double precision"),
        ("int ARRAY", "integer[]"),
        ("int[3][]", "integer[]"),
        ("interval day to second(3)", "interval day to second(3)"),
        ("public.\"Mood\"", "public.\"Mood\""),
        ("double  precision", "double precision"),
        ("bit varying(3)", "bit varying(3)"),
    ] {
        assert_eq!(canonical(written), printed, "{written}");
    }
}

#[test]
fn user_types_get_their_namespace() {
    assert_eq!(resolved("status[]", |_| Some("public".into())), "public.status[]");
    assert_eq!(resolved("text", |_| Some("public".into())), "text");
}

#[test]
fn what_needs_no_reading_is_sorted_and_would_be_read_as_a_type() {
    assert!(BUILT_IN.is_sorted());
    assert!(BUILT_IN.iter().all(|name| read_all(name).is_some()));
}
