#!/bin/bash
# Applies the revisions of migrations/ to a throw-away SQLite database and
# shows what came of it.
set -euo pipefail

BUILD=$(realpath -m "${BUILD:-build}")
database=$BUILD/demo/gateway.db
rm -rf "$BUILD/demo"
mkdir -p "$BUILD/demo"

run() {
    printf '\n$ luamigrate %s\n' "$*"
    "$BUILD/bin/luamigrate" -d "sqlite:$database" "$@"
}
run upgrade
run current
run history -i
printf '\n$ sqlite3 %s .tables\n' "${database#"$PWD"/}"
sqlite3 "$database" .tables
printf '\n$ sqlite3 %s .schema users\n' "${database#"$PWD"/}"
sqlite3 "$database" '.schema users'
