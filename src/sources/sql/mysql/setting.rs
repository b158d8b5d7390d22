//! SET: the settings on which the meaning of later statements rests, and the texts that they spell in another way.

use super::prepared;
use crate::dialects::mysql::family::Family;
use crate::dialects::mysql::lex::{Token, TokenKind, tokens};
use crate::dialects::mysql::modes;
use crate::ir::Value;
use crate::sources::Outcome;
use crate::sources::sql::cursor::Read;
use crate::sources::sql::lexer::TokenKind as Lexeme;
use crate::sources::sql::lexis::{self, Lexis};
use crate::sources::sql::session::Session;
use crate::sources::sql::statement::Statement;

/// The mode in force; absent where the text does not say it.
const SQL_MODE: &str = "sql_mode";
/// Set where double quotes hold names.
const ANSI_QUOTES: &str = "ansi_quotes";
/// The engine of tables that name none.
const ENGINE: &str = "default_storage_engine";

/// `SET [SESSION] name = value, @variable = value, …`.
pub fn set(statement: &mut Statement<'_, '_>, family: &Family) -> Read<Outcome> {
    prepared::note(statement);
    let text = statement.rest();
    let tokens = tokens(text, family);
    for assignment in tokens.split(|token| token.is(",")) {
        let Some(at) = assignment.iter().position(|token| token.is("=") || token.is(":=")) else { continue };
        let (target, value) = (assignment.get(..at).unwrap_or(&[]), assignment.get(at + 1..).unwrap_or(&[]));
        assign(statement, &target_name(target), value, family);
    }
    Ok(Outcome::Ignored("setting"))
}

/// `sql_mode` of `SESSION sql_mode`, `@@session.sql_mode` and the like; a user's variable with its `@`.
fn target_name(tokens: &[Token]) -> String {
    let words: Vec<String> = tokens.iter().map(|token| token.raw.trim_start_matches("@@").to_ascii_lowercase()).collect();
    let own = words.iter().filter(|word| !matches!(word.as_str(), "session" | "local" | "."));
    own.cloned().collect::<Vec<_>>().join(" ")
}

fn assign(statement: &mut Statement<'_, '_>, target: &str, value: &[Token], family: &Family) {
    let known = |name: &str| statement.session.get(name).map(str::to_string);
    let said = match value {
        [Token { kind: TokenKind::Text | TokenKind::Quoted, .. }] => value.first().map(Token::content),
        [word] if word.is("default") => None,
        [Token { kind: TokenKind::Word, raw, .. }] => Some((*raw).to_string()),
        [Token { kind: TokenKind::Number, raw: "0", .. }] => Some(String::new()),
        [Token { kind: TokenKind::Variable, raw, .. }] if !raw.starts_with("@@") => known(&raw.to_ascii_lowercase()),
        _ if target_name(value) == SQL_MODE => known(SQL_MODE),
        _ => None,
    };
    match target {
        SQL_MODE => {
            // A mode that is computed from the one before is not known, but for how names are quoted.
            let quotes = match &said {
                Some(mode) => modes::holds(mode, "ANSI_QUOTES", family),
                None => value.iter().any(|token| token.kind == TokenKind::Text && modes::holds(&token.content(), "ANSI_QUOTES", family)),
            };
            statement.set(ANSI_QUOTES, quotes.then_some("on"));
            statement.set(SQL_MODE, said.as_deref());
        }
        ENGINE | "storage_engine" => statement.set(ENGINE, said.as_deref()),
        variable if variable.starts_with('@') && target_name(value) == SQL_MODE => statement.set(variable, said.as_deref()),
        _ => {}
    }
}

/// The statement with names in backticks where the session has them in double quotes, byte for byte in the same places.
pub fn respelled(text: &str, lexis: &'static Lexis, session: &Session) -> Option<String> {
    session.get(ANSI_QUOTES)?;
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            b'\'' | b'`' => lexis::quote_end(bytes, at, *byte == b'\'')?,
            b'"' => {
                let end = lexis::quote_end(bytes, at, false)?;
                let name = text.get(at + 1..end - 1)?.replace("\"\"", "\"");
                let quoted = format!("`{}`", name.replace('`', "``"));
                // What a doubled quote leaves over is filled up, so that every place stays where it is.
                out.get_mut(at..end)?.fill(b' ');
                out.get_mut(at..at + quoted.len()).filter(|_| at + quoted.len() <= end)?.copy_from_slice(quoted.as_bytes());
                end
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => match lexis::conditional(bytes, at, lexis).filter(|comment| comment.is_code) {
                Some(comment) => comment.content,
                None => lexis::comment_end(bytes, at, false)?,
            },
            b'#' => lexis::line_end(bytes, at),
            b'-' if text.get(at..).is_some_and(|rest| rest.starts_with("-- ") || rest.starts_with("--\n")) => lexis::line_end(bytes, at),
            _ => at + 1,
        };
    }
    String::from_utf8(out).ok()
}

/// Refuses what a mode gives another meaning than the one in which expressions are read.
pub fn readable(statement: &Statement<'_, '_>, family: &Family) -> Read<()> {
    let Some(mode) = statement.session.get(SQL_MODE).filter(|mode| !mode.is_empty()) else { return Ok(()) };
    let (pipes, backslash) = (modes::holds(mode, "PIPES_AS_CONCAT", family), modes::holds(mode, "NO_BACKSLASH_ESCAPES", family));
    if !pipes && !backslash {
        return Ok(());
    }
    let mut ahead = 0;
    while let Some(kind) = statement.kind(ahead) {
        let text = statement.peek(ahead);
        if pipes && kind == Lexeme::Operator && text == "||" {
            return Err(statement.fault("|| joins strings under this sql_mode (PIPES_AS_CONCAT): write concat()"));
        }
        if backslash && kind == Lexeme::Text && text.contains('\\') {
            return Err(statement.fault("a backslash stands for itself under this sql_mode (NO_BACKSLASH_ESCAPES)"));
        }
        ahead += 1;
    }
    Ok(())
}

/// The mode under which the text of a routine, trigger or event is read, where it is known.
pub fn mode(statement: &Statement<'_, '_>) -> Option<Value> {
    statement.session.get(SQL_MODE).map(Value::text)
}

/// The engine of a table that names none, where the session has one.
pub fn engine(statement: &Statement<'_, '_>) -> Option<Value> {
    statement.session.get(ENGINE).map(Value::text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_double_quotes_are_respelled_in_their_places() {
        let mut session = Session::default();
        assert_eq!(respelled("SELECT \"a\"", &lexis::MARIADB, &session), None);
        session.set(ANSI_QUOTES, Some("on"));
        const TEXTS: &[(&str, &str)] = &[
            ("\"a\" 'b\"c\\'' -- \"d\"", "`a` 'b\"c\\'' -- \"d\""),
            ("/* \"a\" */ /*!50003 \"b\" */ \"a\"\"b\";", "/* \"a\" */ /*!50003 `b` */ `a\"b` ;"),
        ];
        for (written, read) in TEXTS {
            assert_eq!(respelled(written, &lexis::MARIADB, &session).as_deref(), Some(*read));
        }
        // A name with a backtick has no room for two.
        assert_eq!(respelled("\"a`b\"", &lexis::MARIADB, &session), None);
    }
}
