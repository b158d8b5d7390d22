use super::*;

#[test]
fn long_names_are_cut_where_the_server_cuts_them() {
    let long = "a".repeat(60);
    assert_eq!(object_name("t", Some("c"), "key"), "t_c_key");
    assert_eq!(object_name(&long, Some("column"), "fkey"), format!("{}_column_fkey", "a".repeat(51)));
    assert_eq!(object_name(&long, Some(&long), "key"), format!("{}_{}_key", "a".repeat(29), "a".repeat(29)));
    assert_eq!(object_name(&long, None, "pkey"), format!("{}_pkey", "a".repeat(58)));
}

#[test]
fn taken_names_are_numbered() {
    let name = choose("t", Some("c"), "check", |name| name != "t_c_check");
    assert_eq!(name.as_str(), "t_c_check1");
}

#[test]
fn expressions_name_their_columns() {
    for (text, name) in [
        ("lower(a)", Some("lower")),
        ("a || b", None),
        ("a::text", Some("a")),
        ("'1'::int", Some("int4")),
        ("CASE WHEN a THEN 1 END", Some("case")),
        ("coalesce(a, 1)", Some("coalesce")),
        ("t.a", Some("a")),
    ] {
        assert_eq!(parse::expression(text).and_then(|node| figured(&node)).as_deref(), name, "{text}");
    }
}
