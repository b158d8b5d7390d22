#!/bin/sh
# Makes a backup and checks that it can be restored. Set HOST, USERNAME and DATABASE, here or in the environment:
# HOST=db.example.org USERNAME=operator DATABASE=shop sh 00-backup
set -eu
: "${HOST:?the host or the folder of the socket}" "${USERNAME:?the user}" "${DATABASE:?the database}"
export PGHOST="$HOST" PGUSER="$USERNAME"
backup="$DATABASE.before.dump"
copy="${DATABASE}_restore_check"

pg_dump --format=custom --file="$backup" "$DATABASE"

# A backup is worth what can be restored from it: restored beside the original, both schemas must be the same.
dropdb --if-exists "$copy"
createdb --template=template0 "$copy"
pg_restore --exit-on-error --dbname="$copy" "$backup"
pg_dump --schema-only "$DATABASE" | grep -v '^\\' > "$DATABASE.schema.sql"
pg_dump --schema-only "$copy" | grep -v '^\\' > "$copy.schema.sql"
cmp "$DATABASE.schema.sql" "$copy.schema.sql"
rm "$copy.schema.sql"
dropdb "$copy"
echo "backup: $backup, restored once as a check"
