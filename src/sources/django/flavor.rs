//! What differs between Django's database backends, as far as it decides what is created.

/// The engine behind a project, as its backend in Django sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Postgres,
    Mysql,
    Mariadb,
    Sqlite,
}

impl Engine {
    /// The engine of a dialect of this name.
    pub fn of(dialect: &str) -> Engine {
        match dialect {
            "mysql" => Engine::Mysql,
            "mariadb" => Engine::Mariadb,
            "sqlite" => Engine::Sqlite,
            _ => Engine::Postgres,
        }
    }

    /// Longest name that Django makes for this engine (`max_name_length`; SQLite has none, Django then uses 200).
    pub fn name_length(self) -> usize {
        match self {
            Engine::Postgres => 63,
            Engine::Mysql | Engine::Mariadb => 64,
            Engine::Sqlite => 200,
        }
    }

    /// Longest table name; SQLite has no limit.
    pub fn table_length(self) -> usize {
        if self == Engine::Sqlite { usize::MAX } else { self.name_length() }
    }

    pub fn is_mysql(self) -> bool {
        matches!(self, Engine::Mysql | Engine::Mariadb)
    }

    /// `connection.vendor`.
    pub fn vendor(self) -> &'static str {
        match self {
            Engine::Postgres => "postgresql",
            Engine::Mysql | Engine::Mariadb => "mysql",
            Engine::Sqlite => "sqlite",
        }
    }

    /// An identifier in this engine's quotes.
    pub fn quote(self, name: &str) -> String {
        if self.is_mysql() { format!("`{}`", name.replace('`', "``")) } else { format!("\"{}\"", name.replace('"', "\"\"")) }
    }

    /// A string literal.
    pub fn literal(self, text: &str) -> String {
        let text = if self.is_mysql() { text.replace('\\', "\\\\") } else { text.to_string() };
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Engine and version together: what a rendering depends on beside the models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flavor {
    pub engine: Engine,
    /// Django's version, major and minor.
    pub version: (u32, u32),
}

impl Flavor {
    pub fn at_least(self, major: u32, minor: u32) -> bool {
        self.version >= (major, minor)
    }
}
