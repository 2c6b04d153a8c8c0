#!/usr/bin/env bash
# Runs clang-tidy on src/, or on the given files, with the compile commands of a build directory.
#
#   scripts/tidy.sh [BUILD_DIRECTORY [FILE]...]  (build/release, all of src/)
set -euo pipefail
cd "$(dirname "$0")/.."

build=${1:-build/release}
files=("${@:2}")
[ ${#files[@]} -gt 0 ] ||
  mapfile -t files < <(git ls-files --cached --others --exclude-standard 'src/*.cpp')

# Of the compile commands, without the precompiled headers: clang cannot read those of GCC.
commands=$build/tidy
mkdir -p "$commands"
sed -E 's/ -Winvalid-pch -include [^ ]+cmake_pch\.hxx//' "$build/compile_commands.json" \
  >"$commands/compile_commands.json"

# clang ignores flags that only GCC knows. Thread annotations (src/support/thread_annotations.h) are
# checked by clang's compiler, as one more of the checks.
printf '%s\0' "${files[@]}" |
  xargs -0 -P "$(nproc)" -n 2 clang-tidy --quiet -p "$commands" \
    --extra-arg=-Wthread-safety --extra-arg=-Wno-unknown-warning-option \
    --extra-arg=-Wno-ignored-optimization-argument \
    2> >(grep -v ' warnings\? generated\.$\|^Suppressed\|^Use -header-filter' >&2)
