//! MySQL and MariaDB: one family, two tables of rules.

mod canonical;
pub mod cursor;
pub mod family;
pub mod lex;
mod names;
pub mod types;

use std::borrow::Cow;

use super::{Dialect, Frame, Refusal, Route, Rules};
use crate::base::{Diagnostic, Name};
use crate::ir::{Attr, Canonical, Object, Pair, Schema, Statement, Step, Written};

pub struct Mysql {
    rules: Rules,
}

/// MySQL 5.7 to 8.4.
pub static MYSQL: Mysql = Mysql { rules: MYSQL_RULES };
/// MariaDB 10 and 11.
pub static MARIADB: Mysql = Mysql { rules: MARIADB_RULES };

const MYSQL_RULES: Rules =
    Rules { id: "mysql", quote: '`', name_bytes: 64, default_namespace: "", transactional: false, caseless: false, failure_note: "" };

const MARIADB_RULES: Rules = Rules { id: "mariadb", ..MYSQL_RULES };

impl Dialect for Mysql {
    fn rules(&self) -> &Rules {
        &self.rules
    }

    fn implied_name(&self, _schema: &Schema<Written>, _object: &Object) -> Name {
        Name::NONE
    }

    fn canonicalise(&self, _schema: &mut Schema<Written>) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn route(&self, _attr: Attr, _object: Pair<&Object>, _schema: Pair<&Schema<Canonical>>) -> Route {
        Route::Alter
    }

    fn folds(&self, _part: &Object) -> bool {
        false
    }

    fn falls_with(&self, _part: &Object, _owner: &Object) -> bool {
        false
    }

    fn write(&self, _step: &Step, _schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal> {
        Ok(Vec::new())
    }

    fn quote(&self, name: Name) -> String {
        format!("\"{name}\"")
    }

    fn frame(&self, _steps: &[&Step], _schema: Pair<&Schema<Canonical>>) -> Frame {
        Frame::default()
    }

    fn fold<'a>(&self, word: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(word)
    }
}
