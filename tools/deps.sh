#!/bin/bash
# Prints the Debian packages of the groups that are missing and installs
# them: as root, else with `sudo -n`, else it prints the command and fails.
# NO_INSTALL=1 installs nothing and goes on.
# Usage: tools/deps.sh [build|test|check|asan|fuzz|valgrind|bench|rock]...
set -euo pipefail

packages() {
    case $1 in
    build) echo build-essential pkg-config lua5.4 liblua5.4-dev \
        libsqlite3-dev sqlite3 lua-cjson-dev libpq-dev ;;
    test) echo lua-busted lua-check postgresql postgresql-contrib zsh fish ;;
    check) echo clang-format clang-tidy clang lua-check ;;
    asan) echo libasan8 libubsan1 ;;
    fuzz) echo clang libclang-rt-14-dev ;;
    valgrind) echo valgrind libc6-dbg ;;
    bench) echo alembic python3-psycopg2 ;;
    rock) echo luarocks ;;
    *)
        echo "deps: unknown group '$1'" >&2
        return 2
        ;;
    esac
}

wanted=()
for group in "${@:-build}"; do
    names=$(packages "$group")
    read -ra names <<<"$names"
    wanted+=("${names[@]}")
done

if ! command -v dpkg-query >/dev/null; then
    echo "deps: not a Debian system; needed are what Debian calls:" \
        "${wanted[*]}"
    exit 0
fi

missing=()
for name in "${wanted[@]}"; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null || true)
    if [ "$state" != installed ]; then
        missing+=("$name")
    fi
done
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi
echo "deps: missing: ${missing[*]}"
if [ -n "${NO_INSTALL:-}" ]; then
    echo "deps: NO_INSTALL is set, nothing is installed"
    exit 0
fi

root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "deps: run this as root, then again what you ran:" >&2
        echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    root=(sudo -n)
fi
apt() {
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q \
        -o DPkg::Lock::Timeout=120 "$@"
}
# A server that is only there for tests needs no cluster of its own: said
# before its package comes, unless the machine has a word on it.
no_cluster() {
    local conf=${CREATECLUSTER_CONF:-/etc/postgresql-common/createcluster.conf}
    apt install -y --no-install-recommends postgresql-common || return
    "${root[@]}" grep -q '^create_main_cluster' $conf ||
        echo 'create_main_cluster = false' |
        "${root[@]}" tee -a $conf >/dev/null
}
install() {
    case " ${missing[*]} " in
    *' postgresql '*) no_cluster || return ;;
    esac
    apt install -y --no-install-recommends "${missing[@]}"
}
known() {
    ! apt-cache policy "${missing[@]}" 2>/dev/null |
        grep -q 'Candidate: (none)' &&
        [ "$(apt-cache policy "${missing[@]}" 2>/dev/null |
            grep -c 'Candidate:')" -eq ${#missing[@]} ]
}

# Old lists name files that the mirror has no more: then once again.
if known && install; then
    exit 0
fi
apt update
install
