//! Texts cut into statements, and the words in them.

use super::cursor::Cursor;
use super::lexis::{self, Lexis};
use super::splitter::{Piece, What, split};

fn pieces<'t>(text: &'t str, lexis: &'static Lexis) -> Vec<&'t str> {
    split(text, lexis).filter(|piece| piece.what == What::Statement).map(|piece| &text[piece.start..piece.end]).collect()
}

#[test]
fn quotes_and_comments_hide_semicolons() {
    let text = "\u{feff}select 'a;''b';\r\n-- x;\r\nselect E'\\';', \"a;\" /* ; /* ; */ */;select $f$;$$;$f$; select a$1;b";
    assert_eq!(
        pieces(text, &lexis::POSTGRES),
        ["select 'a;''b'", "select E'\\';', \"a;\" /* ; /* ; */ */", "select $f$;$$;$f$", "select a$1", "b"]
    );
}

#[test]
fn copy_rows_and_client_lines_are_no_statements() {
    let text = "\\restrict abc\nCOPY public.t (a) FROM stdin;\n1;\n'\n\\.\n\nselect 1;\n\\unrestrict abc\n";
    assert_eq!(pieces(text, &lexis::POSTGRES), ["COPY public.t (a) FROM stdin", "select 1"]);
}

#[test]
fn bodies_keep_their_semicolons() {
    let postgres = "create rule r as on insert to t do (insert into a values (1); delete from b); create function f() returns int begin atomic select case when true then 1 end; end; select 2";
    assert_eq!(pieces(postgres, &lexis::POSTGRES).len(), 3);
    let sqlite = "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN 1 THEN 2 END; DELETE FROM c; END; SELECT 1;";
    assert_eq!(pieces(sqlite, &lexis::SQLITE).len(), 2);
    let mysql = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN IF x THEN SET y = 1; ELSE SET y = IF(a, 1, 2); END IF; l: LOOP LEAVE l; END LOOP; END; SELECT 1;";
    assert_eq!(pieces(mysql, &lexis::MYSQL).len(), 2);
}

#[test]
fn delimiters_change() {
    let text = "DELIMITER $$\ncreate trigger a b begin x; end$$ create trigger c begin y; end$$\ndelimiter ;\nselect 1;";
    assert_eq!(pieces(text, &lexis::MYSQL), ["create trigger a b begin x; end", "create trigger c begin y; end", "select 1"]);
    let dump = "DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`r`@`%`*/ /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET x = ';'; END */;;\nDELIMITER ;\n";
    let found = pieces(dump, &lexis::MYSQL);
    let mut cursor = Cursor::new(found[0], found[0].len(), &lexis::MYSQL);
    assert!(cursor.accept(&["CREATE", "DEFINER", "="]));
    while !cursor.is(0, "BEGIN") {
        cursor.skip();
    }
    assert_eq!(cursor.rest(), "BEGIN SET x = ';'; END");
}

#[test]
fn an_unclosed_quote_costs_its_own_statement() {
    let found: Vec<Piece> = split("create table a (x text default 'y);\ncreate table b (x int);\n", &lexis::POSTGRES).collect();
    assert!(matches!(found[0].what, What::Fault(_)));
    assert_eq!((found.len(), found[1].what), (2, What::Statement));
}

#[test]
fn slices_stop_at_their_level() {
    let text = "a int DEFAULT (1 + f(2, 3))::int CHECK (a > 0), b text";
    let mut cursor = Cursor::new(text, text.len(), &lexis::POSTGRES);
    assert_eq!(cursor.ident().unwrap().as_str(), "a");
    assert_eq!(cursor.slice_until(&["DEFAULT"]).unwrap(), "int");
    assert!(cursor.accept(&["DEFAULT"]));
    assert_eq!(cursor.slice_until(&["CHECK"]).unwrap(), "(1 + f(2, 3))::int");
    assert!(cursor.accept(&["CHECK"]));
    assert_eq!(cursor.parenthesised().unwrap(), "a > 0");
    assert!(cursor.accept(&[","]) && !cursor.at_end());
}
