#!/usr/bin/env bash
# Runs clang-tidy over src/ with the compile commands of a build directory.
#
#   scripts/tidy.sh [BUILD_DIRECTORY]           (build/release)
set -euo pipefail
cd "$(dirname "$0")/.."

# GCC's own flags mean nothing to clang. Thread annotations (src/support/thread_annotations.h) are
# checked by clang's compiler, as one more of the checks.
git ls-files --cached --others --exclude-standard 'src/*.cpp' |
  xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p "${1:-build/release}" \
    --extra-arg=-Wthread-safety --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-ignored-optimization-argument \
    2> >(grep -v ' warnings\? generated\.$\|^Suppressed\|^Use -header-filter' >&2)
