//! One statement for changes of one table that the engine carries out in one go.

use super::{Plan, Planned};
use crate::dialects::Dialect;

/// Puts a step's statement into the one before it, where the engine works through all rows once for both. The later step is left without
/// a statement of its own. Gives whether there was one.
pub fn merge(plan: &mut Plan, dialect: &dyn Dialect) -> bool {
    let mut merged = false;
    let mut before: Option<&mut Planned> = None;
    for planned in &mut plan.steps {
        if planned.statements.is_empty() {
            continue;
        }
        if let Some(before) = before.as_deref_mut().filter(|before| !before.held && !planned.held)
            && let ([one], Some(last)) = (planned.statements.as_slice(), before.statements.last_mut())
            && let Some(both) = dialect.merged(last, one)
        {
            *last = both;
            planned.statements.clear();
            (planned.merged, merged) = (true, true);
        } else {
            before = Some(planned);
        }
    }
    merged
}
