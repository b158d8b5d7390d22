# Makes a backup and checks that it can be restored. Set HOST, USERNAME and DATABASE, here or in the environment:
# HOST=db.example.org USERNAME=operator DATABASE=shop sh 00-backup
# The password is asked for, or read from the client's own option file; SOCKET, where it is set, is used instead of HOST.
set -eu
: "${USERNAME:?the user}" "${DATABASE:?the database}"
if [ -n "${SOCKET:-}" ]; then
    set -- --socket="$SOCKET" --user="$USERNAME"
else
    set -- --host="${HOST:?the host}" --user="$USERNAME" --password
fi
backup="$DATABASE.before.sql"
copy="${DATABASE}_restore_check"

"$DUMP" "$@" --single-transaction --routines --triggers --events --hex-blob --result-file="$backup" "$DATABASE"

# A backup is worth what can be restored from it: restored beside the original, both schemas must be the same.
"$CLIENT" "$@" --execute="DROP DATABASE IF EXISTS \`$copy\`; CREATE DATABASE \`$copy\`"
"$CLIENT" "$@" "$copy" < "$backup"
"$DUMP" "$@" --no-data --routines --triggers --events --skip-comments "$DATABASE" | sed 's/ AUTO_INCREMENT=[0-9]*//' > "$DATABASE.schema.sql"
"$DUMP" "$@" --no-data --routines --triggers --events --skip-comments "$copy" | sed 's/ AUTO_INCREMENT=[0-9]*//' > "$copy.schema.sql"
sed "s/\`$copy\`/\`$DATABASE\`/g" "$copy.schema.sql" | cmp "$DATABASE.schema.sql" -
rm "$copy.schema.sql"
"$CLIENT" "$@" --execute="DROP DATABASE \`$copy\`"
echo "backup: $backup, restored once as a check"
