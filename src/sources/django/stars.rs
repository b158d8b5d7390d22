//! What `from … import *` takes out of Django's own modules, which are not read: the names that models are made of.

use super::elements;
use super::kinds;

/// Names beside the field classes, by the module that has them.
const NAMES: &[(&str, &[&str])] = &[
    (
        "django.db.models",
        &[
            "Model",
            "Manager",
            "QuerySet",
            "Q",
            "F",
            "Value",
            "Func",
            "Case",
            "When",
            "ExpressionWrapper",
            "Index",
            "CheckConstraint",
            "UniqueConstraint",
            "Deferrable",
            "CASCADE",
            "PROTECT",
            "RESTRICT",
            "SET",
            "SET_DEFAULT",
            "SET_NULL",
            "DO_NOTHING",
            "DB_CASCADE",
            "DB_SET_NULL",
            "DB_SET_DEFAULT",
            "Choices",
            "TextChoices",
            "IntegerChoices",
        ],
    ),
    ("django.contrib.postgres.fields", &["RangeOperators", "RangeBoundary"]),
    ("django.contrib.postgres.indexes", &["OpClass"]),
    ("django.contrib.postgres.constraints", &["ExclusionConstraint"]),
    ("django.contrib.postgres.search", &["SearchVector", "SearchVectorField"]),
    ("django.contrib.auth.models", &["User", "Group", "Permission", "AbstractUser", "AbstractBaseUser", "PermissionsMixin"]),
    ("django.contrib.contenttypes.models", &["ContentType"]),
];

/// Whether a module of Django has this name.
pub fn has(module: &str, name: &str) -> bool {
    let fields = matches!(module, "django.db.models" | "django.db.models.fields" | "django.contrib.postgres.fields");
    let indexes = matches!(module, "django.db.models" | "django.contrib.postgres.indexes");
    let listed = NAMES.iter().filter(|row| row.0 == module).any(|row| row.1.contains(&name));
    listed || fields && kinds::by_name(name).is_some() || indexes && elements::is_index(name)
}
