#!/usr/bin/env bash
# Builds the fuzz harnesses of tests/fuzz and runs each of them, starting with its corpus, tests/fuzz/corpus/NAME.
# New inputs are only kept while it runs; an input that makes a harness fail is written to build/fuzz/failures.
# Fails at the end if any harness failed.
#
#   scripts/fuzz.sh [SECONDS]          each harness for this time (60)
#   scripts/fuzz.sh --runs COUNT       each harness with COUNT inputs, always the same ones
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n 's/^#   //p' "$0" >&2; exit 2; }

limit=(-max_total_time=60)
if [ "${1:-}" = --runs ]; then
  [ $# -eq 2 ] && [[ $2 =~ ^[1-9][0-9]*$ ]] || usage
  limit=(-runs="$2" -seed=1)
elif [ $# -gt 0 ]; then
  [ $# -eq 1 ] && [[ $1 =~ ^[1-9][0-9]*$ ]] || usage
  limit=(-max_total_time="$1")
fi

scripts/setup.sh fuzz
build=$PWD/build/fuzz
mkdir -p "$build"
{ cmake --preset fuzz && cmake --build --preset fuzz; } >"$build/build.log" 2>&1 || {
  cat "$build/build.log" >&2
  exit 1
}

# The address sanitizer of this compiler does not work with the system's address space randomization.
runner=()
if setarch -R true 2>/dev/null; then runner=(setarch -R); fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=$build/failures
mkdir -p "$failures"

failed=0
for source in tests/fuzz/*_fuzz.cpp; do
  name=$(basename "$source" _fuzz.cpp)
  corpus=tests/fuzz/corpus/$name
  log=$work/$name.log
  mkdir "$work/$name"
  [ -n "$(ls "$corpus")" ] || { echo "fuzz.sh: $corpus is empty" >&2; exit 1; }
  if "${runner[@]}" "$build/${name}_fuzz" "${limit[@]}" -timeout=20 -rss_limit_mb=1024 \
    -artifact_prefix="$failures/$name-" "$work/$name" "$corpus" >"$log" 2>&1; then
    count=$(sed -n 's/^Done \([0-9]*\) runs in \([0-9]*\) second.*/\1 inputs in \2 s/p' "$log")
    [ -n "$count" ] || { cat "$log" >&2; echo "fuzz.sh: $name ran nothing" >&2; exit 1; }
    covered=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
    echo "$name: $count, ${covered:-0} edges covered, no failure"
  else
    tail -n 60 "$log" >&2
    input=$(sed -n 's/.*Test unit written to \(.*\)/\1/p' "$log" | tail -n 1)
    echo "$name: FAILED; the input is ${input:-not known}" >&2
    failed=1
  fi
done
exit $failed
