//! Files that lie beside the code and that the code itself reads: a path made of `__file__` by `os.path` or `pathlib`, and the text
//! that stands there. Nothing outside of the project and its packages is read.

use std::sync::Arc;

use super::evaluate::Scope;
use super::functions::{self, Arguments};
use super::modules::Modules;
use super::value::{Call, Value};
use crate::base::Span;

/// The class of a path's object.
const PATH: &str = "pathlib.Path";
/// The function whose object is an open file.
const OPEN: &str = "open";

impl Modules<'_> {
    /// `__file__`.
    pub(super) fn own_file(&self, scope: &Scope) -> Value {
        Value::Str(self.with_files(|files| files.get(scope.module.file).name.as_str().into()))
    }

    /// What a function of `os.path`, a path's class or `open` gives; `None` for every other function.
    pub(super) fn path_call(&self, function: &str, placed: &[Value], span: Span) -> Option<Value> {
        let unknown = Value::Unknown(span);
        let texts = || placed.iter().map(location).collect::<Option<Vec<&str>>>();
        Some(match (function, placed) {
            ("os.path.join", [_, ..]) => texts().map_or(unknown, |texts| Value::Str(joined(&texts).into())),
            ("os.path.dirname", [path]) => location(path).and_then(parent).map_or(unknown, |path| Value::Str(path.into())),
            ("os.path.abspath" | "os.path.realpath" | "os.path.normpath", [path]) => {
                location(path).map_or(unknown, |path| Value::Str(normal(path).into()))
            }
            ("os.fspath", [path]) => location(path).map_or(unknown, |path| Value::Str(path.into())),
            ("pathlib.Path" | "pathlib.PurePath", [_, ..]) => texts().map_or(unknown, |texts| path(&joined(&texts), span)),
            ("open" | "io.open" | "codecs.open", [file, ..]) => match location(file) {
                Some(file) => functions::made(&OPEN.into(), Arguments { placed: vec![path(file, span)], named: Vec::new() }, span),
                None => unknown,
            },
            // The folder of a package (`importlib.resources.files`).
            ("importlib.resources.files" | "importlib_resources.files", [Value::Str(package) | Value::Ref(package)]) => {
                self.folder(package).map_or(unknown, |folder| path(&folder, span))
            }
            _ => return None,
        })
    }

    /// What a method of a path or of an open file gives; `None` where the object is neither, or the method is another.
    pub(super) fn path_method(&self, object: &Call, method: &str, placed: &[Value], span: Span) -> Option<Value> {
        let file = object.arguments.first().and_then(location)?;
        let unknown = Value::Unknown(span);
        Some(match (&*object.callee, method, placed) {
            (PATH, "resolve" | "absolute", _) => path(&normal(file), span),
            (PATH, "joinpath", more) => match more.iter().map(location).collect::<Option<Vec<&str>>>() {
                Some(more) => path(&joined(&[&[file], more.as_slice()].concat()), span),
                None => unknown,
            },
            (PATH, "with_name", [Value::Str(name)]) => match parent(file) {
                Some(folder) => path(&joined(&[&folder, name]), span),
                None => unknown,
            },
            (PATH, "with_suffix", [Value::Str(suffix)]) => path(&format!("{}{suffix}", stem(file)), span),
            (PATH, "iterdir", []) => self.listed(file, "*", span).unwrap_or(unknown),
            (PATH, "glob", [Value::Str(pattern)]) => self.listed(file, pattern, span).unwrap_or(unknown),
            (PATH, "as_posix", []) => Value::Str(file.into()),
            (PATH, "open", _) => functions::made(&OPEN.into(), Arguments { placed: vec![path(file, span)], named: Vec::new() }, span),
            (PATH, "read_text", _) | (OPEN, "read", []) => self.text_at(file).map_or(unknown, |text| Value::Str(text.into())),
            _ => return None,
        })
    }

    /// The text of a file in the project or its packages.
    fn text_at(&self, file: &str) -> Option<String> {
        let file = normal(file);
        // A byte that is no UTF-8 was replaced: what stood there is not known.
        let known = |text: &String| !text.contains(char::REPLACEMENT_CHARACTER);
        self.tree.read(&file).filter(|text| self.is_inside(&file) && known(text))
    }

    fn is_inside(&self, file: &str) -> bool {
        self.roots.iter().any(|root| match normal(root).as_str() {
            "" => !file.starts_with('/') && !file.starts_with("../"),
            root => file.strip_prefix(root).is_some_and(|rest| rest.starts_with('/')),
        })
    }

    /// The files of a folder by name, where `*` stands for any letters once.
    fn listed(&self, folder: &str, pattern: &str, span: Span) -> Option<Value> {
        let (start, end) = pattern.split_once('*').filter(|(_, end)| !end.contains(['*', '?', '[', '/']))?;
        let folder = normal(folder);
        if start.contains(['?', '[', '/']) || !self.is_inside(&folder) || !self.tree.is_folder(&folder) {
            return None;
        }
        let fits = |name: &&String| name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end);
        let names = self.tree.list(&folder);
        Some(Value::List(names.iter().filter(fits).map(|name| path(&joined(&[&folder, name]), span)).collect()))
    }
}

/// Whether an object is a path or an open file.
pub fn is_file(object: &Call) -> bool {
    matches!(&*object.callee, PATH | OPEN)
}

/// What an attribute of a path gives; `None` where the object is no path, or the attribute is another.
pub fn attribute(object: &Call, name: &str, span: Span) -> Option<Value> {
    let file = object.arguments.first().and_then(Value::str).filter(|_| &*object.callee == PATH)?;
    let last = file.rsplit('/').next().unwrap_or(file);
    let above = || std::iter::successors(parent(file), |file| parent(file)).map(|file| path(&file, span));
    Some(match name {
        "parent" => parent(file).map_or(Value::Unknown(span), |file| path(&file, span)),
        "parents" => Value::Tuple(above().collect()),
        "name" => Value::Str(last.into()),
        "stem" => Value::Str(stem(last).into()),
        _ => return None,
    })
}

/// `path / part`.
pub fn divided(one: &Value, two: &Value, span: Span) -> Option<Value> {
    let is_path = |value: &Value| value.call().is_some_and(|call| &*call.callee == PATH);
    let (folder, part) = (location(one)?, location(two)?);
    (is_path(one) || is_path(two)).then(|| path(&joined(&[folder, part]), span))
}

fn path(file: &str, span: Span) -> Value {
    Value::Call(Arc::new(Call { callee: PATH.into(), arguments: vec![Value::Str(file.into())], keywords: Vec::new(), span }))
}

/// The text of a path, given as one or as an object.
fn location(value: &Value) -> Option<&str> {
    match value {
        Value::Str(text) => Some(text),
        Value::Call(call) if &*call.callee == PATH => call.arguments.first()?.str(),
        _ => None,
    }
}

/// Parts put together: one that begins at the root of the file system leaves out what stands before it (`os.path.join`).
fn joined(parts: &[&str]) -> String {
    let mut whole = String::new();
    for part in parts {
        if part.starts_with('/') {
            whole.clear();
        } else if !whole.is_empty() && !whole.ends_with('/') {
            whole.push('/');
        }
        whole.push_str(part);
    }
    whole
}

/// A path without `.` and without the `..` that have a folder before them.
fn normal(file: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in file.split('/').filter(|word| !matches!(*word, "" | ".")) {
        match (word, words.last()) {
            ("..", Some(&last)) if last != ".." => {
                words.pop();
            }
            ("..", None) if file.starts_with('/') => {}
            _ => words.push(word),
        }
    }
    let start = if file.starts_with('/') { "/" } else { "" };
    format!("{start}{}", words.join("/"))
}

/// The folder of a file; `None` where it would lie above all that is known.
fn parent(file: &str) -> Option<String> {
    let file = normal(file);
    let last = file.rsplit('/').next().filter(|last| !matches!(*last, "" | ".."))?;
    Some(file[..file.len() - last.len()].trim_end_matches('/').to_string()).filter(|folder| !folder.is_empty() || !file.starts_with('/'))
}

/// A file without its suffix.
fn stem(file: &str) -> &str {
    let name = file.rfind('/').map_or(0, |at| at + 1);
    file[name..].rfind('.').filter(|at| *at > 0).map_or(file, |at| &file[..name + at])
}
