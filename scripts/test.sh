#!/usr/bin/env bash
# Installs what is missing, builds, and runs all tests: with the release build, and again with the address and
# undefined-behaviour sanitizers and with the thread sanitizer. Fails at the end if any test failed.
#
#   scripts/test.sh [PRESET]...                 (release asan tsan)
set -euo pipefail
cd "$(dirname "$0")/.."

presets=("$@")
[ ${#presets[@]} -gt 0 ] || presets=(release asan tsan)

scripts/setup.sh test

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1 second_deadlock_stack=1}

passed=0
failed=0
for preset in "${presets[@]}"; do
  echo "test.sh: building $preset"
  cmake --preset "$preset"
  cmake --build --preset "$preset"
  echo "test.sh: testing $preset"
  # The thread sanitizer of this compiler does not work with the system's address space randomization.
  runner=()
  if [ "$preset" = tsan ] && setarch -R true 2>/dev/null; then runner=(setarch -R); fi
  results=$PWD/build/$preset/results.xml
  rm -f "$results" "build/$preset/Testing/Temporary/LastTestsFailed.log"
  # Most tests mainly wait, so more of them than there are cores can run at once.
  "${runner[@]}" ctest --preset "$preset" --parallel "$((2 * $(nproc)))" --output-junit "$results" || true
  [ -s "$results" ] || { echo "test.sh: $preset ran no tests" >&2; exit 1; }
  count() { sed -n "s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p" "$results" | head -n 1; }
  failed=$((failed + $(count failures)))
  passed=$((passed + $(count tests) - $(count failures) - $(count skipped) - $(count disabled)))
done

# What failed, once more where the output ends: the last lines of each.
for preset in "${presets[@]}"; do
  logs=build/$preset/Testing/Temporary
  [ -s "$logs/LastTestsFailed.log" ] || continue
  while IFS=: read -r _ name; do
    echo "test.sh: $preset: $name failed:"
    awk -v name="$name" '/^[0-9]+\/[0-9]+ Testing: / { wanted = substr($0, index($0, ": ") + 2) == name }
      wanted' "$logs/LastTest.log" | tail -n 40
  done <"$logs/LastTestsFailed.log"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
