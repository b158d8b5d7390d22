//! Sqlite: what the engine can do, and how a step is written for it.

use std::borrow::Cow;

use super::{Dialect, Frame, Refusal, Route, Rules};
use crate::base::{Diagnostic, Name};
use crate::ir::{Attr, Canonical, Object, Pair, Schema, Statement, Step, Written};

pub struct Sqlite;

const RULES: Rules = Rules {
    id: "sqlite",
    quote: '"',
    name_bytes: usize::MAX,
    default_namespace: "",
    transactional: true,
    caseless: true,
    failure_note: "",
};

impl Dialect for Sqlite {
    fn rules(&self) -> &Rules {
        &RULES
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

    fn frame(&self, _rebuilds: bool) -> Frame {
        Frame::default()
    }

    fn fold<'a>(&self, word: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(word)
    }
}
