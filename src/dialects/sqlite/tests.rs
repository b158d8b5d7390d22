use super::affinity::Affinity;
use super::lexer::{Class, lex, tokens, unquoted};
use super::names::quoted;
use super::text::{canonical, canonical_default};

#[test]
fn every_quote_is_a_token() {
    let found: Vec<Class> = lex("a \"b\"\"c\" `d` [e f] 'g''h' X'0f' 1.5e-3 ?1 -- x\n/* y */ ->> 'open").map(|token| token.class).collect();
    use Class::{Blob, Comment, DoubleQuoted, Literal, Number, Parameter, Quoted, Symbol, Unclosed, Word};
    let expected = [Word, DoubleQuoted, Quoted, Quoted, Literal, Blob, Number, Parameter, Comment, Comment, Symbol, Unclosed];
    assert_eq!(found, expected);
    assert_eq!(unquoted("\"b\"\"c\""), "b\"c");
    assert_eq!(unquoted("[e f]"), "e f");
}

#[test]
fn texts_meet_in_their_tokens() {
    let columns = |name: &str| name == "age" || name == "a b";
    assert_eq!(canonical("( Age>0 )  AND [a b] = 'X' /* c */", &columns), canonical("(\"age\" > 0) and \"A B\" = 'X'", &columns));
    assert_ne!(canonical("name = \"Age1\"", &columns), canonical("name = age1", &columns), "a literal in double quotes");
    assert_eq!(canonical_default("(1 + 1)", &columns), canonical_default("1+1", &columns));
    assert_ne!(canonical_default("(a) + (b)", &columns), canonical_default("a) + (b", &columns));
}

#[test]
fn names_are_quoted_where_they_must() {
    assert_eq!(quoted("title"), "title");
    assert_eq!(quoted("Order"), "\"Order\"");
    assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    assert_eq!(quoted("1st"), "\"1st\"");
}

#[test]
fn affinity_follows_the_manual() {
    assert_eq!(Affinity::of("FLOATING POINT"), Affinity::Integer);
    assert_eq!(Affinity::of("VARCHAR(10)"), Affinity::Text);
    assert_eq!(Affinity::of(""), Affinity::Blob);
    assert!(Affinity::of("TEXT").loses_in(Affinity::of("INT")));
    assert!(!Affinity::of("INT").loses_in(Affinity::of("TEXT")));
}

#[test]
fn a_comment_is_no_token_of_a_statement() {
    assert_eq!(tokens("a -- b\n + /* c").len(), 2);
}
