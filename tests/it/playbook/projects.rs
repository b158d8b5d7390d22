//! The runbook of a Django project, on each engine: its commands are run with the real Django, leave nothing to migrate, and the
//! way back leads to where the night began. Runs only where AMEND_SERVERS is set and AMEND_DJANGO names a folder with Django.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project;
use crate::servers::{Server, call, mariadb::MariaDb, postgres::Postgres, sqlite::Sqlite};

/// Django asks for mysqlclient, which has to be compiled; PyMySQL says that it is one.
const AS_MYSQLCLIENT: &str = "import pymysql\npymysql.version_info = (2, 2, 7, \"final\", 0)\npymysql.install_as_MySQLdb()\n";

/// Rows that get the model's default while the night goes on.
const ROWS: &str = "INSERT INTO shop_customer (email, phone) VALUES ('a', '1'); INSERT INTO shop_booking (customer_id) VALUES (1);";

/// Where the live side comes from.
enum Live {
    /// The example's dump, with the rows of django_migrations.
    Example,
    /// Django's first migration, and a column that somebody added by hand; what ran is told by a listing.
    Drifted(&'static str),
}

#[test]
fn on_postgres() {
    let settings = |server: &Postgres| {
        let host = server.host().display();
        format!("{{\"ENGINE\": \"django.db.backends.postgresql\", \"NAME\": \"shop\", \"USER\": \"postgres\", \"HOST\": \"{host}\"}}")
    };
    night(|| Postgres::start(&Postgres::of_the_system().ok_or("no PostgreSQL is installed")?), settings, Live::Example);
}

#[test]
fn on_mariadb() {
    let settings = |server: &MariaDb| {
        let options = format!("\"OPTIONS\": {{\"unix_socket\": \"{}\"}}", server.socket().display());
        format!("{{\"ENGINE\": \"django.db.backends.mysql\", \"NAME\": \"shop\", \"USER\": \"root\", {options}}}\n{AS_MYSQLCLIENT}")
    };
    night(MariaDb::start, settings, Live::Drifted("ALTER TABLE shop_customer ADD COLUMN phone varchar(20) NOT NULL;"));
}

#[test]
fn on_sqlite() {
    let settings =
        |server: &Sqlite| format!("{{\"ENGINE\": \"django.db.backends.sqlite3\", \"NAME\": \"{}\"}}", server.file("shop").display());
    let drift = "ALTER TABLE shop_customer ADD COLUMN phone varchar(20) NOT NULL DEFAULT '';";
    night(|| Ok(Sqlite::start()), settings, Live::Drifted(drift));
}

fn night<S: Server>(start: impl FnOnce() -> Result<S, String>, settings: impl FnOnce(&S) -> String, live: Live) {
    let packages = std::env::var_os("AMEND_DJANGO").filter(|folder| !folder.is_empty());
    let (Some(packages), true) = (packages, std::env::var_os("AMEND_SERVERS").is_some()) else {
        println!("skipped: AMEND_SERVERS is not set, or AMEND_DJANGO does not name a folder with Django; tests/run fetches one");
        return;
    };
    let carried_out = || {
        let server = start()?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let site = Site::new(folder.path(), Path::new(&packages), &settings(&server))?;
        server.create("shop")?;
        site.live(&server, live)?;
        site.through(&server)
    };
    let outcome: Result<(), String> = carried_out();
    outcome.unwrap_or_else(|fault| panic!("{fault}"));
}

/// A copy of the example's project that reaches the database of a test.
struct Site {
    folder: PathBuf,
}

impl Site {
    fn new(folder: &Path, packages: &Path, settings: &str) -> Result<Site, String> {
        let site = Site { folder: folder.to_path_buf() };
        for path in project::files("docs/example/project") {
            let to = folder.join(path.strip_prefix("docs/example").unwrap_or(&path));
            site.write(&to, &project::read(&path))?;
        }
        let page = folder.join("project/config/settings.py");
        let lines = std::fs::read_to_string(&page).map_err(|error| error.to_string())?;
        let others: String = lines.lines().filter(|line| !line.starts_with("DATABASES")).map(|line| format!("{line}\n")).collect();
        site.write(&page, &format!("{others}DATABASES = {{}}\nDATABASES[\"default\"] = {settings}\n"))?;
        // Django's commands are written for the `python` of the project's own environment.
        let python = format!("#!/bin/sh\nexec env PYTHONPATH='{}' PYTHONDONTWRITEBYTECODE=1 python3 \"$@\"\n", packages.display());
        site.write(&folder.join("python"), &python)?;
        site.sh("chmod +x ../python").map(|_| site)
    }

    fn write(&self, path: &Path, text: &str) -> Result<(), String> {
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(path, text));
        made.map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Runs a command in the folder of manage.py.
    fn sh(&self, text: &str) -> Result<String, String> {
        let path = format!("{}:{}", self.folder.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new("sh");
        call(command.arg("-c").arg(text).current_dir(self.folder.join("project")).env("PATH", path), "")
    }

    /// Builds the live side, and writes the runbook for it.
    fn live(&self, server: &dyn Server, live: Live) -> Result<(), String> {
        let dump = match live {
            Live::Example => {
                let text = project::read(Path::new("docs/example/shop.sql"));
                server.run("shop", &text)?;
                text
            }
            Live::Drifted(by_hand) => {
                self.sh("python manage.py migrate shop 0001 && python manage.py showmigrations > ../recorded.txt")?;
                server.run("shop", by_hand)?;
                server.dump("shop")?
            }
        };
        self.write(&self.folder.join("live.sql"), &dump)?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_amend"));
        command.current_dir(&self.folder).args(["playbook", "live.sql", "django:project", "--allow", "drop", "-o", "book"]);
        if self.folder.join("recorded.txt").exists() {
            command.args(["--recorded", "recorded.txt"]);
        }
        call(&mut command, "").map(drop)
    }

    fn page(&self, name: &str) -> Result<String, String> {
        std::fs::read_to_string(self.folder.join("book").join(name)).map_err(|error| format!("{name}: {error}"))
    }

    /// The runbook over a database with rows, up to the last migration and back; the failing paths first.
    fn through(&self, server: &dyn Server) -> Result<(), String> {
        let run = |name: &str| self.page(name).and_then(|text| server.run_file("shop", &text)).map_err(|fault| format!("{name}: {fault}"));
        let stops = |name: &str, words: &str| match run(name) {
            Err(fault) if fault.contains(words) => Ok(()),
            other => Err(format!("{name} does not say `{words}`: {other:?}")),
        };
        server.run("shop", ROWS)?;
        let waiting = "nothing is left to migrate before the patch, so this shows nothing";
        let open = self.sh("python manage.py migrate --check --plan").err().filter(|open| open.contains("capacity")).ok_or(waiting)?;
        stops("30-verify.sql", "shop_booking.capacity")?;
        server.run("shop", "ALTER TABLE shop_booking ADD COLUMN surprise integer;")?;
        stops("10-precheck.sql", "shop_booking.surprise")?;
        server.run("shop", "ALTER TABLE shop_booking DROP COLUMN surprise;")?;
        ["10-precheck.sql", "20-patch.sql"].into_iter().try_for_each(run)?;
        self.sh("sh ../book/25-migrations")?;
        run("30-verify.sql")?;
        self.sh("python manage.py migrate --check && python manage.py makemigrations --check --dry-run")?;
        // The way back leads to where the night began: the same migrations wait.
        run("40-rollback.sql")?;
        let page = self.page("README.md")?;
        let rows = page.split('`').find(|text| text.starts_with("DELETE FROM ")).ok_or("the checklist takes no rows back")?;
        server.run("shop", rows)?;
        run("10-precheck.sql")?;
        let again = self.sh("python manage.py migrate --check --plan").err().ok_or("the migrations are still taken for done")?;
        let plan = |text: &str| text.lines().filter(|line| line.contains("shop.")).map(str::to_string).collect::<Vec<_>>();
        if plan(&open).is_empty() || plan(&open) != plan(&again) {
            return Err(format!("before:\n{open}\nafter the way back:\n{again}"));
        }
        Ok(())
    }
}
