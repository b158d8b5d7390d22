//! How each change is brought about on PostgreSQL, and how it is written.

use crate::base::Name;
use crate::dialects::{Frame, Refusal, Route};
use crate::ir::{Attr, Canonical, Kind, Object, Pair, Schema, Statement, Step};

pub fn route(_attr: Attr, _object: Pair<&Object>, _schema: Pair<&Schema<Canonical>>) -> Route {
    Route::Alter
}

pub fn folds(_part: &Object) -> bool {
    false
}

pub fn falls_with(_part: &Object, _owner: &Object) -> bool {
    false
}

pub fn write(_step: &Step, _schema: Pair<&Schema<Canonical>>) -> Result<Vec<Statement>, Refusal> {
    Ok(Vec::new())
}

pub fn quote(name: Name) -> String {
    format!("\"{name}\"")
}

pub fn frame() -> Frame {
    Frame::default()
}

pub fn is_whole(_kind: Kind) -> bool {
    false
}
