use super::*;

fn statements(text: &str, write: fn(&[Relation<'_>], &mut Script, &mut Said)) -> (String, Said) {
    let (mut said, mut listings, mut script) = (Said::default(), Vec::new(), Script::default());
    said.text(&lines::lines(text, FileId(0)), &mut listings);
    write(&relations(&listings), &mut script, &mut said);
    assert_eq!(said.diagnostics, []);
    (script.text(), said)
}

#[test]
fn columns_of_postgres_are_found_by_header() {
    let text = " column_name | table_name | data_type         | character_maximum_length | is_nullable | column_default
-------------+------------+-------------------+--------------------------+-------------+----------------
 id          | t          | integer           |                          | NO          | nextval('t_id_seq'::regclass)
 code        | t          | character varying |                       20 | YES         |
 price       | t          | numeric           |                          | YES         |
(3 rows)
";
    let (sql, said) = statements(text, postgres::write);
    let expected = r#"CREATE TABLE "public"."t" (
    "id" integer DEFAULT nextval('t_id_seq'::regclass) NOT NULL,
    "code" character varying(20),
    "price" numeric
);
"#;
    assert_eq!(sql, expected);
    let column = |name: &str| crate::ir::Key::part(Kind::Column, "public".into(), "t".into(), name.into());
    assert!(said.coverage.sees_fact(column("code"), Attr::Type));
    assert!(!said.coverage.sees_fact(column("price"), Attr::Type), "its precision is not in the listing");
    assert!(!said.coverage.sees_fact(column("id"), Attr::Identity));
}

#[test]
fn columns_of_mariadb_are_read_from_csv() {
    let text = "TABLE_NAME,COLUMN_NAME,COLUMN_TYPE,IS_NULLABLE,COLUMN_DEFAULT,EXTRA,COLUMN_KEY\nt,id,int(11),NO,NULL,auto_increment,PRI\nt,c,varchar(9),YES,'it''s',,\n";
    let (sql, _) = statements(text, |relations, script, said| mysql::write(relations, script, said, false));
    let expected =
        "CREATE TABLE `t` (\n  `id` int(11) NOT NULL AUTO_INCREMENT,\n  `c` varchar(9) DEFAULT 'it''s',\n  PRIMARY KEY (`id`)\n);\n";
    assert_eq!(sql, expected);
}
