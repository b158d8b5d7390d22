//! A project: its settings, its apps, its version of Django, found in its folder without running anything.

use std::sync::Arc;

use super::app_conf;
use super::configured;
use super::installed;
use super::models::App;
use super::modules::Modules;
use super::state::Settings;
use super::tree::{Tree, join};
use super::value::Value;
use crate::base::{Code, Diagnostic};

/// What the user says of a project beside its folder.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The project's folder.
    pub root: String,
    /// A settings file by its path, or a module by its dotted one.
    pub settings: Option<String>,
    /// Folders of packages.
    pub packages: Vec<String>,
    pub version: Option<(u32, u32)>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Project {
    pub apps: Vec<App>,
    pub settings: Settings,
    /// MIGRATION_MODULES.
    pub remapped: Vec<(Arc<str>, Option<Arc<str>>)>,
    /// Labels of SHARED_APPS and TENANT_APPS, where the project is multi-tenant.
    pub shared: Vec<Arc<str>>,
    pub tenant: Vec<Arc<str>>,
    /// The dialect that DATABASES names.
    pub dialect: Option<&'static str>,
    /// Whether settings were found.
    pub has_settings: bool,
    /// Whether it is known which apps are installed.
    pub whole: bool,
    /// Why Django refuses to start.
    pub refusals: Vec<String>,
}

/// Engines of DATABASES and their dialects; MariaDB has no engine of its own.
const ENGINES: &[(&str, &str)] = &[
    ("postgresql", "postgres"),
    ("postgis", "postgres"),
    ("postgresql_backend", "postgres"),
    ("mysql", "mysql"),
    ("sqlite3", "sqlite"),
    ("spatialite", "sqlite"),
];

/// The settings that other modules may ask for.
const ASKED: &[&str] =
    &["AUTH_USER_MODEL", "DEFAULT_AUTO_FIELD", "INSTALLED_APPS", "SHARED_APPS", "TENANT_APPS", "MIGRATION_MODULES", "DATABASES", "DEBUG"];

/// The folders in which top-level packages of a project may lie.
pub fn roots(tree: &dyn Tree, wanted: &Wanted) -> Vec<String> {
    let mut roots = vec![wanted.root.clone()];
    for name in tree.list(&wanted.root) {
        let folder = join(&wanted.root, &name);
        let package = tree.is_file(&join(&folder, "__init__.py"));
        // `src/`, `backend/`, `apps/`: a folder that is no package but holds manage.py or packages.
        if !package
            && !name.starts_with('.')
            && tree.is_folder(&folder)
            && (tree.is_file(&join(&folder, "manage.py")) || holds_packages(tree, &folder))
        {
            roots.push(folder);
        }
    }
    roots.extend(wanted.packages.iter().cloned());
    roots
}

fn holds_packages(tree: &dyn Tree, folder: &str) -> bool {
    tree.list(folder).iter().any(|name| tree.is_file(&join(&join(folder, name), "__init__.py")))
}

/// Reads the settings and finds the apps.
pub fn read(modules: &Modules, wanted: &Wanted) -> Project {
    let mut project = Project::default();
    if let Some(version) = wanted.version.or_else(|| version(modules.tree, &wanted.root)) {
        modules.version.set(version);
    }
    let module = settings_module(modules, wanted);
    match &module {
        Some(path) => read_settings(modules, path, (wanted, &mut project)),
        None => {
            let message =
                format!("{}: no settings module was found, so every package with models or migrations is taken as an app", wanted.root);
            modules.report(Diagnostic::new(Code::Unseen, None, message).help("name it with --settings"));
        }
    }
    if wanted.version.is_some_and(|version| version < (3, 2)) {
        // The setting came with 3.2; before, nothing asks for it (release notes, Customizing type of auto-created primary keys).
        project.settings.auto_field = None;
        project.settings.app_auto_fields.clear();
    }
    if project.apps.is_empty() {
        project.apps = guessed(modules, &wanted.root);
    }
    project.apps.dedup_by(|one, two| one.label == two.label);
    app_conf::add(modules, &project.apps);
    modules.settled.set(true);
    project
}

/// The dotted path of the settings: as asked, as manage.py sets it, or the only `settings` there is.
fn settings_module(modules: &Modules, wanted: &Wanted) -> Option<String> {
    if let Some(asked) = &wanted.settings {
        return Some(dotted(modules, asked));
    }
    if let Some(path) = named_in(modules, wanted, "DJANGO_SETTINGS_MODULE").filter(|path| modules.find(path).is_some()) {
        return Some(path);
    }
    for root in own_roots(modules, wanted).filter(|root| root.starts_with(&wanted.root)) {
        if modules.tree.is_file(&join(root, "settings.py")) {
            return Some("settings".to_string());
        }
        for name in modules.tree.list(root) {
            let folder = join(root, &name);
            if modules.tree.is_file(&join(&folder, "settings.py")) || modules.tree.is_file(&join(&folder, "settings/__init__.py")) {
                return Some(format!("{name}.settings"));
            }
        }
    }
    None
}

/// The settings module, and then those that lie beside it in a package of settings.
pub fn settings_modules(modules: &Modules, wanted: &Wanted) -> Vec<String> {
    let Some(first) = settings_module(modules, wanted) else { return Vec::new() };
    let package = match modules.find(&first) {
        Some((_, true)) => Some(first.clone()),
        _ => first.rsplit_once('.').map(|(package, _)| package.to_string()).filter(|package| package.ends_with("settings")),
    };
    let folder = package.as_deref().and_then(|package| modules.folder(package));
    let names = folder.map(|folder| modules.tree.list(&folder)).unwrap_or_default();
    let bare = names.iter().filter_map(|name| name.strip_suffix(".py")).filter(|name| *name != "__init__");
    let beside = bare.filter_map(|name| Some(format!("{}.{name}", package.as_deref()?))).filter(|module| *module != first);
    let beside: Vec<String> = beside.collect();
    std::iter::once(first.clone()).chain(beside).collect()
}

/// A file's path as a module's.
fn dotted(modules: &Modules, asked: &str) -> String {
    let Some(bare) = asked.strip_suffix(".py") else { return asked.to_string() };
    let inside = modules.roots.iter().filter_map(|root| bare.strip_prefix(root.as_str())?.strip_prefix('/')).min_by_key(|path| path.len());
    inside.unwrap_or(bare).replace('/', ".")
}

/// The project's own roots: a package may bring a `manage.py` of its own into the folder of packages.
fn own_roots<'a>(modules: &'a Modules, wanted: &'a Wanted) -> impl Iterator<Item = &'a String> {
    modules.roots.iter().filter(|root| !wanted.packages.contains(root))
}

/// `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "x.y")` in one of the scripts that start a project.
fn named_in(modules: &Modules, wanted: &Wanted, variable: &str) -> Option<String> {
    let scripts = own_roots(modules, wanted).flat_map(|root| ["manage.py", "wsgi.py", "asgi.py"].map(|name| join(root, name)));
    scripts.filter_map(|script| modules.tree.read(&script)).find_map(|text| {
        let after = text.split(variable).nth(1)?;
        let rest = after.split_once(',')?.1.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest.get(1..)?.split(quote).next().map(str::to_string)
    })
}

fn read_settings(modules: &Modules, path: &str, (wanted, project): (&Wanted, &mut Project)) {
    let (path, asked) = configured::taken_apart(modules, path);
    let Some(module) = modules.load(path) else {
        let message = format!("{path}: the settings module is not there");
        modules.report(Diagnostic::new(Code::Missing, None, message).help("name it with --settings"));
        return;
    };
    project.has_settings = true;
    // Every name in capitals that the settings or what they import bind, so that `settings.X` has its value.
    let (mut open, mut told) = (vec![module.clone()], true);
    let mut names: Vec<Arc<str>> = ASKED.iter().map(|name| Arc::from(*name)).collect();
    let mut seen = 0;
    while let Some(next) = open.pop() {
        seen += 1;
        told &= installed::tells_all(modules, &next);
        names.extend(
            next.bindings
                .all
                .iter()
                .map(|bound| bound.name.clone())
                .filter(|name| name.chars().all(|c| c.is_uppercase() || c == '_' || c.is_ascii_digit())),
        );
        if seen < 50 {
            let stars = next.bindings.stars.iter().filter_map(|star| modules.load(&Modules::absolute(&next, &star.module, star.level)));
            open.extend(stars);
        }
    }
    names.sort();
    names.dedup();
    for name in names {
        if let Some(value) = modules.name(&module, &name) {
            modules.settings.borrow_mut().insert(name, value);
        }
    }
    let class = configured::class(modules, &module, asked.or_else(|| named_in(modules, wanted, configured::VARIABLE)).as_deref());
    told &= class.is_none_or(|class| configured::read(modules, &class));
    settle(modules, project, module.file);
    project.whole &= told;
}

fn settle(modules: &Modules, project: &mut Project, file: crate::base::FileId) {
    let text = |name: &str| modules.setting(name).and_then(|value| value.str().map(Arc::<str>::from));
    project.settings.user_model = Some(text("AUTH_USER_MODEL").unwrap_or_else(|| "auth.User".into()));
    project.settings.auto_field = text("DEFAULT_AUTO_FIELD");
    project.settings.utc = modules.setting("USE_TZ").and_then(|value| value.bool()).unwrap_or_default();
    installed::read(modules, project, file);
    project.dialect = dialect(modules);
    if let Some(Value::Dict(entries)) = modules.setting("MIGRATION_MODULES") {
        project.remapped = entries.iter().filter_map(|(key, value)| Some((key.str()?.into(), value.str().map(Arc::from)))).collect();
    }
}

fn dialect(modules: &Modules) -> Option<&'static str> {
    let databases = modules.setting("DATABASES")?;
    let engine = databases.entry("default")?.entry("ENGINE")?.str()?.to_string();
    ENGINES.iter().find(|(name, _)| engine.rsplit('.').next() == Some(name)).map(|row| row.1)
}

/// Every package of the project with models or migrations.
fn guessed(modules: &Modules, root: &str) -> Vec<App> {
    let mut apps = Vec::new();
    for package in ["contenttypes", "auth"] {
        apps.push(App { label: package.into(), package: format!("django.contrib.{package}").into() });
    }
    for top in modules.roots.iter().filter(|one| one.starts_with(root)) {
        walk(modules.tree, top, "", 0, &mut apps);
    }
    apps
}

fn walk(tree: &dyn Tree, folder: &str, package: &str, depth: u32, apps: &mut Vec<App>) {
    let is_app = tree.is_file(&join(folder, "models.py"))
        || tree.is_file(&join(folder, "models/__init__.py"))
        || tree.is_folder(&join(folder, "migrations"));
    if is_app && !package.is_empty() {
        let label: Arc<str> = package.rsplit('.').next().unwrap_or(package).into();
        if !apps.iter().any(|app| app.label == label) {
            apps.push(App { label, package: package.into() });
        }
    }
    if depth > 4 {
        return;
    }
    for name in tree.list(folder) {
        let below = join(folder, &name);
        let skipped = name.starts_with('.')
            || matches!(name.as_str(), "node_modules" | "migrations" | "site-packages" | "__pycache__" | "tests" | "venv" | "env");
        if !skipped && tree.is_folder(&below) {
            let path = if package.is_empty() { name.clone() } else { format!("{package}.{name}") };
            walk(tree, &below, &path, depth + 1, apps);
        }
    }
}

/// Files that say which Django a project runs on, the most exact first.
const REQUIREMENTS: &[&str] = &[
    "requirements.txt",
    "requirements/base.txt",
    "requirements/production.txt",
    "Pipfile",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "poetry.lock",
    "uv.lock",
];

/// The version of Django from the project's requirements.
fn version(tree: &dyn Tree, root: &str) -> Option<(u32, u32)> {
    REQUIREMENTS.iter().find_map(|name| tree.read(&join(root, name)).and_then(|text| required(&text)))
}

/// `Django==4.2.1`, `django>=5.0,<5.1`, `"django" = "^5.2"`.
fn required(text: &str) -> Option<(u32, u32)> {
    text.lines().find_map(|line| {
        let line = line.trim().trim_start_matches(['"', '\'', '-', ' ']).to_lowercase();
        let rest = line.strip_prefix("django")?.trim_start_matches(['"', '\'']);
        let sign = rest.trim_start();
        if !sign.starts_with(['=', '~', '>', '<', '^', '[']) {
            return None;
        }
        let from = sign.find(|c: char| c.is_ascii_digit())?;
        let number: String = sign.get(from..)?.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let mut parts = number.split('.').filter_map(|part| part.parse().ok());
        Some((parts.next()?, parts.next().unwrap_or(0)))
    })
}
