#!/usr/bin/env python3
"""The oracle of the Django source: real projects, migrated by a real Django on real servers.

usage: oracle.py --binary PATH --python VENV/bin/python [--engine postgres|mariadb|sqlite] [--project NAME] [--stages 25,50,75,100]

For every project and engine: stop the migrations at each stage, dump, and compare.
  fresh   at 100 %: `amend check DUMP django:PROJECT` must be clean
  advice  at each stage, with and without the rows: no applied migration may be told to run again where it shows, and
          none that is not applied may be told to be faked
  carried the advised commands, run by Django on the database without its rows, must leave `migrate --check` clean
"""
import argparse, json, os, shutil, socket, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
CONTRIB = ["admin", "auth", "contenttypes", "sessions", "sites", "flatpages", "redirects"]
DJANGO = [f"django.contrib.{app}" for app in ("auth", "contenttypes")]

def config(app):
    """The name of an oscar app's AppConfig."""
    if app.startswith("dashboard."):
        return app.split(".")[1].title() + "DashboardConfig"
    return app.title().replace(".", "") + "Config"


OSCAR = "analytics checkout address shipping catalogue catalogue.reviews communication partner basket payment offer order customer search voucher wishlists".split()
OSCAR += [f"dashboard.{app}" for app in "reports users orders catalogue offers partners pages ranges reviews vouchers communications shipping".split()]
OSCAR_APPS = ["oscar.apps.dashboard.apps.DashboardConfig"] + ["oscar.config.Shop"] + [f"oscar.apps.{app}.apps.{config(app)}" for app in OSCAR]

PROJECTS = {
    "contrib": {"auto": "BigAutoField", "apps": [f"django.contrib.{app}" for app in CONTRIB]},
    "allauth": {"apps": DJANGO + ["django.contrib.sessions", "django.contrib.sites", "allauth", "allauth.account", "allauth.socialaccount",
                                  "allauth.mfa", "allauth.usersessions"], "more": "SITE_ID = 1\nMIDDLEWARE = ['allauth.account.middleware.AccountMiddleware']\n"},
    "oscar": {"apps": DJANGO + ["django.contrib.sites", "django.contrib.flatpages"] + OSCAR_APPS + ["treebeard", "sorl.thumbnail", "easy_thumbnails"],
              "more": "SITE_ID = 1\nfrom oscar.defaults import *\n"},
    "filer": {"apps": DJANGO + ["easy_thumbnails", "filer"]},
    "taggit": {"apps": DJANGO + ["taggit"]},
    "machina": {"apps": DJANGO + ["mptt", "haystack", "machina", "machina.apps.forum", "machina.apps.forum_conversation",
                                  "machina.apps.forum_conversation.forum_attachments", "machina.apps.forum_conversation.forum_polls",
                                  "machina.apps.forum_feeds", "machina.apps.forum_moderation", "machina.apps.forum_search",
                                  "machina.apps.forum_tracking", "machina.apps.forum_member", "machina.apps.forum_permission"],
                "more": "HAYSTACK_CONNECTIONS={'default':{'ENGINE':'haystack.backends.simple_backend.SimpleEngine'}}\nCACHES={'default':{'BACKEND':'django.core.cache.backends.locmem.LocMemCache'},'machina_attachments':{'BACKEND':'django.core.cache.backends.locmem.LocMemCache'}}\n"},
}

MANAGE = """import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")
try:
    import pymysql
    pymysql.version_info = (2, 2, 7, "final", 0)
    pymysql.install_as_MySQLdb()
except ImportError:
    pass
if sys.argv[1:2] == ["stage"]:
    import django
    django.setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    import json
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    part = plan[: max(1, len(plan) * int(sys.argv[2]) // 100)]
    done = executor.loader.applied_migrations
    todo = [(m, b) for m, b in part if (m.app_label, m.name) not in done]
    state = executor._create_project_state(with_applied_migrations=True)
    executor.recorder.ensure_schema()
    executor.migrate(None, plan=todo, state=state) if todo else None
    print(json.dumps({"plan": [[m.app_label, m.name] for m, _ in plan], "applied": [[m.app_label, m.name] for m, _ in part]}))
else:
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
"""


def run(words, check=True, **more):
    done = subprocess.run(words, capture_output=True, text=True, **more)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(words)}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}")
    return done


class Sqlite:
    name = dialect = "sqlite"

    def __init__(self, folder):
        self.path = os.path.join(folder, "db.sqlite3")

    def fresh(self):
        if os.path.exists(self.path):
            os.remove(self.path)

    def settings(self):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": self.path}

    def dump(self, rows):
        return run(["sqlite3", self.path, ".dump" if rows else ".schema"]).stdout

    def sql(self, text):
        run(["sqlite3", self.path], input=text)

    def copy(self):
        shutil.copy(self.path, self.path + ".kept")

    def back(self):
        shutil.copy(self.path + ".kept", self.path)

    def stop(self):
        pass


class Postgres:
    name = dialect = "postgres"

    def __init__(self, folder):
        self.folder = os.path.join(folder, "pg")
        os.makedirs(self.folder)
        self.bin = next((d for v in range(30, 9, -1) for d in [f"/usr/lib/postgresql/{v}/bin"] if os.path.exists(d + "/initdb")),
                        os.path.dirname(shutil.which("initdb") or "/usr/bin/initdb"))
        self.user = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            os.chmod(folder, 0o755)
            self.user = ["runuser", "-u", "postgres", "--"]
        data = self.folder + "/data"
        run(self.user + [self.bin + "/initdb", "-D", data, "-U", "postgres", "-A", "trust", "--encoding=UTF8", "--no-sync"])
        run(self.user + [self.bin + "/pg_ctl", "-D", data, "-w", "-o", f"-k {self.folder} -c listen_addresses='' -c fsync=off", "-l", self.folder + "/log", "start"])

    def psql(self, database, *words, **more):
        return run(["psql", "-h", self.folder, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-qX", "-d", database, *words], **more)

    def fresh(self):
        self.psql("postgres", "-c", "DROP DATABASE IF EXISTS oracle")
        self.psql("postgres", "-c", "CREATE DATABASE oracle")

    def settings(self):
        return {"ENGINE": "django.db.backends.postgresql", "NAME": "oracle", "USER": "postgres", "HOST": self.folder}

    def dump(self, rows):
        words = [] if rows else ["--schema-only"]
        return run([self.bin + "/pg_dump", "-h", self.folder, "-U", "postgres", *words, "oracle"]).stdout

    def sql(self, text):
        self.psql("oracle", "-f", "-", input=text)

    def copy(self):
        self.psql("postgres", "-c", "DROP DATABASE IF EXISTS kept")
        self.psql("postgres", "-c", "CREATE DATABASE kept TEMPLATE oracle")

    def back(self):
        self.psql("postgres", "-c", "DROP DATABASE IF EXISTS oracle")
        self.psql("postgres", "-c", "CREATE DATABASE oracle TEMPLATE kept")

    def stop(self):
        run(self.user + [self.bin + "/pg_ctl", "-D", self.folder + "/data", "-m", "immediate", "stop"], check=False)


class Mariadb:
    name = dialect = "mariadb"

    def __init__(self, folder):
        self.folder = os.path.join(folder, "my")
        os.makedirs(self.folder)
        user = []
        if os.geteuid() == 0:
            user = ["--user=mysql"]
            shutil.chown(self.folder, "mysql", "mysql")
            os.chmod(folder, 0o755)
        run(["mariadb-install-db", "--no-defaults", "--datadir=" + self.folder + "/data", "--auth-root-authentication-method=normal", "--skip-test-db", *user])
        self.sock = self.folder + "/s"
        server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
        self.process = subprocess.Popen([server, "--no-defaults", *user, "--datadir=" + self.folder + "/data", "--socket=" + self.sock,
                                         "--skip-networking", "--character-set-server=utf8mb4", "--innodb-flush-log-at-trx-commit=0"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            if self.client(None, "-e", "SELECT 1", check=False).returncode == 0:
                break
            time.sleep(0.2)

    def client(self, database, *words, **more):
        return run(["mariadb", "--no-defaults", "-u", "root", "-S", self.sock, *words, *([database] if database else [])], **more)

    def fresh(self):
        self.client(None, "-e", "DROP DATABASE IF EXISTS oracle; CREATE DATABASE oracle CHARACTER SET utf8mb4")

    def settings(self):
        return {"ENGINE": "django.db.backends.mysql", "NAME": "oracle", "USER": "root", "HOST": self.sock, "OPTIONS": {"unix_socket": self.sock}}

    def dump(self, rows, database="oracle"):
        words = [] if rows else ["--no-data"]
        return run(["mariadb-dump", "--no-defaults", "-u", "root", "-S", self.sock, *words, database]).stdout

    def sql(self, text):
        self.client("oracle", input=text)

    def copy(self):
        self.kept = self.dump(True)

    def back(self):
        self.fresh()
        self.sql(self.kept)

    def stop(self):
        self.process.terminate()
        self.process.wait()


ENGINES = {"postgres": Postgres, "mariadb": Mariadb, "sqlite": Sqlite}


class Project:
    def __init__(self, name, engine, folder, options):
        self.name, self.engine, self.options = name, engine, options
        self.folder = os.path.join(folder, f"{name}-{engine.name}")
        os.makedirs(self.folder + "/proj")
        spec = PROJECTS[name]
        with open(self.folder + "/manage.py", "w") as file:
            file.write(MANAGE)
        open(self.folder + "/proj/__init__.py", "w").close()
        with open(self.folder + "/proj/settings.py", "w") as file:
            file.write(f"SECRET_KEY = 'oracle'\nUSE_TZ = True\n{spec.get('more', '')}")
            file.write(f"INSTALLED_APPS = {spec['apps']!r}\nDATABASES = {{'default': {engine.settings()!r}}}\n")
            file.write(f"DEFAULT_AUTO_FIELD = 'django.db.models.{spec.get('auto', 'AutoField')}'\n")
            file.write("SILENCED_SYSTEM_CHECKS = ['fields.W342']\n")

    def manage(self, *words, **more):
        return run([self.options.python, "manage.py", *words], cwd=self.folder, **more)

    def amend(self, command, dump, *words):
        path = os.path.join(self.folder, "dump.sql")
        with open(path, "w") as file:
            file.write(dump)
        packages = run([self.options.python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"]).stdout.strip()
        version = run([self.options.python, "-c", "import django; print('%d.%d' % django.VERSION[:2])"]).stdout.strip()
        project = self.folder if command == "advise" else "django:" + self.folder
        return run([self.options.binary, command, path, project, "--dialect", self.engine.dialect, "--packages", packages,
                    "--django-version", version, *words], check=False)

    def stage(self, percent):
        return json.loads(self.manage("stage", str(percent)).stdout.splitlines()[-1])

    def fresh_is_clean(self):
        done = self.amend("check", self.engine.dump(False))
        lines = done.stdout.strip().splitlines()
        unseen = done.stderr.count("note[unseen]")
        return {"status": done.returncode, "differences": lines, "unseen": unseen, "stderr": done.stderr if done.returncode == 2 else ""}

    def advice(self, rows):
        done = self.amend("advise", self.engine.dump(rows), "--format", "json")
        if done.returncode:
            raise RuntimeError(f"advise: {done.stderr[-2000:]}")
        return json.loads(done.stdout)

    def judged(self, truth, rows):
        applied = {tuple(one) for one in truth["applied"]}
        faults = []
        for one in self.advice(rows)["migrations"]:
            key, verdict = (one["app"], one["name"]), one["verdict"]
            visible = any(e["status"] in ("present", "absent", "contradicting") for e in one["evidence"])
            good = ({"done"} if rows else {"fake"}) if key in applied else {"apply"}
            if not visible:
                good |= {"manual", "apply"}
            if verdict not in good:
                odd = [f"{e['status']} {e['fact']}" for e in one["evidence"] if e["status"] != "present"][:4]
                faults.append(f"{key[0]}.{key[1]}: {verdict}, right: {'/'.join(sorted(good))}; {odd}")
        return faults

    def carried(self):
        """The commands, run on the same database without its rows."""
        self.engine.copy()
        try:
            self.engine.sql("DELETE FROM django_migrations;")
            advice = self.advice(True)
            if advice["sql"]:
                self.engine.sql(advice["sql"])
            for command in advice["commands"]:
                self.manage(*command.split()[2:], "--skip-checks")
            done = self.manage("migrate", "--check", "--skip-checks", check=False)
            clean = self.fresh_is_clean()
            return [] if done.returncode == 0 and clean["status"] == 0 else [f"migrate --check {done.returncode}, check {clean['status']} {clean['differences'][:3]}"]
        except RuntimeError as error:
            return [str(error)[-600:]]
        finally:
            self.engine.back()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--project", action="append", choices=PROJECTS)
    parser.add_argument("--stages", default="25,50,75,100")
    options = parser.parse_args()
    options.binary, options.python = os.path.abspath(options.binary), os.path.abspath(options.python)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
        for engine_name in options.engine or ENGINES:
            engine = ENGINES[engine_name](folder)
            try:
                for name in options.project or ["contrib", "allauth"]:
                    failed += project(name, engine, folder, options)
            finally:
                engine.stop()
    sys.exit(1 if failed else 0)


def project(name, engine, folder, options):
    engine.fresh()
    one = Project(name, engine, folder, options)
    failed = 0
    for percent in [int(stage) for stage in options.stages.split(",")]:
        try:
            truth = one.stage(percent)
        except RuntimeError as error:
            print(f"{name} {engine.name}: the project does not run here: {str(error)[-300:]}")
            return 1
        line = f"{name} {engine.name} {percent:3d} % ({len(truth['applied'])}/{len(truth['plan'])})"
        results = {"with rows": one.judged(truth, True), "without rows": one.judged(truth, False), "carried": one.carried()}
        if percent == 100:
            fresh = one.fresh_is_clean()
            results["fresh"] = fresh["differences"] if fresh["status"] == 1 else [fresh["stderr"][-800:]] if fresh["status"] else []
            line += f" unseen {fresh['unseen']}"
        bad = {what: faults for what, faults in results.items() if faults}
        print(line, "ok" if not bad else "", flush=True)
        for what, faults in bad.items():
            failed += len(faults)
            for fault in faults[:12]:
                print(f"    {what}: {fault}", flush=True)
    return failed


if __name__ == "__main__":
    main()
