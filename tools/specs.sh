#!/bin/bash
# Runs spec files, each in a process of its own, as many at once as there are
# cores, and ends with the line "N passed, N failed". A spec that crashes, hangs
# or proves nothing counts as failed.
# Usage: tools/specs.sh [FILE or FOLDER]...     (default: spec)
# Environment: BUILD (default: build), RUNNER (the program that runs busted),
# SPEC_LUA (the program that runs a Lua file of a spec; default: lua5.4),
# SPEC_LIMIT (seconds for one file), JOBS, REPORTS (prefix of the files that
# sanitizers write, each one a failure), PGHOST PGPORT PGUSER PGPASSWORD (a
# PostgreSQL server whose superuser the specs may be; default: a throw-away one).
set -uo pipefail

BUILD=$(realpath -m "${BUILD:-build}")
LOGS=$BUILD/specs
export BUILD LOGS RUNNER="${RUNNER:-lua5.4 /usr/bin/busted}"
export SPEC_LUA=${SPEC_LUA:-lua5.4}
export SPEC_LIMIT=${SPEC_LIMIT:-300}
export SPEC_KIND=${SPEC_KIND:-plain}

log_of() {
    local name=${1%.lua}
    echo "$LOGS/${name//\//.}.log"
}

run_one() {
    local file=$1 log start status counts
    log=$(log_of "$file")
    start=$EPOCHREALTIME
    # shellcheck disable=SC2086
    timeout -k 10 "$SPEC_LIMIT" $RUNNER -o spec/support/handler.lua \
        "$file" >"$log" 2>&1 </dev/null
    status=$?
    counts=$(tail -n 1 "$log" | grep -aE '^[0-9]+ passed, [0-9]+ failed$')
    case $status/$counts in
    124/* | 137/*) counts="0 passed, 1 failed" why=" (over $SPEC_LIMIT s)" ;;
    */) counts="0 passed, 1 failed" why=" (no summary, status $status)" ;;
    */"0 passed, 0 failed") counts="0 passed, 1 failed" why=" (no test)" ;;
    0/* | */*" passed, "[1-9]*) why= ;;
    *) counts="${counts%,*}, 1 failed" why=" (status $status)" ;;
    esac
    echo "$counts" >"$log.counts"
    printf '%-44s %s%s  %.1f s\n' "$file" "$counts" "$why" \
        "$(echo "$EPOCHREALTIME $start" | awk '{ print $1 - $2 }')"
}

run_all() {
    printf '%s\0' "$@" | xargs -0 -r -n 1 -P "${JOBS:-$(nproc)}" \
        "${BASH_SOURCE[0]}" --one
}

# The specs find the server by names that no program under test looks at.
name_server() {
    export LUAMIGRATE_TEST_PGHOST=$PGHOST LUAMIGRATE_TEST_PGPORT=${PGPORT:-5432}
    export LUAMIGRATE_TEST_PGUSER=${PGUSER:-postgres}
    export LUAMIGRATE_TEST_PGPASSWORD=${PGPASSWORD:-}
}

unset_libpq() {
    local name
    for name in $(compgen -e PG); do
        unset "$name"
    done
}

# Specs that need a server, by themselves or through what they require.
need_server() {
    local pattern='spec.support.(postgres|drivers)' helper
    for helper in $(grep -lE "$pattern" spec/support/*.lua); do
        pattern+="|spec.support.$(basename "$helper" .lua)\""
    done
    grep -qE "$pattern" "$@"
}

case ${1:-} in
--one)
    run_one "$2"
    exit 0
    ;;
--all)
    shift
    name_server
    unset_libpq
    run_all "$@"
    exit 0
    ;;
esac
if [ -n "${PGHOST:-}" ]; then
    name_server
fi

# The user's own settings must not reach the program under test.
for name in $(compgen -e); do
    case $name in
    LUAMIGRATE_TEST_PG*) ;;
    LUA_INIT* | LUA_PATH* | LUA_CPATH* | LUAMIGRATE* | DATABASE_URL | \
        POSTGRES_* | PG* | NO_COLOR | CLICOLOR* | EDITOR | VISUAL | \
        MAKE* | MFLAGS)
        unset "$name"
        ;;
    esac
done
export LUAMIGRATE=$BUILD/bin/luamigrate
export LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/?.lua;;"
export LUA_CPATH="$BUILD/?.so;;"
export LC_ALL=C.UTF-8 TZ=UTC

rm -rf "$LOGS"
mkdir -p "$LOGS"
if [ -n "${REPORTS:-}" ]; then
    rm -f "$REPORTS".*
fi
[ $# -gt 0 ] || set -- spec
mapfile -t files < <(find "$@" -name '*_spec.lua' | sort)
if [ ${#files[@]} -gt 0 ] && [ -z "${LUAMIGRATE_TEST_PGHOST:-}" ] &&
    need_server "${files[@]}"; then
    tools/server.sh "${BASH_SOURCE[0]}" --all "${files[@]}" ||
        [ $? -ne 90 ] || run_all "${files[@]}" # those that need it fail
else
    run_all "${files[@]}"
fi

passed=0 failed=0
for file in "${files[@]}"; do
    log=$(log_of "$file")
    read -r ok _ bad _ <"$log.counts" || bad=1 ok=0
    passed=$((passed + ok)) failed=$((failed + bad))
    if [ "$bad" -gt 0 ]; then
        printf '\n--- %s\n' "$file"
        tail -n 200 "$log"
    fi
done
for report in ${REPORTS:+"$REPORTS".*}; do
    [ -s "$report" ] || continue
    failed=$((failed + 1))
    printf '\n--- %s\n' "$report"
    head -n 60 "$report"
done
if [ ${#files[@]} -eq 0 ]; then
    echo "no spec found"
    failed=1
fi
echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
