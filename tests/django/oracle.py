#!/usr/bin/env python3
"""The oracle of the Django source: real projects, migrated by a real Django on real servers.

usage: oracle.py --binary PATH --python VENV/bin/python [--engine postgres|mariadb|sqlite] [--project NAME] [--stages 25,50,75,100]

For every project and engine: stop the migrations at each stage, dump, and compare.
  fresh   at 100 %: `amend check DUMP django:PROJECT` must be clean
  advice  at each stage, with and without the rows: no applied migration may be told to run again where it shows, and
          none that is not applied may be told to be faked
  by hand with some operations of the next migration done: it is completed, and never faked before all are there
  carried the advised commands, run by Django on the database without its rows, must leave `migrate --check` clean
"""
import argparse, json, os, shutil, socket, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
CONTRIB = ["admin", "auth", "contenttypes", "sessions", "sites", "flatpages", "redirects"]
DJANGO = [f"django.contrib.{app}" for app in ("auth", "contenttypes")]
SITE = DJANGO + [f"django.contrib.{app}" for app in ("sites", "admin", "sessions", "messages", "staticfiles")]
SITE_SETTINGS = "SITE_ID = 1\nSTATIC_URL = '/s/'\nMIDDLEWARE = []\n"


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
              "more": "SITE_ID = 1\nfrom oscar.defaults import *\nHAYSTACK_CONNECTIONS = {'default': {'ENGINE': 'haystack.backends.simple_backend.SimpleEngine'}}\n"},
    "filer": {"apps": DJANGO + ["easy_thumbnails", "filer"]},
    "taggit": {"apps": DJANGO + ["taggit"]},
    "guardian": {"apps": DJANGO + ["guardian"]},
    "oauth": {"apps": DJANGO + ["oauth2_provider"]},
    "celery": {"apps": DJANGO + ["django_celery_beat", "django_celery_results"]},
    "reversion": {"apps": DJANGO + ["reversion", "axes", "constance", "waffle"], "more": "CONSTANCE_BACKEND = 'constance.backends.database.DatabaseBackend'\n"},
    "silk": {"apps": DJANGO + ["django.contrib.sessions", "silk", "watson", "actstream"]},
    "organizations": {"apps": DJANGO + ["django.contrib.sites", "organizations", "invitations", "notifications"], "more": "SITE_ID = 1\n"},
    "otp": {"apps": DJANGO + ["django_otp", "django_otp.plugins.otp_totp", "django_otp.plugins.otp_static", "django_otp.plugins.otp_email",
                              "django_otp.plugins.otp_hotp", "two_factor", "two_factor.plugins.phonenumber"]},
    "social": {"apps": DJANGO + ["social_django", "rest_framework", "rest_framework.authtoken", "knox", "rest_framework_simplejwt.token_blacklist",
                                 "auditlog"]},
    "queues": {"apps": DJANGO + ["django_q", "post_office", "push_notifications"]},
    "history": {"apps": DJANGO + ["simple_history", "polymorphic", "ordered_model", "hijack"]},
    "comments": {"apps": SITE + ["django_comments"], "more": SITE_SETTINGS},
    "avatar": {"apps": SITE + ["avatar", "easyaudit", "request"], "more": SITE_SETTINGS},
    "djstripe": {"apps": DJANGO + ["djstripe"],
                 "more": "STRIPE_LIVE_SECRET_KEY = 'sk_live_x'\nSTRIPE_TEST_SECRET_KEY = 'sk_test_x'\nSTRIPE_LIVE_MODE = False\nDJSTRIPE_FOREIGN_KEY_TO_FIELD = 'id'\n"},
    "parler": {"apps": DJANGO + ["parler", "modeltranslation", "django_fsm_log"], "more": "LANGUAGES = [('en', 'English'), ('de', 'German')]\nLANGUAGE_CODE = 'en'\n"},
    "interface": {"apps": SITE + ["colorfield", "admin_interface", "dynamic_preferences", "dynamic_preferences.users.apps.UserPreferencesConfig"],
                  "more": SITE_SETTINGS},
    "mailer": {"apps": SITE + ["mailer", "robots", "hitcount"], "more": SITE_SETTINGS},
    "cas": {"apps": SITE + ["cas_server"], "more": SITE_SETTINGS},
    "oidc": {"apps": SITE + ["oidc_provider"], "more": SITE_SETTINGS},
    "categories": {"apps": SITE + ["mptt", "categories", "categories.editor"], "more": SITE_SETTINGS},
    "photologue": {"apps": SITE + ["sortedm2m", "photologue"], "more": SITE_SETTINGS},
    "account": {"apps": SITE + ["account", "cookie_consent", "background_task"], "more": SITE_SETTINGS},
    "postman": {"apps": SITE + ["postman", "sitetree", "django_tasks"], "more": SITE_SETTINGS},
    "memberships": {"apps": SITE + ["django_extensions", "organizations", "invitations"], "more": SITE_SETTINGS},
    "wiki": {"apps": SITE + ["django.contrib.humanize", "mptt", "sekizai", "sorl.thumbnail", "django_nyt", "wiki", "wiki.plugins.attachments",
                             "wiki.plugins.notifications", "wiki.plugins.images", "wiki.plugins.macros"], "more": SITE_SETTINGS},
    "events": {"apps": SITE + ["django_eventstream", "drf_api_logger", "friendship", "star_ratings", "webpush"], "more": SITE_SETTINGS},
    "threads": {"apps": SITE + ["django_comments", "django_comments_xtd", "survey", "django_rest_passwordreset"],
                "more": SITE_SETTINGS + "COMMENTS_APP = 'django_comments_xtd'\n"},
    "cities": {"apps": SITE + ["cities_light", "tracking"], "more": SITE_SETTINGS},
    "pages": {"auto": "BigAutoField", "apps": SITE + ["cms", "menus", "treebeard", "sekizai", "djangocms_text"],
              "more": SITE_SETTINGS + "LANGUAGE_CODE = 'en'\nLANGUAGES = [('en', 'English')]\nCMS_CONFIRM_VERSION4 = True\nTEMPLATES = "
              "[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True, 'OPTIONS': {'context_processors': "
              "['django.template.context_processors.request', 'django.contrib.auth.context_processors.auth', "
              "'sekizai.context_processors.sekizai']}}]\n"},
    "desk": {"apps": SITE + ["django.contrib.humanize", "rest_framework", "helpdesk"],
             "more": SITE_SETTINGS + "HELPDESK_TEAMS_MODE_ENABLED = False\n"},
    "money": {"apps": SITE + ["import_export", "djmoney", "djmoney.contrib.exchange"], "more": SITE_SETTINGS},
    "newsletter": {"apps": DJANGO + ["django.contrib.sites", "sorl.thumbnail", "newsletter"], "more": "SITE_ID = 1\n"},
    "helpdesk": {"apps": DJANGO + ["django.contrib.sites", "django.contrib.admin", "django.contrib.messages", "django.contrib.sessions",
                                   "django.contrib.humanize", "bootstrap4form", "rest_framework", "helpdesk"],
                 "more": "SITE_ID = 1\nHELPDESK_TEAMS_MODE_ENABLED = False\n"},
    "cms": {"auto": "BigAutoField", "apps": DJANGO + ["django.contrib.sites", "django.contrib.admin", "django.contrib.sessions", "django.contrib.messages",
                                                      "cms", "menus", "treebeard", "sekizai", "djangocms_text"],
            "more": "SITE_ID = 1\nLANGUAGE_CODE = 'en'\nLANGUAGES = [('en', 'English')]\nCMS_CONFIRM_VERSION4 = True\n"},
    "wagtail": {"auto": "BigAutoField", "apps": ["wagtail.contrib.forms", "wagtail.contrib.redirects", "wagtail.contrib.settings", "wagtail.contrib.search_promotions",
                                                 "wagtail.embeds", "wagtail.sites", "wagtail.users", "wagtail.snippets", "wagtail.documents", "wagtail.images",
                                                 "wagtail.search", "wagtail.admin", "wagtail", "modelcluster", "taggit"] + DJANGO +
                ["django.contrib.admin", "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles"],
                "more": "WAGTAIL_SITE_NAME = 'x'\nWAGTAILADMIN_BASE_URL = 'http://x'\nSTATIC_URL = '/s/'\n"},
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


def by_hand(executor, migration, count):
    # The first operations of a migration that is not recorded.
    import django
    from django.db import connection, transaction
    state = executor.loader.project_state([node for node in executor.loader.applied_migrations if node in executor.loader.graph.nodes])
    with connection.schema_editor(atomic=migration.atomic) as editor:
        for operation in migration.operations[:count]:
            old = state.clone()
            operation.state_forwards(migration.app_label, state)
            operation.database_forwards(migration.app_label, editor, old, state)


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
    if len(sys.argv) > 3 and len(part) < len(plan):
        by_hand(executor, plan[len(part)][0], int(sys.argv[3]))
    print(json.dumps({"plan": [[m.app_label, m.name] for m, _ in plan], "applied": [[m.app_label, m.name] for m, _ in part],
                      "next": [[m.app_label, m.name, len(m.operations)] for m, _ in plan[len(part):len(part) + 1]]}))
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

    def copy(self, name="kept"):
        shutil.copy(self.path, f"{self.path}.{name}")

    def back(self, name="kept"):
        shutil.copy(f"{self.path}.{name}", self.path)

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

    def copy(self, name="kept"):
        self.psql("postgres", "-c", f"DROP DATABASE IF EXISTS {name}")
        self.psql("postgres", "-c", f"CREATE DATABASE {name} TEMPLATE oracle")

    def back(self, name="kept"):
        self.psql("postgres", "-c", "DROP DATABASE IF EXISTS oracle")
        self.psql("postgres", "-c", f"CREATE DATABASE oracle TEMPLATE {name}")

    def stop(self):
        run(self.user + [self.bin + "/pg_ctl", "-D", self.folder + "/data", "-m", "immediate", "stop"], check=False)


class Mariadb:
    name = dialect = "mariadb"

    def __init__(self, folder):
        self.folder, self.kept = os.path.join(folder, "my"), {}
        os.makedirs(self.folder)
        user = []
        if os.geteuid() == 0:
            user = ["--user=mysql"]
            shutil.chown(self.folder, "mysql", "mysql")
            os.chmod(folder, 0o755)
        # A server that starts deletes the temporary tables of all others in its TMPDIR, and those die of it.
        own = {**os.environ, "TMPDIR": self.folder}
        install = ["mariadb-install-db", "--no-defaults", "--datadir=" + self.folder + "/data", "--auth-root-authentication-method=normal", "--skip-test-db"]
        run([*install, *user], env=own)
        self.sock = self.folder + "/s"
        server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
        self.process = subprocess.Popen([server, "--no-defaults", *user, "--datadir=" + self.folder + "/data", "--socket=" + self.sock,
                                         "--skip-networking", "--character-set-server=utf8mb4", "--innodb-flush-log-at-trx-commit=0"], env=own,
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
        words = ["--routines"] if rows else ["--routines", "--no-data"]
        return run(["mariadb-dump", "--no-defaults", "-u", "root", "-S", self.sock, *words, database]).stdout

    def sql(self, text):
        self.client("oracle", input=text)

    def copy(self, name="kept"):
        self.kept[name] = self.dump(True)

    def back(self, name="kept"):
        self.fresh()
        self.sql(self.kept[name])

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
        packages = run([self.options.python, "-c", "import django, os; print(os.path.dirname(os.path.dirname(django.__file__)))"]).stdout.strip()
        version = run([self.options.python, "-c", "import django; print('%d.%d' % django.VERSION[:2])"]).stdout.strip()
        project = self.folder if command == "advise" else "django:" + self.folder
        return run([self.options.binary, command, path, project, "--dialect", self.engine.dialect, "--packages", packages,
                    "--django-version", version, *words], check=False)

    def stage(self, percent, by_hand=0):
        return json.loads(self.manage("stage", str(percent), *([str(by_hand)] if by_hand else [])).stdout.splitlines()[-1])

    def by_hand(self, percent, truth):
        """Single operations of the next migration, done by hand: never faked before all are there, and completed rightly."""
        faults = []
        if not truth["next"]:
            return faults
        app, name, operations = truth["next"][0]
        for count in sorted({1, operations // 2, operations} - {0}):
            self.engine.copy()
            try:
                self.stage(percent, count)
                found = [one for one in self.advice(True)["migrations"] if (one["app"], one["name"]) == (app, name)]
                if not found:
                    faults.append(f"{app}.{name}: the advice does not speak of it")
                    break
                verdict, evidence = found[0]["verdict"], found[0]["evidence"]
                shown = any(e["status"] == "absent" for e in evidence)
                right = {"fake", "patch", "manual", "apply"} if count == operations else {"patch", "apply", "manual"}
                hidden = {"fake"} if count < operations and not shown else set()
                if verdict not in right | hidden or count == operations and verdict == "apply" and shown:
                    faults.append(f"{app}.{name} with {count} of {operations}: {verdict}; {[e['status'] + ' ' + e['fact'] for e in evidence][:6]}")
                faults += [f"{app}.{name} with {count} of {operations} ({verdict}): {fault}" for fault in self.carried(keep_rows=True)]
            except RuntimeError as error:
                faults.append(f"{app}.{name} with {count} of {operations}: {str(error)[-500:]}")
            finally:
                self.engine.back()
        return faults

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

    def carried(self, keep_rows=False):
        """The commands, run on the same database, without its rows unless they are kept."""
        self.engine.copy("carried")
        try:
            if not keep_rows:
                self.engine.sql("DELETE FROM django_migrations;")
            advice = self.advice(True)
            if advice["sql"]:
                self.engine.sql(advice["sql"])
            for command in advice["commands"]:
                self.manage(*command.split()[2:], "--skip-checks")
            done = self.manage("migrate", "--check", "--skip-checks", check=False)
            clean = self.fresh_is_clean()
            return [] if done.returncode == 0 and clean["status"] == 0 else [f"migrate --check {done.returncode}, check {clean['status']} {clean['differences'][:3]} {clean['stderr'][:400]}"]
        except RuntimeError as error:
            return [str(error)[-600:]]
        finally:
            self.engine.back("carried")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--project", action="append", choices=PROJECTS)
    parser.add_argument("--stages", default="25,50,75,100")
    parser.add_argument("--by-hand", action="store_true", help="at each stage, operations of the next migration done by hand too")
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
        if options.by_hand:
            results["by hand"] = one.by_hand(percent, truth)
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
