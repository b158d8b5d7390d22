use super::*;

fn statements(text: &str) -> String {
    let mut cut = Cut::default();
    cut.text(&lines::lines(text, FileId(0)));
    let (script, said) = write(&mut cut, false);
    assert_eq!(said.diagnostics, []);
    script.text()
}

#[test]
fn columns_and_indexes_become_one_table() {
    let text = r#"mysql> SHOW COLUMNS FROM booking;
+-------+------------------+------+-----+---------------------+-------------------------------+
| Field | Type             | Null | Key | Default             | Extra                         |
+-------+------------------+------+-----+---------------------+-------------------------------+
| id    | int(10) unsigned | NO   | PRI | NULL                | auto_increment                |
| code  | varchar(20)      | NO   | MUL | it's | x            |                               |
| made  | timestamp        | NO   |     | current_timestamp() | on update current_timestamp() |
+-------+------------------+------+-----+---------------------+-------------------------------+
3 rows in set (0.00 sec)

mysql> show index from booking;
+---------+------------+----------+--------------+-------------+-----------+-------------+----------+--------+------+------------+---------+---------------+
| Table   | Non_unique | Key_name | Seq_in_index | Column_name | Collation | Cardinality | Sub_part | Packed | Null | Index_type | Comment | Index_comment |
+---------+------------+----------+--------------+-------------+-----------+-------------+----------+--------+------+------------+---------+---------------+
| booking |          0 | PRIMARY  |            1 | id          | A         |           0 |     NULL | NULL   |      | BTREE      |         |               |
| booking |          1 | k        |            1 | code        | D         |           0 |       10 | NULL   |      | BTREE      |         |               |
+---------+------------+----------+--------------+-------------+-----------+-------------+----------+--------+------+------------+---------+---------------+
"#;
    let expected = "CREATE TABLE `booking` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(20) NOT NULL DEFAULT 'it''s | x',
  `made` timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (`id`),
  KEY `k` (`code`(10) DESC)
);
";
    assert_eq!(statements(text), expected);
}

#[test]
fn captions_name_tables_and_batch_output_is_read() {
    let text = "-- table: t\nField\tType\tNull\tKey\tDefault\tExtra\na\tint(11)\tNO\tPRI\tNULL\t\n\nb: x\n";
    let mut cut = Cut::default();
    cut.text(&lines::lines(text, FileId(0)));
    assert_eq!(cut.grids.first().and_then(|named| named.name.clone()), Some("t".to_owned()));
    assert_eq!(cut.diagnostics.len(), 1, "the last line is nothing that a client prints");
    let boxed = "+---+\n|   |\n+---+\n| == u |\n+---+\nField\tType\tNull\tKey\tDefault\tExtra\na\tint(11)\tYES\t\tNULL\t\n";
    assert_eq!(statements(boxed), "CREATE TABLE `u` (\n  `a` int(11)\n);\n");
}

#[test]
fn show_create_is_taken_as_it_stands() {
    let text = "*************************** 1. row ***************************\n       Table: t\nCreate Table: CREATE TABLE `t` (\n  `a` int(11) NOT NULL\n) ENGINE=InnoDB\n1 row in set (0.00 sec)\n";
    assert_eq!(statements(text), "CREATE TABLE `t` (\n  `a` int(11) NOT NULL\n) ENGINE=InnoDB;\n");
}

#[test]
fn a_default_that_may_be_an_expression_is_unseen() {
    let text = "DESC t;\nField\tType\tNull\tKey\tDefault\tExtra\nu\tchar(36)\tYES\t\tuuid()\t\nn\tint(11)\tYES\t\t(1 + 2)\t\n";
    assert_eq!(statements(text), "CREATE TABLE `t` (\n  `u` char(36),\n  `n` int(11) DEFAULT (1 + 2)\n);\n");
}
