#!/usr/bin/env bash
# Lets real faults of a disk happen to a server, each once, and prints what the server answered and what was there
# afterwards. Stops with status 1 if anything that was acknowledged is lost, or if a fault is not answered with 503.
#
#   scripts/faults.sh [ROUNDS]    ROUNDS: how often a server under load is killed (default 1000; about 0.1 s each)
#
# Needs root, for file systems of its own in a mount namespace of its own; curl, mkfs.ext4, and node. The executable
# is $TASKDOCK, or build/release/taskdock.
set -euo pipefail

cd "$(dirname "$0")/.."
rounds=${1:-1000}
[[ $rounds =~ ^[0-9]+$ ]] || { echo "faults.sh: ROUNDS is a number, not $rounds" >&2; exit 2; }
TASKDOCK=$(realpath "${TASKDOCK:-build/release/taskdock}")
export TASKDOCK
[ -x "$TASKDOCK" ] || { echo "faults.sh: there is no $TASKDOCK; build it with scripts/run.sh --version" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "faults.sh: file systems are mounted by root only: sudo scripts/faults.sh" >&2; exit 2; }
for tool in unshare curl mkfs.ext4 losetup node; do
  command -v "$tool" >/dev/null || { echo "faults.sh: $tool is missing" >&2; exit 2; }
done
if [ -z "${TASKDOCK_FAULTS_NAMESPACE:-}" ]; then
  TASKDOCK_FAULTS_NAMESPACE=1 exec unshare --mount --propagation private "$0" "$@"
fi

scratch=$(mktemp -d)
server=
mounted=()
finish() {
  status=$?
  trap - EXIT
  stop_hard
  for path in "${mounted[@]}"; do umount "$path" || umount --lazy "$path" || true; done
  rm -rf "$scratch"
  exit "$status"
}
trap finish EXIT
trap 'exit 1' INT TERM

stop_hard() {
  [ -n "$server" ] || return 0
  kill -KILL "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

# The rows of the table, and whether one of them says "failed".
rows=()
failed=0
row() {
  rows+=("$1|$2|$3|$4")
  [ "$4" = passed ] || failed=1
}

# start DATA [KIB]: starts a server, whose files may not be larger than KIB if that is given, and sets url. Its status is
# 1 if the server does not start; what it said is in $scratch/log.
start() {
  : >"$scratch/out"
  (
    if [ -n "${2:-}" ]; then ulimit -f "$2"; fi
    exec "$TASKDOCK" --port 0 --data "$1" >"$scratch/out" 2>"$scratch/log"
  ) &
  server=$!
  for ((tries = 0; tries < 600; ++tries)); do
    url=$(sed -n 's/^listening on //p' "$scratch/out")
    [ -z "$url" ] || return 0
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
  done
  stop_hard
  return 1
}

# stop: asks the server to stop, and waits for it, half a minute at most.
stop() {
  kill -TERM "$server"
  for ((tries = 0; tries < 600; ++tries)); do
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
  done
  stop_hard
}

# call METHOD PATH [BODY]: sets status; the answer is in $scratch/body.
token=
call() {
  : >"$scratch/body"
  status=$(curl -sS -X "$1" -o "$scratch/body" -w '%{http_code}' --max-time 60 \
    ${token:+-H "Authorization: Bearer $token"} ${3:+-H "Content-Type: application/json" -d "$3"} "$url$2" \
    2>>"$scratch/curl") || status=none
}

member() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\).*/\1/p" "$scratch/body" | head -1; }

# begin DATA: starts a server with a new user.
begin() {
  token=
  acknowledged=0
  start "$@" || { cat "$scratch/log" >&2; exit 1; }
  call POST /api/auth/signup '{"email":"ann@example.com","password":"correct horse battery"}'
  token=$(member access_token)
  [ -n "$token" ] || { echo "faults.sh: signing up was answered with $status" >&2; exit 1; }
}

text=$(printf 'x%.0s' {1..1900})
write() {
  call POST /api/tasks "{\"title\":\"a task\",\"description\":\"$text\"}"
  if [ "$status" = 201 ]; then acknowledged=$((acknowledged + 1)); fi
}

# fill WORDS: writes until that is no longer acknowledged, and looks whether reading goes on; sets refusal, reads and
# reason, the line of the log that says WORDS.
fill() {
  refusal=none
  for ((count = 0; count < 5000; ++count)); do
    write
    [ "$status" != 201 ] || continue
    refusal=$status
    break
  done
  reason=$(grep -m 1 "$1" "$scratch/log" | cut -d' ' -f3-) || reason=
  call GET /api/tasks
  reads=$status
}

count_tasks() {
  call GET /api/tasks?limit=1
  total=$(member total)
}

# judge FAULT: with the server that is running, and the fault over: adds the row of FAULT. The refusal must have been
# 503, with a reason in the log; reading must have gone on; writing must go on within ten seconds; after a stop and a
# start all that was acknowledged must be there, and nothing that was not; and taskdock check must find nothing wrong.
judge() {
  local fault=$1 verdict=passed found
  [ "$refusal" = 503 ] || verdict="failed: not 503"
  [ -n "$reason" ] || verdict="failed: the log does not say why"
  [ "$reads" = 200 ] || verdict="failed: reading was answered with $reads"
  for ((tries = 0; tries < 100; ++tries)); do
    write
    [ "$status" != 201 ] || break
    sleep 0.1
  done
  [ "$status" = 201 ] || verdict="failed: writing does not go on ($status)"
  stop
  if start "$data"; then
    count_tasks
    found="$total of $acknowledged acknowledged tasks"
    [ "$total" = "$acknowledged" ] || verdict="failed: something is lost, or more than it should be"
    stop
  else
    found="nothing: $(tail -1 "$scratch/log")"
    verdict="failed: it does not start"
  fi
  "$TASKDOCK" check --data "$data" >"$scratch/check" 2>&1 || verdict="failed: $(head -1 "$scratch/check")"
  row "$fault" "$refusal; $reason" "$found" "$verdict"
}

# A full disk.
disk=$scratch/full
mkdir "$disk"
mount -t tmpfs -o size=6m none "$disk"
mounted+=("$disk")
dd if=/dev/zero of="$disk/ballast" bs=1M count=4 status=none
data=$disk/data
begin "$data"
fill "the disk is full"
rm "$disk/ballast"
judge "a full tmpfs, emptied again"

# A file system that becomes read-only, as ext4 does after an error.
truncate -s 32M "$scratch/image"
mkfs.ext4 -q "$scratch/image"
disk=$scratch/read-only
mkdir "$disk"
mount -o loop,errors=remount-ro "$scratch/image" "$disk"
mounted+=("$disk")
device=$(losetup --noheadings --output NAME --associated "$scratch/image")
trigger=/sys/fs/ext4/$(basename "$device")/trigger_fs_error
data=$disk/data
begin "$data"
for ((i = 0; i < 20; ++i)); do write; done
echo 1 >"$trigger"
fill "Read-only\|cannot be written"
cannot_start=
stop
if start "$data"; then
  cannot_start="failed: it starts on a read-only file system"
  stop
fi
said=$(tail -1 "$scratch/log")
umount "$disk"
e2fsck -fy "$scratch/image" >/dev/null 2>&1 || true
mount -o loop,errors=remount-ro "$scratch/image" "$disk"
[ -z "$cannot_start" ] || row "a start on a read-only file system" "it starts" "" "$cannot_start"
[ -n "$cannot_start" ] || row "a start on a read-only file system" "${said#*taskdock: }" "(see the next row)" passed
start "$data" || true
judge "a file system that becomes read-only"

# A limit on the size of files.
data=$scratch/limited
begin "$data" 1024
fill "ulimit -f"
stop
start "$data"
judge "RLIMIT_FSIZE (ulimit -f)"

# kill -9.
if found=$(node tests/desktop/kills.mjs "$rounds"); then verdict=passed; else verdict=failed; fi
row "kill -9 under load, $rounds times" "(nothing)" "$found" "$verdict"

printf '\n%-38s | %-90s | %-46s | %s\n' "fault" "the server's answer" "there afterwards" "result"
for each in "${rows[@]}"; do
  IFS='|' read -r fault answer found verdict <<<"$each"
  printf '%-38s | %-90.90s | %-46.46s | %s\n' "$fault" "$answer" "$found" "$verdict"
done
[ "$failed" = 0 ] || echo "FAILED" >&2
exit "$failed"
