#!/usr/bin/env python3
"""Writes a Django project of 500 models and 1,000 migrations with its SQLite database, and times what reads it.

usage: django.py --binary PATH [--python VENV/bin/python] [--folder FOLDER]

`advise` and `check` run on the database's dump; with --python also `makemigrations --check`, by a real Django on the same project, and django-extensions'
`sqldiff` where that is installed beside it.
"""
import argparse, os, subprocess, tempfile, time

APPS, MODELS = 20, 25
HEAD = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def create(app, at):
    """The migration that makes a model."""
    before = f'[("{app}", "{at * 2 - 1:04}_extra")]' if at else "[]"
    fields = '("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")), ("name", models.CharField(max_length=80)), ("count", models.IntegerField(db_index=True))'
    return HEAD + f'    dependencies = {before}\n    operations = [migrations.CreateModel(name="M{at}", fields=[{fields}])]\n'


def extend(app, at):
    """The migration that adds a field to it."""
    return HEAD + (f'    dependencies = [("{app}", "{at * 2:04}_model")]\n'
                   f'    operations = [migrations.AddField("m{at}", "extra", models.CharField(max_length=9, null=True))]\n')


def project(folder):
    apps = [f"app{number}" for number in range(APPS)]
    write(f"{folder}/manage.py", "import os, sys\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n"
          "from django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n")
    write(f"{folder}/config/__init__.py", "")
    write(f"{folder}/config/settings.py", f"SECRET_KEY = 'x'\nINSTALLED_APPS = {apps!r}\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n"
          f"DATABASES = {{'default': {{'ENGINE': 'django.db.backends.sqlite3', 'NAME': {folder + '/db.sqlite3'!r}}}}}\n")
    write(f"{folder}/config/extended.py", "from config.settings import *\n\nINSTALLED_APPS = [*INSTALLED_APPS, 'django_extensions']\n")
    sql = ["CREATE TABLE \"django_migrations\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, \"app\" varchar(255) NOT NULL, "
           "\"name\" varchar(255) NOT NULL, \"applied\" datetime NOT NULL);"]
    for app in apps:
        write(f"{folder}/{app}/__init__.py", "")
        write(f"{folder}/{app}/migrations/__init__.py", "")
        fields = "    name = models.CharField(max_length=80)\n    count = models.IntegerField(db_index=True)\n    extra = models.CharField(max_length=9, null=True)\n"
        models = [f"class M{at}(models.Model):\n{fields}" for at in range(MODELS)]
        write(f"{folder}/{app}/models.py", "from django.db import models\n\n\n" + "\n\n".join(models))
        for at in range(MODELS):
            table = f"{app}_m{at}"
            sql.append(f'CREATE TABLE "{table}" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(80) NOT NULL, '
                       f'"count" integer NOT NULL, "extra" varchar(9) NULL);\nCREATE INDEX "{table}_count_0" ON "{table}" ("count");')
            for number, name, text in [(at * 2, "model", create(app, at)), (at * 2 + 1, "extra", extend(app, at))]:
                write(f"{folder}/{app}/migrations/{number:04}_{name}.py", text)
                sql.append(f"INSERT INTO \"django_migrations\" (\"app\", \"name\", \"applied\") VALUES ('{app}', '{number:04}_{name}', '2026-01-01');")
    write(f"{folder}/dump.sql", "\n".join(sql) + "\n")
    subprocess.run(["sqlite3", f"{folder}/db.sqlite3"], input="BEGIN;" + "\n".join(sql) + "COMMIT;", text=True, check=True)


def timed(what, words, folder):
    start = time.monotonic()
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    lines = (done.stdout.strip() or done.stderr.strip()).splitlines()
    print(f"{what:28} {time.monotonic() - start:6.2f} s  status {done.returncode}  {lines[0] if lines else ''}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--python")
    parser.add_argument("--folder", help="keep the project there")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    with tempfile.TemporaryDirectory(prefix="django-") as temporary:
        folder = os.path.abspath(options.folder or temporary)
        project(folder)
        timed("advise", [binary, "advise", "dump.sql", ".", "--dialect", "sqlite"], folder)
        timed("check", [binary, "check", "dump.sql", "django:.", "--dialect", "sqlite"], folder)
        if options.python:
            manage = [os.path.abspath(options.python), "manage.py"]
            timed("makemigrations --check", [*manage, "makemigrations", "--check", "--dry-run"], folder)
            if subprocess.run([manage[0], "-c", "import django_extensions"], capture_output=True).returncode == 0:
                timed("sqldiff", [*manage, "sqldiff", "--all-applications", "--settings=config.extended"], folder)


if __name__ == "__main__":
    main()
