#!/bin/bash
# Runs a command beside a throw-away PostgreSQL server, in memory when there is
# room for it; PGHOST, PGPORT, PGUSER, PGPASSWORD name it. A server that these
# variables name already is taken instead.
# Usage: tools/server.sh COMMAND...
# Exit status: of the command; 90: the server did not start.
set -uo pipefail

if [ "${1:-}" = --inside ]; then
    shift
    started=$SERVER_STARTED
    : >"$started"
    export TMPDIR=$SERVER_TMPDIR
    [ -n "$TMPDIR" ] || unset TMPDIR
    unset PG_CLUSTER_CONF_ROOT PGSYSCONFDIR SERVER_STARTED SERVER_TMPDIR
    "$@"
    echo $? >"$started"
    exit 0
fi
if [ -n "${PGHOST:-}" ]; then
    exec "$@"
fi

own_tmpdir=${TMPDIR:-}
folder=${TMPDIR:-/tmp}
if [ "$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 2000000 ] \
    2>/dev/null; then
    folder=/dev/shm
fi
settings=(-t)
for setting in max_connections=200 full_page_writes=off autovacuum=off; do
    settings+=(-o "$setting")
done
started=$(mktemp)
rm -f "$started"
# somebody else may be faster at the port: then another one
for _ in 1 2 3; do
    port=$(shuf -i 15000-31000 -n 1)
    SERVER_STARTED=$started SERVER_TMPDIR=$own_tmpdir TMPDIR=$folder \
        PGPORT=$port pg_virtualenv "${settings[@]}" \
        "${BASH_SOURCE[0]}" --inside "$@" || break
    [ ! -e "$started" ] || break
done
if [ ! -s "$started" ]; then
    echo "server: PostgreSQL did not start" >&2
    exit 90
fi
status=$(cat "$started")
rm -f "$started"
exit "$status"
