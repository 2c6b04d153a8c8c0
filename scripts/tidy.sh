#!/usr/bin/env bash
# Runs clang-tidy on src/, or on the given files.
#
#   scripts/tidy.sh [FILE]...  (all of src/)
set -euo pipefail
cd "$(dirname "$0")/.."

# All of src: the files of a room as one, since most of the time goes to the headers they share.
files=("$@")
if [ ${#files[@]} -eq 0 ]; then
  build=build/tidy/rooms unity=ON
else
  build=build/tidy/files unity=OFF
fi
mkdir -p "$build"
rm -rf "$build"/src/CMakeFiles/taskdock_lib.dir/Unity # those of folders that are gone would stay
cmake --preset tidy -B "$build" -DTASKDOCK_UNITY=$unity >"$build/configure.log" 2>&1 || {
  cat "$build/configure.log" >&2
  exit 1
}
[ ${#files[@]} -gt 0 ] || files=("$build"/src/CMakeFiles/taskdock_lib.dir/Unity/*.cxx src/main.cpp)

# clang ignores flags that only GCC knows. Thread annotations (src/support/thread_annotations.h) are checked by
# clang's compiler, as one more of the checks.
printf '%s\0' "${files[@]}" |
  xargs -0 -P "$(nproc)" -n 1 clang-tidy --quiet -p "$build" --checks=-bugprone-suspicious-include \
    --extra-arg=-Wthread-safety --extra-arg=-Wno-unknown-warning-option \
    --extra-arg=-Wno-ignored-optimization-argument \
    2> >(grep -v ' warnings\? generated\.$\|^Suppressed\|^Use -header-filter' >&2)
