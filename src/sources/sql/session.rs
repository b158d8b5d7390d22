//! What earlier statements of a file have set that later ones depend on.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Name;

/// The settings in force, by name. One per file: a dump sets its own.
#[derive(Clone, Debug)]
pub struct Session {
    settings: BTreeMap<Name, Arc<str>>,
    stamp: Name,
}

impl Default for Session {
    fn default() -> Session {
        Session { settings: BTreeMap::new(), stamp: Name::NONE }
    }
}

impl Session {
    pub fn get(&self, setting: &str) -> Option<&str> {
        self.settings.get(&Name::new(setting)).map(AsRef::as_ref)
    }

    /// Sets a setting, or takes it back to its default.
    pub fn set(&mut self, setting: &str, value: Option<&str>) {
        let name = Name::new(setting);
        match value {
            Some(value) => drop(self.settings.insert(name, Arc::from(value))),
            None => drop(self.settings.remove(&name)),
        }
        let text: Vec<String> = self.settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.stamp = Name::new(&text.join("\n"));
    }

    /// One word for the whole state: equal stamps, equal meaning of the same text.
    pub fn stamp(&self) -> Name {
        self.stamp
    }
}
