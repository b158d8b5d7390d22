#!/usr/bin/env python3
"""The longest time that a writer waits while a script runs: the plain script beside the one of --online.

usage: benches/stalls.py [BINARY] [ROWS] [CHANGE…]

Starts a PostgreSQL of its own in a temporary folder. For each change a database with ROWS rows (1,000,000) is copied, four
writers of pgbench insert and update, and the script runs beside them. Prints one row of a table for each change.
"""
import glob, os, shutil, subprocess, sys, tempfile, time

BINARY = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/debug/amend")
ROWS = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
ONLY = sys.argv[3:]
PROGRAMS = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]

LIVE = """CREATE TABLE public.depot (id bigint NOT NULL, CONSTRAINT depot_pkey PRIMARY KEY (id));
CREATE TABLE public.lorry (
    id bigint NOT NULL,
    depot_id bigint,
    code text,
    axles integer,
    CONSTRAINT lorry_pkey PRIMARY KEY (id)
);
CREATE INDEX lorry_depot ON public.lorry (depot_id);
CREATE TABLE public.fleet (id bigint NOT NULL, depot_id bigint, code text, axles integer) PARTITION BY RANGE (id);
"""
OTHERS = """CREATE TABLE depot (id bigint PRIMARY KEY);
CREATE TABLE fleet (id bigint NOT NULL, depot_id bigint, code text, axles integer) PARTITION BY RANGE (id);
"""


def lorry(depot="bigint", code="", axles="integer", more="", after="", indexed="depot_id", key="id"):
    columns = ["id bigint", f"depot_id {depot}", f"code text{code}", f"axles {axles}", f"PRIMARY KEY ({key})"]
    table = f"CREATE TABLE lorry ({', '.join(columns + ([more] if more else []))});"
    return f"{OTHERS}{table}\nCREATE INDEX lorry_depot ON lorry ({indexed});\n{after}"


CHANGES = [
    ("index", lorry(after="CREATE INDEX lorry_axles_idx ON lorry (axles);")),
    ("index replaced", lorry(indexed="depot_id, axles")),
    ("check", lorry(more="CONSTRAINT lorry_axled CHECK (axles > 0)")),
    ("foreign key", lorry(depot="bigint REFERENCES depot")),
    ("not null", lorry(axles="integer NOT NULL")),
    ("unique", lorry(code=" UNIQUE")),
    ("volatile default", lorry(more="token uuid NOT NULL DEFAULT gen_random_uuid()")),
    ("primary key", lorry(key="id, depot_id")),
    ("type", lorry(axles="bigint")),
    ("type of an indexed column", lorry(depot="numeric")),
    ("partition attached", lorry(after="ALTER TABLE fleet ATTACH PARTITION lorry FOR VALUES FROM (0) TO (MAXVALUE);")),
]
FILL = f"""INSERT INTO depot SELECT n FROM generate_series(1, 1000) n;
INSERT INTO lorry SELECT n, n % 1000 + 1, 'c' || n, 2 FROM generate_series(1, {ROWS}) n;
CREATE SEQUENCE next_lorry START {ROWS + 1};
VACUUM ANALYZE;"""
WRITES = f"""\\set n random(1, {ROWS})
INSERT INTO lorry (id, depot_id, code, axles) SELECT i, 1, 'c' || i, 2 FROM nextval('next_lorry') i;
UPDATE lorry SET depot_id = 2 WHERE id = :n;
"""


class Cluster:
    def __init__(self, folder):
        self.folder = folder
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        if self.user:
            shutil.chown(folder, "postgres")
        self.environment = {**os.environ, "PGHOST": folder, "PGUSER": "postgres", "LC_ALL": "C.UTF-8"}
        self.call("initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_wal_size=4GB"
        self.call("pg_ctl", "-D", f"{folder}/data", "-o", options, "-l", f"{folder}/log", "-w", "start")

    def command(self, program, *words):
        return [*self.user, f"{PROGRAMS}/{program}", *words]

    def call(self, program, *words, text=None):
        done = subprocess.run(self.command(program, *words), input=text, text=True, capture_output=True, env=self.environment, cwd=self.folder)
        if done.returncode:
            sys.exit(f"{program} {words}: {done.stderr}")

    def stop(self):
        self.call("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")


def write(path, text):
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, 0o644)


def measured(cluster, script):
    """Seconds that the script took, and the longest transaction of the writers in milliseconds."""
    cluster.call("psql", "-q", "-d", "postgres", "-c", "DROP DATABASE IF EXISTS trial WITH (FORCE)", "-c", "CREATE DATABASE trial TEMPLATE filled")
    for log in glob.glob(f"{cluster.folder}/writer*"):
        os.remove(log)
    words = ["-n", "-c", "4", "-T", "600", "-f", f"{cluster.folder}/writes.sql", "-l", "--log-prefix", f"{cluster.folder}/writer", "trial"]
    writers = subprocess.Popen(cluster.command("pgbench", *words), env=cluster.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cluster.folder)
    time.sleep(2)
    began = time.time()
    cluster.call("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "trial", text=script)
    took = time.time() - began
    time.sleep(2)
    writers.terminate()
    writers.wait()
    latencies = [int(line.split()[2]) for log in glob.glob(f"{cluster.folder}/writer*") for line in open(log) if len(line.split()) > 2]
    return took, max(latencies, default=0) / 1000


def main():
    folder = tempfile.mkdtemp(prefix="amend-stalls-")
    os.chmod(folder, 0o755)
    cluster = Cluster(folder)
    try:
        cluster.call("createdb", "filled")
        cluster.call("psql", "-q", "-d", "filled", text=LIVE + FILL)
        write(f"{folder}/writes.sql", WRITES)
        write(f"{folder}/live.sql", LIVE)
        print(f"| change | plain script: seconds, longest stall | --online: seconds, longest stall |\n|---|---|---|")
        print("| nothing, for three seconds | {:.1f} s, {:.0f} ms | |".format(*measured(cluster, "SELECT pg_sleep(3);")), flush=True)
        for name, desired in (change for change in CHANGES if not ONLY or change[0] in ONLY):
            write(f"{folder}/desired.sql", desired)
            cells = []
            for flags in ([], ["--online", "--server-version", "15"]):
                command = [BINARY, "diff", "--dialect", "postgres", *flags, f"{folder}/live.sql", f"{folder}/desired.sql"]
                script = subprocess.run(command, text=True, capture_output=True, check=True).stdout
                cells.append("{:.1f} s, {:.0f} ms".format(*measured(cluster, script)))
            print(f"| {name} | {' | '.join(cells)} |", flush=True)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
