//! Evidence of renames: `-- amend: renamed from old_name` above an object or a column.

use crate::base::Name;
use crate::dialects::sqlite::lexer::{Token, tokens};
use crate::dialects::sqlite::names::folded;
use crate::ir::{Kind, Object};
use crate::sources::RenameHint;

/// The hints among the comments of a statement: each belongs to the first named thing after it.
pub fn hints(comments: &[Token], objects: &[(Object, usize)]) -> Vec<RenameHint> {
    comments.iter().filter_map(|comment| hint(comment, objects)).collect()
}

fn hint(comment: &Token, objects: &[(Object, usize)]) -> Option<RenameHint> {
    let from = old_name(comment.text)?;
    // Nothing speaks of a trigger by its name: one goes and the other comes, whatever a comment says.
    let named = |object: &Object| object.key.kind != Kind::Trigger && (!object.key.kind.is_constraint() || object.key.kind == Kind::Index);
    let after = objects.iter().filter(|(object, at)| named(object) && *at > comment.start);
    let (object, _) = after.min_by_key(|(_, at)| *at)?;
    Some(RenameHint { key: object.key, from, span: object.span })
}

fn old_name(comment: &str) -> Option<Name> {
    let text = comment.trim_start_matches(['-', '/', '*']).trim_start().strip_prefix("amend:")?;
    let old = text.trim_start().strip_prefix("renamed from")?.trim_end_matches(['*', '/']);
    let tokens = tokens(old);
    let last = match tokens.as_slice() {
        [name] => name,
        [_, dot, name] if dot.is(".") => name,
        _ => return None,
    };
    Some(folded(&last.name()?))
}
