//! Django's own defaults of settings (django/conf/global_settings.py), so that what a project does not set is known.

use super::value::Value;

/// A default that matters to what models are made of.
enum Is {
    None,
    Truth(bool),
    Number(i64),
    Text(&'static str),
    /// An empty list.
    Nothing,
    /// An empty dictionary.
    Empty,
    /// It is set, to something that is not written here.
    Other,
}

const DEFAULTS: &[(&str, Is)] = &[
    ("ADMINS", Is::Nothing),
    ("ALLOWED_HOSTS", Is::Nothing),
    ("APPEND_SLASH", Is::Truth(true)),
    ("AUTHENTICATION_BACKENDS", Is::Other),
    ("AUTH_PASSWORD_VALIDATORS", Is::Nothing),
    ("AUTH_USER_MODEL", Is::Text("auth.User")),
    ("CACHES", Is::Other),
    ("DATABASES", Is::Empty),
    ("DATABASE_ROUTERS", Is::Nothing),
    ("DATETIME_FORMAT", Is::Text("N j, Y, P")),
    ("DATE_FORMAT", Is::Text("N j, Y")),
    ("DEBUG", Is::Truth(false)),
    ("DECIMAL_SEPARATOR", Is::Text(".")),
    ("DEFAULT_CHARSET", Is::Text("utf-8")),
    ("DEFAULT_FROM_EMAIL", Is::Text("webmaster@localhost")),
    ("DEFAULT_INDEX_TABLESPACE", Is::Text("")),
    ("DEFAULT_TABLESPACE", Is::Text("")),
    ("EMAIL_BACKEND", Is::Text("django.core.mail.backends.smtp.EmailBackend")),
    ("EMAIL_HOST", Is::Text("localhost")),
    ("EMAIL_SUBJECT_PREFIX", Is::Text("[Django] ")),
    ("FILE_UPLOAD_PERMISSIONS", Is::Number(0o644)),
    ("FIXTURE_DIRS", Is::Nothing),
    ("INSTALLED_APPS", Is::Nothing),
    ("INTERNAL_IPS", Is::Nothing),
    ("LANGUAGES", Is::Other),
    ("LANGUAGES_BIDI", Is::Other),
    ("LANGUAGE_CODE", Is::Text("en-us")),
    ("LANGUAGE_COOKIE_NAME", Is::Text("django_language")),
    ("LOCALE_PATHS", Is::Nothing),
    ("LOGIN_REDIRECT_URL", Is::Text("/accounts/profile/")),
    ("LOGIN_URL", Is::Text("/accounts/login/")),
    ("LOGOUT_REDIRECT_URL", Is::None),
    ("MANAGERS", Is::Nothing),
    ("MEDIA_ROOT", Is::Text("")),
    ("MEDIA_URL", Is::Other),
    ("MIDDLEWARE", Is::Nothing),
    ("MIGRATION_MODULES", Is::Empty),
    ("ROOT_URLCONF", Is::Other),
    ("SECRET_KEY", Is::Text("")),
    ("SERVER_EMAIL", Is::Text("root@localhost")),
    ("SESSION_COOKIE_AGE", Is::Number(60 * 60 * 24 * 7 * 2)),
    ("SESSION_COOKIE_NAME", Is::Text("sessionid")),
    ("SESSION_ENGINE", Is::Text("django.contrib.sessions.backends.db")),
    ("SILENCED_SYSTEM_CHECKS", Is::Nothing),
    ("STATICFILES_DIRS", Is::Nothing),
    ("STATIC_ROOT", Is::None),
    ("STATIC_URL", Is::None),
    ("STORAGES", Is::Other),
    ("TEMPLATES", Is::Nothing),
    ("TEST_RUNNER", Is::Text("django.test.runner.DiscoverRunner")),
    ("TIME_FORMAT", Is::Text("P")),
    ("TIME_ZONE", Is::Text("America/Chicago")),
    ("USE_I18N", Is::Truth(true)),
    ("USE_THOUSAND_SEPARATOR", Is::Truth(false)),
    ("WSGI_APPLICATION", Is::None),
];

/// What a setting is that no project has to set, by the version of Django; the inner `None` stands for a value that is
/// there but not known.
pub fn of(name: &str, version: (u32, u32)) -> Option<Option<Value>> {
    match name {
        "USE_TZ" => return Some(Some(Value::Bool(version >= (5, 0)))),
        "DEFAULT_AUTO_FIELD" => {
            let class = if version >= (6, 0) { "django.db.models.BigAutoField" } else { "django.db.models.AutoField" };
            return (version >= (3, 2)).then(|| Some(Value::Str(class.into())));
        }
        _ => {}
    }
    let (_, is) = DEFAULTS.iter().find(|row| row.0 == name)?;
    Some(match is {
        Is::None => Some(Value::None),
        Is::Truth(truth) => Some(Value::Bool(*truth)),
        Is::Number(number) => Some(Value::Int(*number)),
        Is::Text(text) => Some(Value::Str((*text).into())),
        Is::Nothing => Some(Value::List([].into())),
        Is::Empty => Some(Value::Dict([].into())),
        Is::Other => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_follow_the_version() {
        assert_eq!(of("USE_TZ", (4, 2)), Some(Some(Value::Bool(false))));
        assert_eq!(of("USE_TZ", (5, 0)), Some(Some(Value::Bool(true))));
        assert_eq!(of("DEFAULT_AUTO_FIELD", (2, 2)), None);
        assert_eq!(of("LANGUAGES", (5, 2)), Some(None));
        assert_eq!(of("OF_A_PACKAGE", (5, 2)), None);
    }
}
