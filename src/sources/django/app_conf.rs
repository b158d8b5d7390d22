//! Settings that an app gives by a class of django-appconf: what the project leaves open has the class's value.

use super::models::App;
use super::modules::Modules;
use super::value::Value;

/// The class on which such classes are based (appconf/base.py).
const BASES: &[&str] = &["appconf.AppConf", "appconf.base.AppConf"];

/// Modules of an app in which such a class stands.
const HOLDERS: &[&str] = &["conf", "appconf", "settings", "app_settings", "apps", "models"];

/// Adds the settings that the apps' own classes give.
pub fn add(modules: &Modules, apps: &[App]) {
    for path in apps.iter().flat_map(|app| HOLDERS.iter().map(|holder| format!("{}.{holder}", app.package))) {
        let Some(module) = modules.load(&path) else { continue };
        for class in module.bindings.classes() {
            add_class(modules, &format!("{path}.{}", class.name));
        }
    }
}

fn add_class(modules: &Modules, path: &str) {
    let Some(located) = modules.class(path) else { return };
    let scope = super::evaluate::Scope::of(&located.module);
    let based = located.class.bases.iter().any(|base| match modules.evaluate(base, &scope) {
        Value::Ref(base) => BASES.contains(&&*base),
        _ => false,
    });
    let meta = |name: &str| modules.class_member(&format!("{path}.Meta"), name, 0);
    if !based || meta("holder").is_some() {
        return;
    }
    let package = located.module.path.rsplit('.').nth(1).unwrap_or("");
    let said = meta("prefix").or_else(|| meta("app_label"));
    let Some(prefix) = said.as_ref().map_or(Some(package), Value::str).map(str::to_uppercase) else { return };
    let own = located.body.all.iter().map(|bound| bound.name.clone());
    for name in own.filter(|name| !name.chars().any(char::is_lowercase) && name.chars().any(char::is_uppercase)) {
        let setting = if name.starts_with(&prefix) { name.to_string() } else { format!("{prefix}_{name}") };
        // `configure_name` may give it another value, and `configure` any of them.
        let changed = ["configure".to_string(), format!("configure_{}", name.to_lowercase())];
        let told = changed.iter().all(|method| modules.method(&located, method).is_none());
        if told && let Some(value) = modules.class_member(path, &name, 0) {
            modules.settings.borrow_mut().entry(setting.into()).or_insert(value);
        }
    }
}
