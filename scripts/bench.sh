#!/usr/bin/env bash
# Measures Taskdock beside a bare cpp-httplib "hello" of the same header and flags, in one run on one
# machine, and prints a table of ratios: those travel, absolute figures do not.
#
#   scripts/bench.sh [--seconds N] [--rounds N] [--connections N]     (4, 3, 64)
#
# Each figure is the median of the rounds. Everything listens on loopback and ends with the run. The
# server logs at its default level, into /dev/null.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=4 rounds=3 connections=64
while [ $# -gt 0 ]; do
  case "$1 ${2:-}" in
    "--seconds "[1-9]*) seconds=$2 ;;
    "--rounds "[1-9]*) rounds=$2 ;;
    "--connections "[1-9]*) connections=$2 ;;
    *) echo "bench.sh: see the comment at its top" >&2; exit 2 ;;
  esac
  shift 2
done

scripts/setup.sh bench
[ -f build/release/build.ninja ] || cmake --preset release
cmake --build --preset release --target taskdock bench_hello bench_measure
taskdock=build/release/taskdock
hello=build/release/tests/bench_hello
measure=build/release/tests/bench_measure

scratch=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$scratch"
}
trap finish EXIT

# serve NAME COMMAND...: starts a server; its address is then in $scratch/NAME.
serve() {
  local name=$1
  shift
  "$@" >"$scratch/$name.out" 2>/dev/null &
  pids+=($!)
  for _ in $(seq 200); do
    [ -s "$scratch/$name.out" ] && break
    sleep 0.05
  done
  sed -n 's/^listening on //p' "$scratch/$name.out" >"$scratch/$name"
  [ -s "$scratch/$name" ] || { echo "bench.sh: $name did not start" >&2; exit 1; }
}

serve hello "$hello"
serve taskdock "$taskdock" --port 0 --data "$scratch/data" --throttle off
server=${pids[-1]}
url=$(cat "$scratch/taskdock")
hello_url=$(cat "$scratch/hello")
port=${url##*:}
idle_kib=$(sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$server/status")

call() { curl -sS --fail -H 'Content-Type: application/json' "$@"; }
string() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }
# sign_up NAME: a new user; prints the token.
sign_up() { call "$url/api/auth/signup" -d "{\"email\":\"$1@example.com\",\"password\":\"correct horse\"}" | string access_token; }

reader=$(sign_up reader)
writer=$(sign_up writer)
"$measure" fill "$port" "$reader" 1000
task=$(call "$url/api/tasks?limit=1" -H "Authorization: Bearer $reader" | string id)
own=$(call "$url/api/tasks" -H "Authorization: Bearer $writer" -d '{"title":"Buy milk"}' | string id)

# rate WRK_ARGUMENTS...: requests per second; fails if any was answered with an error.
rate() {
  local report
  report=$(wrk -t2 -c"$connections" -d"${seconds}s" "$@")
  if grep -qE 'Non-2xx|Socket errors' <<<"$report"; then
    echo "bench.sh: errors under load:" "$report" >&2
    exit 1
  fi
  awk '/^Requests\/sec/ { print $2 }' <<<"$report"
}
as_reader=(-H "Authorization: Bearer $reader")
export BENCH_TOKEN=$writer BENCH_METHOD BENCH_BODY
run_hello() { rate "$hello_url/"; }
run_root() { rate "$url/"; }
run_get() { rate "${as_reader[@]}" "$url/api/tasks/$task"; }
run_list() { rate "${as_reader[@]}" "$url/api/tasks?limit=20"; }
run_create() {
  BENCH_METHOD=POST BENCH_BODY='{"title":"Buy milk","description":"two bottles"}'
  rate -s tests/bench/post.lua "$url/api/tasks"
}
run_complete() {
  BENCH_METHOD=PATCH BENCH_BODY='{"is_completed":true}'
  rate -s tests/bench/post.lua "$url/api/tasks/$own/complete"
}
# The same while 64 clients try passwords at the log-in.
run_get_beside() {
  BENCH_METHOD=POST BENCH_BODY='{"email":"reader@example.com","password":"wrong horse"}' \
    wrk -t2 -c64 -d"$((seconds + 2))s" -s tests/bench/post.lua "$url/api/auth/login" \
    >"$scratch/hammer" &
  local hammer=$!
  sleep 1
  run_get
  wait "$hammer"
}

median() { sort -g | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

works=(hello root get list create complete get_beside)
for round in $(seq "$rounds"); do
  for work in "${works[@]}"; do
    echo "bench.sh: round $round of $rounds: $work" >&2
    "run_$work" >>"$scratch/$work.rates"
  done
done
loaded_kib=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$server/status")
storm=$("$measure" storm "$port" 500)
spawned=$("$measure" spawn "$taskdock" "$scratch/spawn" 20)

ceiling=$(median <"$scratch/hello.rates")
declare -A title=(
  [hello]='bare cpp-httplib "hello"' [root]='`GET /`' [get]='`GET` one task'
  [list]='`GET` 20 of 1,000 tasks' [create]='`POST` a task, on the disk'
  [complete]='`PATCH …/complete` of one task, on the disk'
  [get_beside]='`GET` one task while 64 clients try passwords')
echo
echo "$(date -u +%F), $(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $connections kept-alive connections, $("$taskdock" --version | head -n 1)"
echo
echo '| work | requests/s | ratio to "hello" |'
echo '|---|---:|---:|'
for work in "${works[@]}"; do
  value=$(median <"$scratch/$work.rates")
  awk -v t="${title[$work]}" -v v="$value" -v c="$ceiling" \
    'BEGIN { printf "| %s | %.0f | %.2f |\n", t, v, v / c }'
done
echo
echo '| measure | figure |'
echo '|---|---:|'
echo "| from spawn to the first answer, median of 20 | $spawned ms |"
echo "| 500 connections at once: answered, after | ${storm% *}, ${storm#* } ms |"
echo "| resident when idle | $(awk -v k="$idle_kib" 'BEGIN { printf "%.1f", k / 1024 }') MiB |"
echo "| resident at the most, under the loads above | $(awk -v k="$loaded_kib" 'BEGIN { printf "%.1f", k / 1024 }') MiB |"
echo "| executable | $(awk -v b="$(stat -c %s "$taskdock")" 'BEGIN { printf "%.2f", b / 1e6 }') MB |"
