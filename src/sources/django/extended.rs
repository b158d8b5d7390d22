//! Columns that the metaclass of a well-known package adds to the models below one of its classes, by what an inner class says.

use std::rc::Rc;
use std::sync::Arc;

use super::field::Field;
use super::models::Reader;
use super::modules::Located;
use super::value::{Value, last};

/// A base class, the inner class that names the columns, and each column: the option that names it, its usual name.
struct Extension {
    base: &'static str,
    options: &'static str,
    kind: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

const EXTENSIONS: &[Extension] = &[Extension {
    base: "mptt.models.MPTTModel",
    options: "MPTTMeta",
    kind: "PositiveIntegerField",
    columns: &[("left_attr", "lft"), ("right_attr", "rght"), ("tree_id_attr", "tree_id"), ("level_attr", "level")],
}];

/// The option whose column has an index: the one by which trees are found.
const INDEXED: &str = "tree_id_attr";

/// What a key that a metaclass adds refers to.
enum To {
    User,
    /// The model of the same module that is based on one of these classes.
    Sibling(&'static [&'static str]),
}

/// A key that a metaclass adds to the models that are based directly on one of these classes.
struct Link {
    bases: &'static [&'static str],
    name: &'static str,
    kind: &'static str,
    to: To,
    null: bool,
}

const ORGANIZATION: &[&str] = &["AbstractOrganization", "OrganizationBase"];
const MEMBER: &[&str] = &["AbstractOrganizationUser", "OrganizationUserBase"];
const OWNER: &[&str] = &["AbstractOrganizationOwner", "OrganizationOwnerBase"];
const INVITATION: &[&str] = &["AbstractOrganizationInvitation", "OrganizationInvitationBase"];

const fn link(bases: &'static [&'static str], name: &'static str, kind: &'static str, to: To) -> Link {
    Link { bases, name, kind, to, null: false }
}

/// django-organizations (organizations/base.py, OrgMeta): where one module has all four kinds of models.
const LINKS: &[Link] = &[
    link(MEMBER, "user", "ForeignKey", To::User),
    link(MEMBER, "organization", "ForeignKey", To::Sibling(ORGANIZATION)),
    link(OWNER, "organization_user", "OneToOneField", To::Sibling(MEMBER)),
    link(OWNER, "organization", "OneToOneField", To::Sibling(ORGANIZATION)),
    link(INVITATION, "invited_by", "ForeignKey", To::User),
    Link { null: true, ..link(INVITATION, "invitee", "ForeignKey", To::User) },
    link(INVITATION, "organization", "ForeignKey", To::Sibling(ORGANIZATION)),
];

/// Adds the keys that link the models of a module.
fn add_links(reader: &Reader<'_, '_>, located: &Located, fields: &mut Vec<Rc<Field>>) {
    let based = |class: &Located, bases: &[&str]| {
        reader.bases(class).iter().any(|base| match base {
            Value::Ref(path) => path.starts_with("organizations.") && bases.contains(&last(path)),
            _ => false,
        })
    };
    let links: Vec<&Link> = LINKS.iter().filter(|link| based(located, link.bases)).collect();
    if links.is_empty() {
        return;
    }
    let beside: Vec<Located> =
        located.module.bindings.classes().map(|class| reader.modules.located(located.module.clone(), class.clone())).collect();
    let sibling = |bases: &[&str]| beside.iter().find(|class| based(class, bases));
    if [ORGANIZATION, MEMBER, OWNER, INVITATION].into_iter().any(|bases| sibling(bases).is_none()) {
        return;
    }
    for link in links {
        if fields.iter().any(|field| &*field.name == link.name) {
            continue;
        }
        let to = match link.to {
            To::User => reader.modules.setting("AUTH_USER_MODEL"),
            To::Sibling(bases) => sibling(bases).map(|class| Value::Str(format!("@{}.{}", class.module.path, class.class.name).into())),
        };
        let arguments = [("to", to.unwrap_or(Value::Unknown(located.class.span))), ("null", Value::Bool(link.null))];
        fields.push(Rc::new(Field::made(link.name, link.kind, &arguments, located.class.span)));
    }
}

/// Adds the columns of a class's extension, unless it has them by itself.
pub fn add(reader: &Reader<'_, '_>, located: &Located, fields: &mut Vec<Rc<Field>>) {
    add_links(reader, located, fields);
    for extension in EXTENSIONS.iter().filter(|extension| descends(reader, located, extension.base, 0)) {
        for (option, usual) in extension.columns {
            let said = option_of(reader, located, (extension.options, option), 0);
            let name: Arc<str> = said.as_ref().and_then(Value::str).unwrap_or(usual).into();
            if fields.iter().all(|field| field.name != name) {
                let indexed = Value::Bool(*option == INDEXED);
                fields.push(Rc::new(Field::made(&name, extension.kind, &[("db_index", indexed)], located.class.span)));
            }
        }
    }
}

/// Whether a class is based on another, through abstract models: what a concrete parent has is in the parent's table.
fn descends(reader: &Reader<'_, '_>, located: &Located, base: &str, depth: u32) -> bool {
    reader.bases(located).iter().any(|one| match one {
        Value::Ref(path) if &**path == base => true,
        Value::Ref(path) if depth < 20 && reader.is_abstract(path) => {
            reader.modules.class(path).is_some_and(|parent| descends(reader, &parent, base, depth + 1))
        }
        _ => false,
    })
}

/// An option of the inner class, of the class itself or the nearest base that has one.
fn option_of(reader: &Reader<'_, '_>, located: &Located, (inner, option): (&str, &str), depth: u32) -> Option<Value> {
    let path = format!("{}.{}.{inner}", located.module.path, located.class.name);
    if let Some(value) = reader.modules.class(&path).and_then(|_| reader.modules.class_member(&path, option, 0)) {
        return Some(value);
    }
    reader.bases(located).iter().find_map(|base| match base {
        Value::Ref(path) if depth < 20 => option_of(reader, &reader.modules.class(path)?, (inner, option), depth + 1),
        _ => None,
    })
}
