//! What the server brings for text search (`snowball_create.pl` in its source; the contributed modules' own scripts).

/// The dictionary that takes words as they are, and the configuration of it.
const SIMPLE: &str = "simple";

/// Configurations of the system with a stemmer of their own.
pub const STEMMED: &[&str] = &[
    "arabic",
    "armenian",
    "basque",
    "catalan",
    "danish",
    "dutch",
    "english",
    "finnish",
    "french",
    "german",
    "greek",
    "hindi",
    "hungarian",
    "indonesian",
    "irish",
    "italian",
    "lithuanian",
    "nepali",
    "norwegian",
    "portuguese",
    "romanian",
    "russian",
    "serbian",
    "spanish",
    "swedish",
    "tamil",
    "turkish",
    "yiddish",
];

/// Dictionaries that extensions bring, with the extension.
const OF_EXTENSIONS: &[(&str, &str)] = &[("unaccent", "unaccent"), ("intdict", "dict_int"), ("xsyn", "dict_xsyn")];

/// Whether a configuration is the system's own.
pub fn is_system_configuration(name: &str) -> bool {
    name == SIMPLE || STEMMED.contains(&name)
}

/// The dictionary in which a configuration of the system looks up the words of its language.
pub fn dictionary_of(configuration: &str) -> String {
    if configuration == SIMPLE { SIMPLE.to_owned() } else { format!("{configuration}_stem") }
}

/// Whether a dictionary is the system's own: a bare name means it before any other (manual, 5.10.5).
pub fn is_system_dictionary(name: &str) -> bool {
    name == SIMPLE || name.strip_suffix("_stem").is_some_and(|language| STEMMED.contains(&language))
}

/// The extension that brings a dictionary of this name.
pub fn extension_of(dictionary: &str) -> Option<&'static str> {
    OF_EXTENSIONS.iter().find(|(name, _)| *name == dictionary).map(|(_, extension)| *extension)
}
