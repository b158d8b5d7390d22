//! Entry points of the packages that are installed, by which plugins join a project's apps: `importlib.metadata.entry_points`
//! over `*.dist-info/entry_points.txt` (Python Packaging User Guide, Entry points specification).

use std::sync::Arc;

use super::functions::{self, Arguments};
use super::modules::Modules;
use super::tree::join;
use super::value::{Call, Value};
use crate::base::Span;

/// The class of an entry point's object: its arguments are name, value and group.
const POINT: &str = "importlib.metadata.EntryPoint";
/// All entry points, before a group is asked for.
const ALL: &str = "importlib.metadata.entry_points";

impl Modules<'_> {
    /// What a function that finds entry points gives; `None` for every other function. Without a folder of packages it is not
    /// known which are installed.
    pub(super) fn entry_points(&self, function: &str, arguments: &Arguments, span: Span) -> Option<Value> {
        let Arguments { placed, named } = arguments;
        let group = || named.iter().find(|(name, _)| &**name == "group").map(|(_, value)| value);
        let asked = match function {
            ALL | "importlib_metadata.entry_points" => match group() {
                Some(group) => group,
                None if placed.is_empty() && named.is_empty() => return Some(functions::made(&ALL.into(), Arguments::default(), span)),
                None => return Some(Value::Unknown(span)),
            },
            "pkg_resources.iter_entry_points" => group().or(placed.first())?,
            _ => return None,
        };
        Some(self.of_group(asked, span))
    }

    /// `entry_points().select(group=…)`, `entry_points().get(group, [])`, and `load()` of one.
    pub(super) fn entry_point_method(&self, object: &Call, method: &str, arguments: &Arguments, span: Span) -> Option<Value> {
        match (&*object.callee, method) {
            (ALL, "select") => self.entry_points(ALL, arguments, span),
            (ALL, "get") => arguments.placed.first().map(|group| self.of_group(group, span)),
            (POINT, "load") => object.arguments.get(1).and_then(Value::str).map(|value| self.follow(&value.replacen(':', ".", 1))),
            _ => None,
        }
    }

    fn of_group(&self, group: &Value, span: Span) -> Value {
        let packages = self.packages.borrow();
        let (Some(group), false) = (group.str(), packages.is_empty()) else { return Value::Unknown(span) };
        let mut points = Vec::new();
        for folder in packages.iter() {
            let brought = |name: &String| name.ends_with(".dist-info") || name.ends_with(".egg-info");
            for package in self.tree.list(folder).into_iter().filter(brought) {
                let text = self.tree.read(&join(&join(folder, &package), "entry_points.txt")).unwrap_or_default();
                points.extend(listed(&text, group).into_iter().map(|(name, value)| point(name, value, group, span)));
            }
        }
        Value::List(points.into())
    }
}

/// The names and values of a group in an `entry_points.txt`.
fn listed<'a>(text: &'a str, group: &str) -> Vec<(&'a str, &'a str)> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
        if let Some(head) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            inside = head.trim() == group;
        } else if let Some((name, value)) = line.split_once('=').filter(|_| inside) {
            // Extras behind the value are not used.
            found.push((name.trim(), value.split('[').next().unwrap_or(value).trim()));
        }
    }
    found
}

fn point(name: &str, value: &str, group: &str, span: Span) -> Value {
    let arguments = [name, value, group].map(|text| Value::Str(text.into())).to_vec();
    Value::Call(Arc::new(Call { callee: POINT.into(), arguments, keywords: Vec::new(), span }))
}

/// Whether an object is an entry point, or all of them.
pub fn is_one(object: &Call) -> bool {
    matches!(&*object.callee, POINT | ALL)
}

/// What an attribute of an entry point gives; `None` where the object is none, or the attribute is another.
pub fn attribute(object: &Call, name: &str) -> Option<Value> {
    let (POINT, [Value::Str(own), Value::Str(value), Value::Str(group)]) = (&*object.callee, &*object.arguments) else { return None };
    let (module, attribute) = value.split_once(':').unwrap_or((value, ""));
    Some(Value::Str(match name {
        "name" => own.clone(),
        "value" => value.clone(),
        "group" => group.clone(),
        "module" | "module_name" => module.trim().into(),
        "attr" => attribute.trim().into(),
        _ => return None,
    }))
}
