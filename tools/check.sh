#!/bin/bash
# What `make check` does after the build: each part says its name and what it
# found; the last line says whether all is well.
# Environment: BUILD (default: build).
set -uo pipefail

BUILD=${BUILD:-build}
JOBS=${JOBS:-$(nproc)}
bad=0
part() {
    local name=$1 start=$SECONDS
    shift
    if "$@"; then
        printf 'ok    %-10s %3d s\n' "$name" $((SECONDS - start))
    else
        printf 'FAIL  %s\n' "$name"
        bad=$((bad + 1))
    fi
}
sources() {
    local folders=()
    for folder in src spec bench fuzz; do
        [ -d $folder ] && folders+=("$folder")
    done
    find "${folders[@]}" "$@" -print0 | sort -z
}
read -ra flags <<<"-std=c11 -Isrc -D_GNU_SOURCE $(pkg-config --cflags lua5.4) \
    -isystem $(pg_config --includedir)"
read -ra warnings <<<"-Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
    -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wwrite-strings \
    -Wformat=2 -Wno-format-nonliteral -Wundef -Wvla -Werror"

format() {
    sources -name '*.[ch]' | xargs -0 -r clang-format --dry-run -Werror
}
# The compiler of the build has its warnings as errors; this is the other one.
warnings() {
    sources -name '*.c' | xargs -0 -r -n 4 -P "$JOBS" \
        clang "${flags[@]}" "${warnings[@]}" -fsyntax-only
}
tidy() {
    sources -name '*.c' ! -path 'fuzz/*' | FLAGS=${flags[*]} xargs -0 -r -n 2 \
        -P "$JOBS" bash -c 'clang-tidy --quiet "$@" -- $FLAGS' tidy \
        2>"$BUILD/tidy.log"
}
headers() {
    local header status=0
    while IFS= read -r -d '' header; do
        printf '#include "%s"\ntypedef int nothing;\n' "${header#src/}" |
            cc "${flags[@]}" "${warnings[@]}" -fsyntax-only -x c - || status=1
    done < <(sources -name '*.h' -path 'src/*')
    return $status
}
lua_files() {
    local folders=()
    for folder in lua spec src/tools migrations examples bench tools; do
        [ -d $folder ] && folders+=("$folder")
    done
    luacheck --quiet --codes --no-color "${folders[@]}" >"$BUILD/luacheck.log" &&
        return 0
    cat "$BUILD/luacheck.log"
    return 1
}
own() {
    lua5.4 src/tools/check.lua . "$BUILD"
}

part format format
part warnings warnings
part headers headers
part luacheck lua_files
part own own
part tidy tidy
if [ $bad -gt 0 ]; then
    echo "check: $bad parts failed"
    exit 1
fi
echo "check: all is well"
