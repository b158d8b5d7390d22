//! Modules of a project and of its packages: found by dotted path, parsed once, their names followed through imports.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::bindings::Bindings;
use super::contribute::Added;
use super::evaluate::Scope;
use super::functions::Callable;
use super::included;
use super::python;
use super::syntax::Class;
use super::tree::{Tree, join};
use super::value::Value;
use crate::base::{Code, Diagnostic, FileId, Files, Severity, Span};

/// A parsed module and what its names are bound to.
#[derive(Debug)]
pub struct Module {
    pub path: Arc<str>,
    pub file: FileId,
    pub bindings: Bindings,
    /// Whether the file could not be read whole.
    pub broken: bool,
    pub package: bool,
}

/// A class with the module in which it stands.
#[derive(Clone, Debug)]
pub struct Located {
    pub module: Rc<Module>,
    pub class: Arc<Class>,
    pub body: Rc<Bindings>,
}

/// A class with the bindings of its body.
type Body = (Arc<Class>, Rc<Bindings>);

/// What a name of a module was found to be.
struct Named {
    value: Option<Value>,
    /// Whether finding it would surely raise.
    raised: bool,
}

/// All modules of a run.
pub struct Modules<'a> {
    pub tree: &'a dyn Tree,
    /// Folders in which a top-level package may lie, the project's first.
    pub roots: Vec<String>,
    /// Those that hold packages of others.
    pub packages: RefCell<Vec<String>>,
    /// Values of the settings that are known.
    pub settings: RefCell<HashMap<Arc<str>, Value>>,
    /// Django's version, for conditions on it.
    pub version: Cell<(u32, u32)>,
    /// The engine's name as `connection.vendor` gives it.
    pub vendor: Cell<&'static str>,
    pub diagnostics: RefCell<Vec<Diagnostic>>,
    files: RefCell<&'a mut Files>,
    loaded: RefCell<HashMap<Arc<str>, Option<Rc<Module>>>>,
    /// Bodies of classes by address; the class is kept so that no other can take its place.
    bodies: RefCell<HashMap<usize, Body>>,
    /// Classes that calls made, by path.
    pub(super) made: RefCell<HashMap<Arc<str>, Located>>,
    depth: Cell<u32>,
    /// Names that were found, once the settings no longer change.
    named: RefCell<HashMap<(FileId, Arc<str>), Named>>,
    pub(super) settled: Cell<bool>,
    /// Names that are being found, and whether one of them was met again.
    open: RefCell<HashSet<(FileId, Arc<str>)>>,
    cut: Cell<bool>,
    /// How many calls are being followed, and whether what was evaluated last would surely raise.
    pub calls: Cell<u32>,
    pub raised: Cell<bool>,
    /// How many `try` stand around what is being followed.
    pub tries: Cell<u32>,
    pub lambdas: RefCell<Vec<Callable>>,
    /// What fields add to the model at hand.
    pub(super) added: RefCell<Added>,
    /// How many more expressions are evaluated.
    fuel: Cell<u64>,
}

/// How far names are followed before a ring is assumed.
const DEPTH: u32 = 100;

/// How many expressions are evaluated in all: names that are made of names that are made of names would take for ever.
const FUEL: u64 = 30_000_000;

impl<'a> Modules<'a> {
    pub fn new(tree: &'a dyn Tree, roots: Vec<String>, files: &'a mut Files) -> Modules<'a> {
        Modules {
            tree,
            roots,
            packages: RefCell::default(),
            settings: RefCell::default(),
            version: Cell::new((5, 2)),
            vendor: Cell::new("postgresql"),
            diagnostics: RefCell::default(),
            files: RefCell::new(files),
            loaded: RefCell::default(),
            bodies: RefCell::default(),
            made: RefCell::default(),
            depth: Cell::new(0),
            named: RefCell::default(),
            settled: Cell::new(false),
            open: RefCell::default(),
            cut: Cell::new(false),
            calls: Cell::new(0),
            raised: Cell::new(false),
            tries: Cell::new(0),
            lambdas: RefCell::default(),
            added: RefCell::default(),
            fuel: Cell::new(FUEL),
        }
    }

    pub fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// `file:line` of a span, for evidence.
    pub fn place(&self, span: Span) -> String {
        self.files.borrow().place(span)
    }

    /// Adds a text that is no module, such as the SQL of an operation.
    pub fn add_text(&self, name: String, text: String) -> FileId {
        self.files.borrow_mut().add(name, text)
    }

    /// Runs `f` with the texts of the run, to add to them.
    pub(super) fn with_files_mut<T>(&self, f: impl FnOnce(&mut Files) -> T) -> T {
        f(*self.files.borrow_mut())
    }

    /// Runs `f` with the texts of the run.
    pub fn with_files<T>(&self, f: impl FnOnce(&Files) -> T) -> T {
        f(*self.files.borrow())
    }

    /// The module of this dotted path; `None` where it is neither in the project nor in its packages.
    pub fn load(&self, path: &str) -> Option<Rc<Module>> {
        if let Some(known) = self.loaded.borrow().get(path) {
            return known.clone();
        }
        // Django itself is known by its names, not by its code.
        let django = path == "django" || path.starts_with("django.");
        let found = if django { None } else { self.find(path) };
        let module = found.and_then(|(file, package)| self.parse(path, &file, package));
        self.loaded.borrow_mut().insert(path.into(), module.clone());
        module
    }

    /// Parses the file of a module.
    pub fn parse(&self, path: &str, file: &str, package: bool) -> Option<Rc<Module>> {
        let text = self.tree.read(file)?;
        let id = self.files.borrow_mut().add(file, text.as_str());
        let (body, faults) = python::parse(&text, id);
        let broken = !faults.is_empty();
        self.diagnostics.borrow_mut().extend(faults);
        let body = included::expand(self, path, (file, id), (&text, body));
        Some(Rc::new(Module { path: path.into(), file: id, bindings: Bindings::of(&body), broken, package }))
    }

    /// The file of a module, and whether it is a package.
    pub fn find(&self, path: &str) -> Option<(String, bool)> {
        let below = path.replace('.', "/");
        self.roots.iter().find_map(|root| {
            let base = join(root, &below);
            let package = join(&base, "__init__.py");
            if self.tree.is_file(&package) {
                return Some((package, true));
            }
            let file = format!("{base}.py");
            self.tree.is_file(&file).then_some((file, false))
        })
    }

    /// The folder of a package, also of one without `__init__.py`.
    pub fn folder(&self, path: &str) -> Option<String> {
        let below = path.replace('.', "/");
        self.roots.iter().map(|root| join(root, &below)).find(|folder| self.tree.is_folder(folder))
    }

    /// The absolute path of an import in `module`.
    pub fn absolute(module: &Module, path: &str, level: u32) -> String {
        if level == 0 {
            return path.to_string();
        }
        let up = level as usize - usize::from(module.package);
        let mut words: Vec<&str> = module.path.split('.').collect();
        words.truncate(words.len().saturating_sub(up));
        words.extend(path.split('.').filter(|word| !word.is_empty()));
        words.join(".")
    }

    /// The value of a dotted path: followed into modules that are known, else kept as a reference.
    pub fn follow(&self, path: &str) -> Value {
        let Some((module, item)) = path.rsplit_once('.') else { return Value::Ref(path.into()) };
        match self.load(module) {
            Some(loaded) => {
                let found = self.name(&loaded, item).or_else(|| self.module_attribute(&loaded, item));
                found.unwrap_or_else(|| Value::Ref(path.into()))
            }
            None => Value::Ref(path.into()),
        }
    }

    /// The value of a module's name; `None` where the module does not bind it.
    pub fn name(&self, module: &Rc<Module>, name: &str) -> Option<Value> {
        let key = (module.file, Arc::from(name));
        if let Some(known) = self.named.borrow().get(&key) {
            self.raised.set(self.raised.get() || known.raised);
            return known.value.clone();
        }
        let (cut, raised) = (self.cut.replace(false), self.raised.replace(false));
        let value = self.once(key.clone(), || self.name_anew(module, name));
        // What was found inside of a ring depends on where the ring was entered.
        if self.settled.get() && !self.cut.get() && self.fuel.get() > 0 {
            self.named.borrow_mut().insert(key, Named { value: value.clone(), raised: self.raised.get() });
        }
        self.cut.set(cut || self.cut.get() && !self.open.borrow().is_empty());
        self.raised.set(raised || self.raised.get());
        value
    }

    /// What a search gives, unless it is inside of itself.
    pub(super) fn once(&self, key: (FileId, Arc<str>), search: impl FnOnce() -> Option<Value>) -> Option<Value> {
        if self.depth.get() > DEPTH || !self.open.borrow_mut().insert(key.clone()) {
            self.cut.set(true);
            return None;
        }
        let found = search();
        self.open.borrow_mut().remove(&key);
        found
    }

    fn name_anew(&self, module: &Rc<Module>, name: &str) -> Option<Value> {
        self.depth.set(self.depth.get() + 1);
        let found = self.bound(&Scope::of(module), &module.bindings, name, usize::MAX);
        self.depth.set(self.depth.get() - 1);
        found
    }

    /// Takes from what may still be evaluated; where it ends is said once.
    pub fn spend(&self, span: Span) -> bool {
        let left = self.fuel.get();
        if left == 1 {
            let message = "the project's values take too long to tell; what is left is unknown".to_string();
            self.report(Diagnostic::new(Code::Unseen, Some(span), message).severity(Severity::Warning));
        }
        self.fuel.set(left.saturating_sub(1));
        left > 0
    }

    /// The class of this path with its module.
    pub fn class(&self, path: &str) -> Option<Located> {
        let (module, name) = path.rsplit_once('.')?;
        if let Some(made) = self.made.borrow().get(path) {
            return Some(made.clone());
        }
        if let Some(loaded) = self.load(module) {
            let class = self.standing(&loaded.bindings, name, || Scope::of(&loaded))?;
            return Some(self.located(loaded.clone(), class));
        }
        // A class in a class, such as a Meta or an enumeration.
        let outer = self.class(module)?;
        let class = self.standing(&outer.body, name, || Scope::inside(&outer))?;
        Some(self.located(outer.module, class))
    }

    pub fn located(&self, module: Rc<Module>, class: Arc<Class>) -> Located {
        let address = Arc::as_ptr(&class) as usize;
        let mut bodies = self.bodies.borrow_mut();
        let body = bodies.entry(address).or_insert_with(|| (class.clone(), Rc::new(Bindings::of(&class.body)))).1.clone();
        drop(bodies);
        Located { module, class, body }
    }
}
