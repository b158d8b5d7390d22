//! Files that people keep by topic, and dumps that clean up before they build: statements whose object a later one makes.

use crate::base::{Code, Diagnostic, Severity};
use crate::dialects::Dialect;
use crate::ir::op::Copy;
use crate::ir::{Edit, Guard, Key, Kind, Op, Schema, Written};

use super::{Located, Replayer, has, not_null, spelled, triggers};

/// Folds `ops` over a schema as [`super::replay`] does, but what speaks of an object that is not there yet waits until it
/// is, and what takes away something that was never there, or asks for it (IF EXISTS), is only noted. For the whole text of one side;
/// a patch is read in its order.
pub fn replay_in_any_order(schema: &mut Schema<Written>, ops: Vec<Located>, dialect: &dyn Dialect) -> Vec<Diagnostic> {
    let mut replayer = Replayer::new(schema, dialect);
    let mut waiting = ops;
    let mut idle = Vec::new();
    loop {
        let before = waiting.len();
        waiting = pass(&mut replayer, waiting, &mut idle);
        if waiting.is_empty() || waiting.len() == before {
            break;
        }
    }
    for located in waiting {
        replayer.take(located);
    }
    replayer.diagnostics.extend(cleaning(&idle));
    replayer.diagnostics
}

/// One note for all statements that take away what is not there: `pg_dump --clean` writes one for each object.
fn cleaning(idle: &[Located]) -> Option<Diagnostic> {
    let first = idle.first()?;
    let others = if idle.len() == 1 { String::new() } else { format!(" (and {} more like it)", idle.len() - 1) };
    let how = if matches!(first.op, Op::Given { .. }) { "asked for" } else { "taken away or reset" };
    let message = format!("{} is {how}, but it is not there yet{others}", first.op.key());
    Some(Diagnostic::new(Code::Missing, first.span, message).severity(Severity::Note))
}

/// One pass over the operations: those that must wait for others are the answer, those without an effect go to `idle`.
fn pass(replayer: &mut Replayer, ops: Vec<Located>, idle: &mut Vec<Located>) -> Vec<Located> {
    let mut waiting = Vec::new();
    for located in ops {
        replayer.span = located.span;
        if replayer.skips() {
            continue;
        }
        for located in spelled(replayer.schema, located, replayer.dialect) {
            if matches!(located.op, Op::Given { key, stands: true } if !has(replayer.schema, key)) {
                idle.push(located.clone());
            }
            match readiness(replayer, &located.op) {
                Readiness::Ready => replayer.apply(located.op),
                Readiness::Waits => waiting.push(located),
                Readiness::NothingToTake => idle.push(located),
            }
        }
    }
    waiting
}

enum Readiness {
    Ready,
    Waits,
    NothingToTake,
}

fn readiness(replayer: &mut Replayer, op: &Op) -> Readiness {
    let otherwise = |is_there: bool, other: Readiness| if is_there { Readiness::Ready } else { other };
    match op {
        Op::Create { object, .. } => otherwise(!object.key.kind.spec().owned || replayer.has_owner(object.key), Readiness::Waits),
        Op::Set { key, value, .. } | Op::SetOnly { key, value, .. } => {
            let absent = if value.is_some() { Readiness::Waits } else { Readiness::NothingToTake };
            otherwise(is_borne(replayer, *key), absent)
        }
        Op::Edit { key, edit, .. } => {
            let takes = matches!(edit, Edit::ResetOptions(_) | Edit::DropLabel(_));
            let made_by_edit = matches!(key.kind, Kind::Privilege | Kind::DefaultPrivilege);
            otherwise(made_by_edit || is_there(replayer.schema, *key), if takes { Readiness::NothingToTake } else { Readiness::Waits })
        }
        Op::Drop { key, guard: Guard::Strict, .. } => otherwise(is_borne(replayer, *key), Readiness::NothingToTake),
        Op::Adopt { constraint, index } => {
            otherwise(is_there(replayer.schema, Key { kind: Kind::Index, name: *index, ..constraint.key }), Readiness::Waits)
        }
        // The columns that LIKE copies stand where it stands, so it cannot wait.
        Op::Copy { source, how: Copy::Inherit | Copy::Partition | Copy::Mappings, .. } => {
            otherwise(is_there(replayer.schema, *source), Readiness::Waits)
        }
        Op::Copy { .. } | Op::Drop { .. } | Op::Rename { .. } | Op::Move { .. } | Op::Given { .. } => Readiness::Ready,
    }
}

/// Whether the object is there, or is a NOT NULL constraint, which is a fact of its column.
fn is_borne(replayer: &Replayer, key: Key) -> bool {
    is_there(replayer.schema, key) || not_null::bearer(replayer.schema, key, replayer.dialect).is_some()
}

/// Whether the object is there, or is a column of a view or a trigger of a partition, which becomes an object when it is spoken of.
fn is_there(schema: &Schema<Written>, key: Key) -> bool {
    let views = [Kind::View, Kind::MaterializedView].map(|kind| Key::new(kind, key.namespace, key.owner));
    schema.resolve(key).is_some()
        || triggers::is_cloned_to(schema, key)
        || key.kind == Kind::Column && views.iter().any(|view| schema.contains(*view))
}
