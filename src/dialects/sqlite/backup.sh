#!/bin/sh
# Makes a copy of the database file and checks it. Stop every program that writes to the file first.
# Set DATABASE, here or in the environment: DATABASE=/srv/shop/shop.sqlite3 sh 00-backup
set -eu
: "${DATABASE:?the database file}"
backup="$DATABASE.before"

# .backup takes what is still in the journal along, which a copy of the file alone would not.
sqlite3 -bail "$DATABASE" ".backup '$backup'"

# The copy must be whole, and hold what the original holds.
test "$(sqlite3 "$backup" 'PRAGMA integrity_check')" = ok
sqlite3 "$DATABASE" .schema > "$DATABASE.schema.sql"
sqlite3 "$backup" .schema | cmp "$DATABASE.schema.sql" -
echo "backup: $backup, integrity_check ok"
