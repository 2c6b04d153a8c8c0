#!/usr/bin/env bash
# Measures Taskdock beside a minimal cpp-httplib server ("hello") with the same header and compiler flags, on
# one machine in one run, and prints tables with the ratios: they are valid on other machines, too, absolute
# figures are not. Writes the same as JSON to build/bench.json.
#
#   scripts/bench.sh [--quick] [--seconds N] [--rounds N]      (4 seconds per figure, 5 rounds)
#   scripts/bench.sh --against REVISION [--seconds N] [--rounds N]
#   scripts/bench.sh --instructions [--keep] [--against REVISION]
#
# Each figure and each ratio is the median of the rounds. --quick runs one round of one second, in less than a
# minute. --against compares with another commit, which is built as well, instead of "hello". All servers listen on
# loopback, log at their default level to /dev/null and end with the run.
#
# Instructions per request are counted by valgrind, in user space over one connection kept alive; two counts differ
# by about a thousandth. --instructions counts only these, in about a minute; --keep writes them to
# tests/bench/instructions.json, with which a test compares.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=4 rounds=5 many=1000000 against= only_instructions= keep=
while [ $# -gt 0 ]; do
  case "$1 ${2:-}" in
    "--quick "*) seconds=1 rounds=1 many=50000 && shift && continue ;;
    "--instructions "*) only_instructions=yes && shift && continue ;;
    "--keep "*) keep=yes && shift && continue ;;
    "--seconds "[1-9]*) seconds=$2 ;;
    "--rounds "[1-9]*) rounds=$2 ;;
    "--against "?*) against=$(git rev-parse --verify --short "$2^{commit}") ;;
    *) echo "bench.sh: wrong arguments; see the comment at the top of this file" >&2; exit 2 ;;
  esac
  shift 2
done

scripts/setup.sh bench
[ -f build/release/build.ninja ] || cmake --preset release
targets=(taskdock bench_hello)
[ -n "$only_instructions" ] || targets+=(bench_measure bench_seed)
cmake --build --preset release --target "${targets[@]}"
taskdock=build/release/taskdock
measure=build/release/tests/bench_measure
seed=build/release/tests/bench_seed

scratch=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$scratch"
}
trap finish EXIT

# serve NAME COMMAND...: starts a server; its address is then ${url[NAME]}, its process ${process[NAME]}.
declare -A url process
serve() {
  local name=$1
  shift
  "$@" >"$scratch/$name.out" 2>/dev/null &
  process[$name]=$!
  pids+=("$!")
  for _ in $(seq 200); do
    [ -s "$scratch/$name.out" ] && break
    sleep 0.05
  done
  url[$name]=$(sed -n 's/^listening on //p' "$scratch/$name.out")
  [ -n "${url[$name]}" ] || { echo "bench.sh: $name did not start" >&2; exit 1; }
}
# serve_taskdock NAME EXECUTABLE: on the data in $scratch/NAME. (A commit of old knows no throttle.)
serve_taskdock() {
  local throttle=(--throttle off)
  "$2" --help | grep -q -- --throttle || throttle=()
  serve "$1" "$2" --port 0 --data "$scratch/$1" "${throttle[@]}"
}
port_of() { echo "${url[$1]##*:}"; }
status_of() { sed -n "s/^$2:[[:space:]]*\([0-9]*\).*/\1/p" "/proc/${process[$1]}/status"; }

call() { curl -sS --fail -H 'Content-Type: application/json' "$@"; }
string() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }
# token_of SERVER signup|login EMAIL
token_of() { call "${url[$1]}/api/auth/$2" -d "{\"email\":\"$3\",\"password\":\"correct horse\"}" | string access_token; }

# rate CONNECTIONS WRK_ARGUMENTS...: requests per second; fails if any was answered with an error.
rate() {
  local report
  report=$(wrk -t2 -c"$1" -d"${seconds}s" "${@:2}")
  if grep -qE 'Non-2xx|Socket errors' <<<"$report"; then
    echo "bench.sh: errors under load:" "$report" >&2
    exit 1
  fi
  awk '/^Requests\/sec/ { print $2 }' <<<"$report"
}

# prepare SERVER: a reader with 1,000 tasks, and a writer with 64.
declare -A reader writer task own etag
prepare() {
  reader[$1]=$(token_of "$1" signup reader@example.com)
  writer[$1]=$(token_of "$1" signup writer@example.com)
  "$measure" fill "$(port_of "$1")" "${reader[$1]}" 1000
  "$measure" fill "$(port_of "$1")" "${writer[$1]}" 64
  task[$1]=$(call "${url[$1]}/api/tasks?limit=1" -H "Authorization: Bearer ${reader[$1]}" | string id)
  etag[$1]=$(call "${url[$1]}/api/tasks?limit=20" -H "Authorization: Bearer ${reader[$1]}" -o /dev/null -D - |
    tr -d '\r' | sed -n 's/^[Ee][Tt]ag: //p')
  own[$1]=$(call "${url[$1]}/api/tasks?limit=64" -H "Authorization: Bearer ${writer[$1]}" |
    grep -o '"id":"[^"]*"' | cut -d '"' -f 4 | sed 's:.*:/api/tasks/&/complete:')
}

# The body of a new task with all members, of a change with all of them, and of a batch that creates a hundred tasks.
all_members='{"title":"Buy milk","description":"two bottles","due_date":"2026-08-08","remind_at":"2026-08-08T15:30:00Z","priority":"high","tags":["home","shopping"],"recurrence":"FREQ=WEEKLY;BYDAY=MO,TH","recurrence_from":"completion"}'
changed_members='{"title":"Buy milk, NUMBER","description":"NUMBER bottles","due_date":"2026-08-0NUMBER","remind_at":"2026-08-0NUMBERT15:30:00Z","priority":"high","tags":["home","shopping"],"recurrence":"FREQ=WEEKLY;INTERVAL=NUMBER","recurrence_from":"completion"}'
hundred_tasks="{\"operations\":[$(printf '{"op":"create","task":{"title":"Buy milk"}},%.0s' $(seq 99))"
hundred_tasks+='{"op":"create","task":{"title":"Buy milk"}}]}'

# run WORK SERVER CONNECTIONS: its rate.
run() {
  local as_reader=(-H "Authorization: Bearer ${reader[$2]:-}")
  case $1 in
    hello) rate "$3" "${url[hello]}/" ;;
    root) rate "$3" "${url[$2]}/" ;;
    get) rate "$3" "${as_reader[@]}" "${url[$2]}/api/tasks/${task[$2]}" ;;
    list) rate "$3" "${as_reader[@]}" "${url[$2]}/api/tasks?limit=20" ;;
    known) rate "$3" "${as_reader[@]}" -H "If-None-Match: ${etag[$2]}" "${url[$2]}/api/tasks?limit=20" ;;
    offset) rate "$3" "${as_reader[@]}" "${url[$2]}/api/tasks?limit=20&offset=900" ;;
    completed) rate "$3" "${as_reader[@]}" "${url[$2]}/api/tasks?limit=20&completed=true" ;;
    sorted) rate "$3" "${as_reader[@]}" "${url[$2]}/api/tasks?limit=20&sort=due_date" ;;
    filtered) rate "$3" "${as_reader[@]}" "${url[$2]}/api/tasks?limit=20&tag=home&priority=high,urgent" ;;
    due) rate "$3" "${as_reader[@]}" "${url[$2]}/api/tasks?limit=20&due_before=2025-01-01&sort=-priority" ;;
    frequent) rate "$3" "${as_reader[@]}" "${url[$2]}/api/tasks?limit=20&q=milk" ;;
    rare) rate "$3" "${as_reader[@]}" "${url[$2]}/api/tasks?limit=20&q=zebra" ;;
    summary) rate "$3" "${as_reader[@]}" "${url[$2]}/api/tasks/summary" ;;
    tags) rate "$3" "${as_reader[@]}" "${url[$2]}/api/tags" ;;
    cursor) rate "$3" "${as_reader[@]}" "${url[$2]}/api/tasks?limit=20&cursor=${cursor[$2]}" ;;
    create)
      BENCH_METHOD=POST BENCH_BODY='{"title":"Buy milk","description":"two bottles"}' \
        BENCH_TOKEN=${writer[$2]} rate "$3" -s tests/bench/send.lua "${url[$2]}/api/tasks"
      ;;
    create_all)
      BENCH_METHOD=POST BENCH_BODY=$all_members BENCH_TOKEN=${writer[$2]} \
        rate "$3" -s tests/bench/send.lua "${url[$2]}/api/tasks"
      ;;
    batch)
      BENCH_METHOD=POST BENCH_BODY=$hundred_tasks BENCH_TOKEN=${writer[$2]} \
        rate "$3" -s tests/bench/send.lua "${url[$2]}/api/tasks/batch"
      ;;
    change_all)
      BENCH_METHOD=PATCH BENCH_BODY=$changed_members BENCH_PATHS=${own[$2]//\/complete/} \
        BENCH_TOKEN=${writer[$2]} rate "$3" -s tests/bench/send.lua "${url[$2]}"
      ;;
    complete)
      BENCH_METHOD=PATCH BENCH_BODY='{"is_completed":true}' BENCH_PATHS=${own[$2]} \
        BENCH_TOKEN=${writer[$2]} rate "$3" -s tests/bench/send.lua "${url[$2]}"
      ;;
    beside)
      BENCH_METHOD=POST BENCH_BODY='{"email":"reader@example.com","password":"wrong horse"}' \
        BENCH_TOKEN= wrk -t2 -c64 -d"$((seconds + 2))s" -s tests/bench/send.lua \
        "${url[$2]}/api/auth/login" >"$scratch/hammer" &
      local hammer=$!
      sleep 1
      run get "$2" "$3"
      wait "$hammer"
      ;;
  esac
}
declare -A title=(
  [hello]='minimal server of cpp-httplib ("hello")' [root]='`GET /`' [get]='`GET` a task'
  [list]='`GET` 20 of 1,000 tasks' [create]='`POST` a task'
  [known]='`GET` 20 of 1,000 tasks that are known: 304'
  [complete]='`PATCH …/complete` of 64 tasks in turn'
  [change_all]='`PATCH` of 64 tasks in turn with all members'
  [beside]='`GET` a task while 64 clients try passwords'
  [offset]='`GET` 20 tasks at offset 900' [completed]='`GET` 20 completed tasks'
  [cursor]='`GET` 20 tasks by cursor, page 26 and page 10,000'
  [full]='`GET` 20 tasks with all members' [create_all]='`POST` a task with all members'
  [sorted]='`GET` the first 20 tasks by due date' [filtered]='`GET` 20 tasks by a tag and two priorities'
  [due]='`GET` 20 tasks that are due before a day, by priority'
  [frequent]='`GET` 20 tasks with a frequent word' [rare]='`GET` the tasks with a rare word'
  [summary]='`GET` the summary' [tags]='`GET` the tags' [batch]='`POST` a batch of 100 new tasks')

# measure_all CONNECTIONS SERVERS WORKS: round after round; the rates go to files that median() reads.
measure_all() {
  local round work server
  for round in $(seq "$rounds"); do
    for work in $3; do
      for server in $2; do
        echo "bench.sh: $1 connections, round $round of $rounds: $work ($server)" >&2
        run "$work" "$server" "$1" >>"$scratch/rates.$1.$server.$work"
      done
    done
  done
}
middle() { sort -g | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }
# median CONNECTIONS SERVER WORK: of its rates.
median() { middle <"$scratch/rates.$1.$2.$3"; }
# ratio CONNECTIONS SERVER WORK SERVER WORK: of the first to the second, the median of those of each
# round, since a machine may be faster in one than in the next.
ratio() {
  paste "$scratch/rates.$1.$2.$3" "$scratch/rates.$1.$4.$5" | awk '{ print $1 / $2 }' | middle |
    awk '{ printf "%.2f", $1 }'
}
divide() { awk -v a="$1" -v b="$2" -v digits="${3:-2}" 'BEGIN { printf "%.*f", digits, a / b }'; }

json="$scratch/bench.json"
# table HEADING VALUE_HEADING...: begins one. row TITLE VALUE...: fills it; both go to the JSON, too.
table() {
  local IFS='|'
  printf '\n|%s|\n|---|' "$*"
  shift
  printf '%s\n' "$(printf -- '---:|%.0s' "$@")"
}
row() {
  local each text
  printf '|%s' "$@"
  printf '|\n'
  for each in "$@"; do
    text=${each//\\/\\\\}
    printf '%s"%s"' "$([ "$each" = "$1" ] && printf '%s[' "$separator" || printf ', ')" "${text//\"/\\\"}"
  done >>"$json"
  printf ']' >>"$json"
  separator=$',\n    '
}
separator=$'\n    '
finish_json() {
  mkdir -p build
  printf '{\n  "date": "%s",\n  "machine": "%s",\n  "version": "%s",\n  "rows": [%s\n  ]\n}\n' \
    "$date" "$machine" "$version" "$(cat "$json")" >build/bench.json
}
# count_instructions NAME [--keep] EXECUTABLE [HELLO]: puts the counts into ${instructions[NAME.WORK]}.
declare -A instructions
count_instructions() {
  echo "bench.sh: counting instructions ($1)" >&2
  local work count
  while read -r work count; do
    instructions[$1.$work]=$count
  done < <(node tests/bench/instructions.mjs "${@:2}")
  [ -n "${instructions[$1.create]:-}" ] || { echo "bench.sh: nothing was counted" >&2; exit 1; }
}

date=$(date -u +%F)
machine="$(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
version=$("$taskdock" --version | head -n 1)

if [ -n "$against" ]; then
  tree=$PWD/build/against/$against
  mkdir -p "$tree/build"
  git archive "$against" | tar -x -C "$tree"
  ln -sfn "$PWD/build/third_party" "$tree/build/third_party"
  (cd "$tree" && { [ -f build/release/build.ninja ] || cmake --preset release; } &&
    cmake --build --preset release --target taskdock)
  count_instructions before "$tree/$taskdock"
  count_instructions now "$taskdock"
  works='root get list create create_all change_all complete'
  if [ -z "$only_instructions" ]; then
    serve_taskdock before "$tree/$taskdock"
    serve_taskdock now "$taskdock"
    prepare before
    prepare now
    measure_all 64 'before now' "$works"
    echo
    echo "$date, $machine, 64 connections kept alive"
    table request "$against, requests/s" "$version, requests/s" ratio
    for work in $works; do
      row "${title[$work]}" "$(divide "$(median 64 before "$work")" 1 0)" \
        "$(divide "$(median 64 now "$work")" 1 0)" "$(ratio 64 now "$work" before "$work")"
    done
  fi
  table 'instructions per request' "$against" "$version" ratio
  for work in ${works% change_all complete}; do
    row "${title[$work]}" "${instructions[before.$work]}" "${instructions[now.$work]}" \
      "$(divide "${instructions[now.$work]}" "${instructions[before.$work]}" 3)"
  done
  finish_json
  exit
fi

count_instructions main ${keep:+--keep} "$taskdock" build/release/tests/bench_hello
print_instructions() {
  table request 'instructions per request' 'ratio to "hello"'
  local work
  for work in hello root get list known full create create_all; do
    row "${title[$work]}" "${instructions[main.$work]}" \
      "$(divide "${instructions[main.$work]}" "${instructions[main.hello]}")"
  done
}
if [ -n "$only_instructions" ]; then
  print_instructions
  finish_json
  exit
fi

serve hello build/release/tests/bench_hello
serve_taskdock main "$taskdock"
idle_kib=$(status_of main VmRSS)
prepare main
measure_all 64 main 'hello root get list known create create_all change_all complete batch beside'
measure_all 16 main 'hello get list create complete'
loaded_kib=$(status_of main VmHWM)

before_kib=$(status_of main VmRSS)
seconds=$(divide "$many" "$(median 64 main get)" 0) run get main 64 >/dev/null
after_kib=$(status_of main VmRSS)

echo "bench.sh: filling a database" >&2
bytes=$("$seed" "$scratch/big" 1000000 100000)
"$seed" "$scratch/small" 1000 1 >/dev/null
spawned=$("$measure" spawn "$taskdock" "$scratch/empty" 20)
spawned_big=$("$measure" spawn "$taskdock" "$scratch/big" 20)
declare -A cursor
for size in small big; do
  serve_taskdock $size "$taskdock"
  reader[$size]=$(token_of $size login big@example.com)
  writer[$size]=${reader[$size]}
  middle=$([ $size = big ] && echo 199980 || echo 500)
  page=$(call "${url[$size]}/api/tasks?limit=20&offset=$middle" -H "Authorization: Bearer ${reader[$size]}")
  cursor[$size]=$(string next_cursor <<<"$page")
  task[$size]=$(string id <<<"$page")
done
flat='get list offset completed cursor sorted filtered frequent rare summary tags'
measure_all 64 'small big' "$flat"
measure_all 64 'small big' create

echo "bench.sh: a first sync" >&2
"$seed" "$scratch/synced" 100000 1 >/dev/null
serve_taskdock synced "$taskdock"
token=$(token_of synced login big@example.com)
sync_rates=()
for _ in $(seq "$rounds"); do
  read -r sync_tasks sync_seconds sync_bytes <<<"$("$measure" sync "$(port_of synced)" "$token" 1000)"
  sync_rates+=("$(divide "$sync_tasks" "$sync_seconds" 0) $(divide "$sync_bytes" "$(divide "$sync_seconds" 0.000001 0)" 0)")
done
read -r sync_rate sync_megabytes <<<"$(printf '%s\n' "${sync_rates[@]}" | sort -g | sed -n "$(((rounds + 1) / 2))p")"
sync_kib=$(status_of synced VmHWM)

echo "bench.sh: writing without a pause" >&2
wal_bytes=0
"$measure" stall "$(port_of big)" "${writer[big]}" 64 "$((2 * seconds))" >"$scratch/stall" &
stall=$!
while kill -0 "$stall" 2>/dev/null; do
  size=$(stat -c %s "$scratch/big/taskdock.db-wal")
  [ "$size" -le "$wal_bytes" ] || wal_bytes=$size
  sleep 0.1
done
wait "$stall"
read -r stall_count stall_most stall_longest <"$scratch/stall"
read -r storm_count storm_ms <<<"$("$measure" storm "$(port_of main)" 500)"
serve_taskdock crowded "$taskdock"
read -r crowd_ms crowd_kib <<<"$("$measure" idle "$(port_of crowded)" 1000 "${process[crowded]}")"

serve_taskdock told "$taskdock"
tokens=("$(token_of told signup told@example.com)")
for _ in $(seq 62); do tokens+=("$(token_of told login told@example.com)"); done
read -r stream_count told_ms told_late_ms stream_kib alone_rate told_rate \
  <<<"$("$measure" events "$(port_of told)" "${process[told]}" 300 "${tokens[@]}")"

# Last: it passes over many tasks of the large database, and is still busy when its time is over.
measure_all 64 'small big' due

echo
echo "$date, $machine, $version"
table 'request, 64 connections kept alive' requests/s 'ratio to "hello"'
for work in hello root get list known create create_all change_all complete batch beside; do
  row "${title[$work]}" "$(divide "$(median 64 main "$work")" 1 0)" "$(ratio 64 main "$work" main hello)"
done
table 'request, 16 connections kept alive' requests/s 'ratio to "hello"'
for work in hello get list create complete; do
  row "${title[$work]}" "$(divide "$(median 16 main "$work")" 1 0)" "$(ratio 16 main "$work" main hello)"
done
table 'request, 64 connections kept alive' 'only user, 1,000 tasks: requests/s' 'one of 100,000 users, 1,000,000 tasks: requests/s' 'ratio of times'
for work in $flat due create; do
  row "${title[$work]/ of 1,000 tasks/ newest tasks}" "$(divide "$(median 64 small "$work")" 1 0)" \
    "$(divide "$(median 64 big "$work")" 1 0)" "$(ratio 64 small "$work" big "$work")"
done
print_instructions
table measure figure
row 'from start to the first answer, median of 20' "$spawned ms"
row 'the same with 1,000,000 tasks' "$spawned_big ms"
row '500 connections at once: answered, after' "$storm_count, $storm_ms ms"
row "one task created, $stream_count streams of events: from the answer to the last stream, median and p99" "$told_ms ms, $told_late_ms ms"
row 'resident memory for each stream' "$stream_kib KiB"
row "POST by one client without a stream, and with $stream_count that are told" "$alone_rate/s, $told_rate/s"
row 'resident memory, idle' "$(divide "$idle_kib" 1024 1) MiB"
row 'maximum resident memory under the loads of the first two tables' "$(divide "$loaded_kib" 1024 1) MiB"
row "resident memory before and after $many more requests" "$(divide "$before_kib" 1024 1), $(divide "$after_kib" 1024 1) MiB"
row 'resident memory with 1,000 idle connections' "$(divide "$crowd_kib" 1024 1) MiB"
row 'time to an answer on one more connection, 99th percentile' "$crowd_ms ms"
row "first sync of 100,000 tasks over one connection, 1,000 a page: tasks/s" "$sync_rate ($sync_megabytes MB/s)"
row 'maximum resident memory meanwhile' "$(divide "$sync_kib" 1024 1) MiB"
row 'database file with 1,000,000 tasks' "$(divide "$bytes" 1000000 0) MB"
row "64 clients create $stall_count tasks: time to an answer, 99.9th percentile and maximum" "$stall_most, $stall_longest ms"
row 'maximum size of the write-ahead log meanwhile' "$(divide "$wal_bytes" 1000000 1) MB"
row 'size of the executable' "$(divide "$(stat -c %s "$taskdock")" 1000000) MB"
finish_json
