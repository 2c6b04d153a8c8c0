#!/usr/bin/env bash
# Measures what a backup costs: how long it takes and how much memory, and how many tasks 8 clients create a second
# meanwhile, against a copy of the file by cp that is on the disk as well (sync FILE). Each round measures all three,
# one after the other, since a machine may be faster in one than in the next; backups and copies are made without
# a pause. Needs the release build: taskdock, bench_measure and bench_seed.
#
#   tests/bench/backup.sh [TASKS [ROUNDS [SECONDS]]]     100,000 tasks, 5 rounds, 4 seconds each
#
# BACKUP is another command to make a backup with, for experiments: it gets $taskdock, $data and $copy.
set -euo pipefail
cd "$(dirname "$0")/../.."
tasks=${1:-100000} rounds=${2:-5} seconds=${3:-4}
build=$PWD/build/release
export taskdock=$build/taskdock
scratch=$(mktemp -d "${TMPDIR:-/tmp}/taskdock-backup.XXXXXX")
export data=$scratch/data copy=$scratch/copy.db
cleanup() {
  [ -z "${server:-}" ] || { kill "$server" && wait "$server" || true; }
  rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

echo "backup.sh: filling a database" >&2
"$build/tests/bench_seed" "$data" "$tasks" 1 >/dev/null
"$taskdock" --port 0 --data "$data" --throttle off --log-level off >"$scratch/ready" &
server=$!
for _ in $(seq 300); do grep -q listening "$scratch/ready" && break || sleep 0.1; done
url=$(sed -n 's/^listening on //p' "$scratch/ready")
token=$(curl -sS --fail -H 'Content-Type: application/json' "$url/api/auth/login" \
  -d '{"email":"big@example.com","password":"correct horse"}' | grep -o '"access_token":"[^"]*"' | cut -d '"' -f 4)

declare -A work=(
  [alone]=''
  [backup]=${BACKUP:-'"$taskdock" backup "$copy" --force --data "$data" >/dev/null'}
  [cp]='cp "$data/taskdock.db" "$copy" && sync "$copy"'
)
# run NAME: writes for some seconds while the work is done again and again. Its rate goes to rates.NAME, and the
# seconds that the work took each time to times.NAME.
run() {
  "$build/tests/bench_measure" stall "${url##*:}" "$token" 8 "$seconds" >"$scratch/rate" &
  local writers=$! begin count=0
  begin=$(date +%s.%N)
  while [ -n "${work[$1]}" ] && kill -0 "$writers" 2>/dev/null; do
    bash -c "${work[$1]}"
    count=$((count + 1))
  done
  [ "$count" -eq 0 ] || echo "$begin $(date +%s.%N) $count" | awk '{ print ($2 - $1) / $3 }' >>"$scratch/times.$1"
  wait "$writers"
  awk -v seconds="$seconds" '{ print $1 / seconds }' "$scratch/rate" >>"$scratch/rates.$1"
}
middle() { sort -g | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }
# ratio FILE FILE: the median of those of each round.
ratio() { paste "$1" "$2" | awk '{ print $1 / $2 }' | middle | awk '{ printf "%.2f", $1 }'; }

for round in $(seq "$rounds"); do
  for name in alone backup cp; do
    echo "backup.sh: round $round of $rounds: $name" >&2
    run "$name"
  done
done
for name in alone backup cp; do
  printf '%-7s %6.0f tasks/s, %s of alone' "$name" "$(middle <"$scratch/rates.$name")" \
    "$(ratio "$scratch/rates.$name" "$scratch/rates.alone")"
  [ "$name" = alone ] && echo ||
    printf '; %.2f s each, %s of cp\n' "$(middle <"$scratch/times.$name")" "$(ratio "$scratch/times.$name" "$scratch/times.cp")"
done
printf 'database %s MB, log %s MB\n' "$(($(stat -c %s "$data/taskdock.db") / 1000000))" \
  "$(($(stat -c %s "$data/taskdock.db-wal") / 1000000))"
# Alone, once: how long, and the largest resident memory (proc(5), VmHWM).
for name in backup cp; do
  begin=$(date +%s.%N)
  bash -c "${work[$name]}"
  echo "$name $begin $(date +%s.%N)" | awk '{ printf "%s without writers: %.2f s\n", $1, $3 - $2 }'
done
"$taskdock" backup "$copy" --force --data "$data" >/dev/null &
while memory=$(grep -s VmHWM "/proc/$!/status"); do peak=$memory; done
wait "$!"
echo "memory of a backup:${peak#*:}"
