#!/bin/bash
# Prints how many lines of each file of src/ were run.
# Usage: tools/coverage.sh FOLDER     (objects built with --coverage)
set -euo pipefail

find "$1" -name '*.gcda' -print0 | xargs -0 gcov -n 2>/dev/null | awk '
    /^File / { file = $2; gsub(/\047/, "", file) }
    /^Lines executed:/ && file ~ /^src\/.*\.c$/ {
        split($0, part, /[:% ]/)
        percent = part[3]; lines = $NF
        if (!(file in seen)) { seen[file] = percent; count[file] = lines }
        file = ""
    }
    END {
        for (file in seen) {
            printf "%6.1f %%  of %5d  %s\n", seen[file], count[file], file
            all += count[file]; run += seen[file] * count[file] / 100
        }
        if (all == 0) exit 1
        printf "%6.1f %%  of %5d  all\n", 100 * run / all, all
    }' | sort -k5
