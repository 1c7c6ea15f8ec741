#!/bin/bash
# Runs fuzz targets for some seconds each, several at once. What they find
# is kept in FOLDER/found; seeds may lie in fuzz/corpus/TARGET/.
# Usage: tools/fuzz.sh FOLDER SECONDS TARGET...
set -uo pipefail

if [ "${1:-}" = --one ]; then
    folder=$2 seconds=$3 target=$4
    mkdir -p "$folder/corpus/$target" "$folder/found"
    seeds=()
    [ -d "fuzz/corpus/$target" ] && seeds=("fuzz/corpus/$target")
    if "$folder/$target" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$folder/found/$target." \
        "$folder/corpus/$target" "${seeds[@]}" \
        >"$folder/$target.log" 2>&1 </dev/null; then
        printf 'ok    %-24s %s inputs\n' "$target" \
            "$(awk '/number_of_executed_units/ { print $2 }' \
                "$folder/$target.log")"
        exit 0
    fi
    printf 'FAIL  %s\n' "$target"
    tail -n 40 "$folder/$target.log"
    exit 1
fi

folder=$1 seconds=$2
shift 2
if [ $# -eq 0 ]; then
    echo "fuzz: there is no target in fuzz/" >&2
    exit 1
fi
printf '%s\0' "$@" | xargs -0 -n 1 -P "${JOBS:-$(nproc)}" \
    "${BASH_SOURCE[0]}" --one "$folder" "$seconds"
