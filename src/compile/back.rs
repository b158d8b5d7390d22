//! The way back from a script: what leads to the state before it, and what no script can bring back.

use super::{Compiled, Options, Renamed, Source, compile};
use crate::base::Files;
use crate::dialects::Dialect;
use crate::ir::{Action, Attr, Canonical, Hazard, Key, Kind, Op, Pair, Schema};
use crate::plan::Planned;
use crate::sources;

/// The way back: the script from desired to live, and one line for each thing that it cannot bring back.
pub fn compile_down(source: Pair<&Source>, options: &Options, dialect: &'static dyn Dialect) -> Compiled {
    let mut whole = options.clone();
    whole.wishes.allowed.insert(Hazard::Drop);
    let forward = compile(source, &whole, dialect);
    let mut options = options.clone();
    options.renames = forward.compared.renames.iter().filter_map(way_back).collect();
    let back = Pair::new(source.desired, source.live);
    let mut compiled = compile(back, &options, dialect);
    write_ledger(&mut compiled, &lost(&forward));
    compiled
}

/// The live side after a script.
pub fn after(live: &Source, forward: &Compiled, dialect: &'static dyn Dialect) -> Source {
    let mut files = Files::default();
    let id = files.add("the printed script", forward.script.as_str());
    live.patched(std::iter::once(sources::read(&files, &[id], dialect)), dialect)
}

/// The way back from what a script leads to, which is not all that was desired where steps are held. `side.desired` is the
/// state after the script.
pub fn compile_back(side: Pair<&Source>, forward: &Compiled, options: &Options, dialect: &'static dyn Dialect) -> Compiled {
    let mut options = options.clone();
    options.renames = forward.compared.renames.iter().filter_map(way_back).collect();
    let mut compiled = compile(Pair::new(side.desired, side.live), &options, dialect);
    write_ledger(&mut compiled, &lost(forward));
    compiled
}

fn write_ledger(compiled: &mut Compiled, lost: &[String]) {
    let ledger: String = lost.iter().map(|line| format!("-- cannot be brought back: {line}\n")).collect();
    compiled.script = compiled.script.replacen("\n\n", &format!("\n{ledger}\n"), 1);
}

fn way_back(op: &Op) -> Option<Renamed> {
    let Op::Rename { key, to } = op else { return None };
    Some(Renamed::Known { old: Key { name: *to, ..*key }, new: *key })
}

/// What the forward script takes away that no script can give back: rows, values, and what a narrower type cut off.
fn lost(compiled: &Compiled) -> Vec<String> {
    let forward = &compiled.compared;
    let mut lines = Vec::new();
    for op in forward.ops.iter().filter(|op| !compiled.plan.holds(op.key())) {
        let key = op.key();
        match op {
            Op::Drop { .. }
                if key.kind.spec().holds_data
                    && key.relation().is_none_or(|relation| forward.schema.desired.resolve(relation).is_some()) =>
            {
                lines.push(format!("the contents of {key}, which the forward script drops"));
            }
            Op::Set { attr: Attr::Type, .. } if key.kind == Kind::Column && may_lose(key, compiled) => {
                lines.push(format!("what the change of the type of {key} cut off or rounded"));
            }
            _ => {}
        }
    }
    lines
}

/// Whether the values of a column whose type changed may be others than they were: the statement says so, the table was made anew, or
/// a text was read as something else.
fn may_lose(column: Key, compiled: &Compiled) -> bool {
    let is_text = |side: &Schema<Canonical>| {
        let kind = side.get(column).and_then(|column| column.text(Attr::Type)).unwrap_or("").to_lowercase();
        kind.contains("char") || kind.contains("text")
    };
    let schema = compiled.compared.schema.as_ref();
    let told = |planned: &&Planned| match planned.step.action {
        Action::Rebuild => column.relation() == Some(planned.step.key),
        _ => planned.step.key == column && planned.statements.iter().any(|statement| statement.hazards.contains(&Hazard::Drop)),
    };
    compiled.plan.steps.iter().any(|planned| told(&planned)) || is_text(schema.live) && !is_text(schema.desired)
}
