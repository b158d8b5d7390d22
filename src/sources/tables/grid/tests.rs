use super::super::lines::lines;
use super::*;
use crate::base::FileId;

fn read_text(text: &str) -> (Grid, usize) {
    read(&lines(text, FileId(0))).unwrap_or_default()
}

fn cells(text: &str) -> Vec<Vec<String>> {
    read_text(text).0.rows.into_iter().map(|row| row.cells).collect()
}

#[test]
fn aligned_tables_keep_separators_and_line_breaks_of_values() {
    let text = " Column | Default | Description \n--------+---------+-------------\n a      | 'x | y' | 漢字       +\n        |         | b | c\n b      |         | \nIndexes:\n";
    let (grid, taken) = read_text(text);
    assert_eq!(grid.headers, ["Column", "Default", "Description"]);
    assert_eq!(cells(text), [["a", "'x | y'", "漢字\nb | c"], ["b", "", ""]]);
    assert_eq!(taken, 5);
}

#[test]
fn borders_may_be_boxes_or_nothing() {
    let boxed = "+-------+------+\n| Field | Type |\n+-------+------+\n| a     | int  |\n+-------+------+\nrest";
    assert_eq!(cells(boxed), [["a", "int"]]);
    assert_eq!(read_text(boxed).1, 5);
    let none = "Column  Type   Nullable\n------ ------- --------\na      integer not null\nb      text    \nIndexes:\n";
    assert_eq!(cells(none), [["a", "integer", "not null"], ["b", "text", ""]]);
    let drawn = " Column │ Type \n────────┼──────\n a      │ text \n";
    assert_eq!(cells(drawn), [["a", "text"]]);
}

#[test]
fn records_are_rows() {
    let mysql =
        "*************************** 1. row ***************************\n  Field: id\nDefault: NULL\n  Extra: \n1 row in set (0.00 sec)\n";
    assert_eq!(read_text(mysql).0.headers, ["Field", "Default", "Extra"]);
    assert_eq!(cells(mysql), [["id", "NULL", ""]]);
    let labelled = "*************************** 1. row ***************************\n       Procedure: p\n        sql_mode: \nCreate Procedure: CREATE PROCEDURE `p`()\nouter: LOOP\n  LEAVE outer;\nEND LOOP\n";
    assert_eq!(cells(labelled), [["p", "", "CREATE PROCEDURE `p`()\nouter: LOOP\n  LEAVE outer;\nEND LOOP"]]);
    let commented = "*************************** 1. row ***************************\n       Procedure: p\n        sql_mode: \nCreate Procedure: CREATE PROCEDURE `p`()\nBEGIN\n  \n  SELECT 1;\n\nEND\n    collation   : utf8mb3\n\nmysql> exit\n";
    assert_eq!(cells(commented), [["p", "", "CREATE PROCEDURE `p`()\nBEGIN\n  \n  SELECT 1;\n\nEND", "utf8mb3"]]);
    let psql = "-[ RECORD 1 ]+---\ntable_name  | t\ncolumn_name | a\n-[ RECORD 2 ]+---\ntable_name  | t\ncolumn_name | b\n";
    assert_eq!(cells(psql), [["t", "a"], ["t", "b"]]);
}

#[test]
fn one_character_parts_cells() {
    assert_eq!(cells("Column|Type|Nullable|Default\na|text||'p|q'\nIndexes:\n"), [["a", "text", "", "'p|q'"]]);
    assert_eq!(cells("Field\tType\tNull\tKey\nx\tenum('a\\nb')\tNO\t\n"), [["x", "enum('a\nb')", "NO", ""]]);
    assert_eq!(cells("table_name,column_name,column_default\nt,a,\"'x, \"\"y\nz'\"\n"), [["t", "a", "'x, \"y\nz'"]]);
}
