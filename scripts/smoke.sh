#!/bin/sh
# Runs through the whole life of a user with curl, against a running server, and stops at the first unexpected answer.
#
#   scripts/smoke.sh [URL]                      e.g. scripts/smoke.sh http://127.0.0.1:8000
#
# Without a URL it starts a server of its own, on a free port and with a temporary data directory: the executable
# $TASKDOCK, or build/release/taskdock. It deletes the two users it creates. Needs a POSIX shell, curl and grep.
set -eu

scratch=$(mktemp -d)
server=
finish() {
  status=$?
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" 2>/dev/null || true
  rm -rf "$scratch"
  exit "$status"
}
trap finish EXIT
trap 'exit 1' INT TERM

fail() {
  echo "FAILED: $*" >&2
  [ ! -s "$scratch/body" ] || { echo "the answer was:" >&2; cat "$scratch/body" >&2; echo >&2; }
  exit 1
}

# start: starts a server on the data directory and sets url.
start() {
  : >"$scratch/out"
  "$taskdock" --port 0 --data "$scratch/data" >"$scratch/out" 2>"$scratch/log" &
  server=$!
  tries=0
  until [ -s "$scratch/out" ]; do
    kill -0 "$server" 2>/dev/null || fail "the server did not start: $(cat "$scratch/log")"
    tries=$((tries + 1))
    [ "$tries" -lt 1200 ] || fail "the server did not print its address"
    sleep 0.05
  done
  url=$(sed -n 's/^listening on //p' "$scratch/out")
}

# step NAME STATUS METHOD PATH [BODY]: calls and checks the status; the answer is in $scratch/body.
step() {
  name=$1 want=$2 method=$3 path=$4
  set -- -sS -X "$method" -o "$scratch/body" -w '%{http_code}' --max-time 120 ${5+-H "Content-Type: application/json" -d "$5"}
  [ "$method" != HEAD ] || set -- "$@" --head
  [ -z "$token" ] || set -- "$@" -H "Authorization: Bearer $token"
  [ -z "$strict" ] || set -- "$@" -H "Prefer: handling=strict"
  [ -z "$header" ] || set -- "$@" -H "$header"
  : >"$scratch/body"
  got=$(curl "$@" "$url$path") || fail "$name: curl could not reach $url$path"
  [ "$got" = "$want" ] || fail "$name: $method $path answered $got, not $want"
  echo "ok: $name"
}

# expect TEXT: the last answer has TEXT in it.
expect() { grep -qF -- "$1" "$scratch/body" || fail "$name: no $1 in the answer"; }

# field NAME: the first string member of that name in the last answer.
field() { grep -o "\"$1\":\"[^\"]*\"" "$scratch/body" | head -n 1 | cut -d '"' -f 4; }

# log_in NAME STATUS PASSWORD: logs the user in, without a token.
log_in() {
  kept=$token token=
  step "$1" "$2" POST /api/auth/login "{\"email\":\"$email\",\"password\":\"$3\"}"
  token=$kept
}

url=${1:-}
if [ -z "$url" ]; then
  taskdock=${TASKDOCK:-$(dirname "$0")/../build/release/taskdock}
  [ -x "$taskdock" ] || fail "there is no $taskdock; build it with scripts/run.sh, or name a URL"
  start
fi
url=${url%/}
token=
strict=
header=
# A UUID of version 7 with the time of now, in milliseconds.
own=$(printf '%012x' "$(date +%s)000" | sed 's/^\(.\{8\}\)/\1-/')-7000-8000-$(printf '%012x' $$)
email="smoke-$$-$(date +%s)@example.com"
password="correct horse battery"
new_password="$password staple"

step "the server answers" 200 GET /
expect '"docs":"/docs"'
step "the database answers" 200 GET /health
expect '{"status":"healthy"}'

step "the OpenAPI document is served" 200 GET /openapi.json
expect '"openapi":"3.1.0"'
step "Swagger UI is served" 200 GET /docs
step "Redoc is served" 200 GET /redoc
step "the web application is served" 200 GET /app/

step "tasks require a token" 401 GET /api/tasks
step "an invalid sign-up is refused" 422 POST /api/auth/signup '{"email":"nobody","password":"short"}'
expect '"loc":["body","email"]'
expect '"loc":["body","password"]'
step "a user signs up" 201 POST /api/auth/signup "{\"email\":\"$email\",\"password\":\"$password\",\"name\":\"Smoke\"}"
user=$(field id)
first_token=$(field access_token)
step "an email can be used only once" 409 POST /api/auth/signup "{\"email\":\"$email\",\"password\":\"$password\"}"
log_in "a log-in with a wrong password is refused" 401 "wrong horse"
log_in "a log-in with the correct password succeeds" 200 "$password"
token=$(field access_token)
refresh_token=$(field refresh_token)
[ -n "$token" ] || fail "log-in: no access_token"
[ -n "$refresh_token" ] || fail "log-in: no refresh_token"
step "the profile has the user's data" 200 GET /api/auth/me
expect "\"email\":\"$email\""
expect '"name":"Smoke"'

token=
step "an invalid refresh token is refused" 401 POST /api/auth/refresh '{"refresh_token":"none"}'
step "a valid refresh token gets new tokens" 200 POST /api/auth/refresh "{\"refresh_token\":\"$refresh_token\"}"
token=$(field access_token)
cp "$scratch/body" "$scratch/refreshed"
[ "$(field refresh_token)" != "$refresh_token" ] || fail "refresh: the refresh token is the old one"
step "the same refresh token gets the same answer for some seconds" 200 POST /api/auth/refresh "{\"refresh_token\":\"$refresh_token\"}"
cmp -s "$scratch/body" "$scratch/refreshed" || fail "refresh: the second answer is another"

step "two sessions are listed" 200 GET /api/auth/sessions
expect '"current":true'
expect '"total":2'
step "the second page has the session of the sign-up" 200 GET "/api/auth/sessions?limit=1&offset=1"
expect '"current":false'
session=$(field id)
step "this session is ended" 204 DELETE "/api/auth/sessions/$session"
step "an ended session is not found" 404 DELETE "/api/auth/sessions/$session"
token_of_current=$token
token=$first_token
step "its access token is invalid" 401 GET /api/auth/me
token=$token_of_current

step "a task is created" 201 POST /api/tasks '{"title":"Buy milk 🥛","description":"two bottles"}'
task=$(field id)
expect '"title":"Buy milk 🥛"'
expect '"is_completed":false'
step "a task with an id of the client's is created" 201 POST /api/tasks '{"id":"'"$own"'","title":"Offline"}'
step "the same task sent again is the same" 200 POST /api/tasks '{"id":"'"$own"'","title":"Offline"}'
step "another task with its id is refused" 409 POST /api/tasks '{"id":"'"$own"'","title":"Online"}'
step "a batch changes, completes and deletes it" 200 POST /api/tasks/batch '{"operations":[
  {"op":"update","id":"'"$own"'","task":{"priority":"low"}},{"op":"complete","id":"'"$own"'"},{"op":"delete","id":"'"$own"'"}]}'
expect '{"status":204}'
step "a batch of which a part fails is not done" 404 POST /api/tasks/batch '{"operations":[
  {"op":"create","task":{"title":"x"}},{"op":"complete","id":"'"$own"'"}]}'
expect 'Operation 1: Task not found'
step "all tasks are exported" 200 GET "/api/tasks/export?format=json"
expect '{"format":"taskdock","version":1,"tasks":['
step "what is exported is known when it is imported" 200 POST /api/tasks/import "$(cat "$scratch/body")"
expect '"imported":0,'
step "a file with a fault is not imported" 422 POST "/api/tasks/import?format=csv" 'title
""'
expect '["body","line",2,"title"]'
step "the task is found" 200 GET "/api/tasks/$task"
step "the task is found with its owner in the path" 200 GET "/api/$user/tasks/$task"
step "HEAD works" 200 HEAD "/api/tasks/$task"
header='If-None-Match: *'
step "a task that is known is not sent again" 304 GET "/api/tasks/$task"
step "a task that exists is not created anew" 412 POST /api/tasks '{"id":"'"$task"'","title":"Buy milk"}'
header='If-Match: "0"'
step "a task that has changed is not deleted" 412 DELETE "/api/tasks/$task"
header="Idempotency-Key: smoke-$own"
step "a task is created with a key" 201 POST /api/tasks '{"title":"Once"}'
once=$(field id)
step "the same request is not done again" 201 POST /api/tasks '{"title":"Once"}'
expect "\"id\":\"$once\""
step "another request cannot have the key" 422 POST /api/tasks '{"title":"Twice"}'
header='If-Match: *'
step "a task that exists is deleted" 204 DELETE "/api/tasks/$once"
header=
strict=1
step "an unknown member is refused where the client prefers it" 422 POST /api/tasks '{"title":"Buy milk","titel":"x"}'
expect '"type":"extra_forbidden"'
strict=
step "a task without a title is refused" 422 POST /api/tasks '{"description":"no title"}'
expect '"type":"missing"'
step "the task is replaced" 200 PUT "/api/tasks/$task" '{"title":"Buy oat milk"}'
expect '"description":null'
step "the task is updated" 200 PATCH "/api/tasks/$task" '{"description":"one bottle"}'
expect '"title":"Buy oat milk"'
expect '"description":"one bottle"'
step "the task gets a due date, a reminder and a priority" 200 PATCH "/api/tasks/$task" '{"due_date":"2026-08-08T17:00","remind_at":"2026-08-08T16:30+02:00","priority":"high"}'
expect '"due_date":"2026-08-08T17:00"'
expect '"remind_at":"2026-08-08T14:30:00.000000Z"'
step "a replacement leaves them" 200 PUT "/api/tasks/$task" '{"title":"Buy oat milk"}'
expect '"due_date":"2026-08-08T17:00"'
expect '"priority":"high"'
step "null clears the priority" 200 PATCH "/api/tasks/$task" '{"priority":null}'
expect '"priority":null'
step "a reminder at a local time is refused" 422 PATCH "/api/tasks/$task" '{"remind_at":"2026-08-08T16:30"}'
expect '"type":"timezone_aware"'
step "the task is completed" 200 PATCH "/api/tasks/$task/complete" '{"completed":true}'
expect '"is_completed":true'
expect '"completed_at":"2'
step "completion is toggled" 200 PATCH "/api/tasks/$task/complete"
expect '"is_completed":false'
step "the task recurs" 200 PATCH "/api/tasks/$task" '{"recurrence":"FREQ=WEEKLY;BYDAY=SA","due_date":"2126-08-10T17:00"}'
step "a rule with an unknown part is refused" 422 PATCH "/api/tasks/$task" '{"recurrence":"FREQ=DAILY;BYHOUR=9"}'
expect 'BYHOUR'
step "completing it creates the next task" 200 PATCH "/api/tasks/$task/complete" '{"completed":true}'
next=$(field next_task_id)
step "the next task is due on the next day of the rule" 200 GET "/api/tasks/$next"
expect '"due_date":"2126-08-17T17:00"'
expect "\"parent_task_id\":\"$task\""
step "the next task is deleted" 204 DELETE "/api/tasks/$next"
step "the task is opened again, and recurs no more" 200 PATCH "/api/tasks/$task" '{"is_completed":false,"recurrence":null}'
step "a second task is created" 201 POST "/api/$user/tasks" '{"title":"Walk the dog"}'
second=$(field id)
step "both tasks are listed" 200 GET /api/tasks
expect '"total":2'
step "a page has one task" 200 GET "/api/tasks?limit=1&offset=1"
expect "\"id\":\"$task\""
expect '"total":2'
step "no completed task is listed" 200 GET "/api/tasks?completed=true"
expect '{"tasks":[],"total":0,'
step "a limit of zero is refused" 422 GET "/api/tasks?limit=0"
step "the task gets tags" 200 PATCH "/api/tasks/$task" '{"tags":["home","Shopping"]}'
expect '"tags":["home","Shopping"]'
step "tasks are filtered by tag, due date and priority" 200 GET "/api/tasks?tag=shopping&due=any&priority=low,none"
expect "\"id\":\"$task\""
expect '"total":1'
step "tasks are found by their words" 200 GET "/api/tasks?q=walk"
expect "\"id\":\"$second\""
expect '"total":1'
step "tasks are sorted by due date" 200 GET "/api/tasks?sort=due_date&limit=1"
expect "\"id\":\"$task\""
step "a tag is renamed" 200 PATCH /api/tags/home '{"name":"house"}'
step "the tags are listed" 200 GET /api/tags
expect '{"name":"house","open":1,"total":1}'
step "the tasks are counted" 200 GET "/api/tasks/summary?utc_offset=%2B05:30"
expect '"open":2'
expect '"no_due":1'

step "a ticket for a stream of events is given out" 201 POST /api/events/ticket
ticket=$(field ticket)
name="a stream tells of the tasks" # it goes on, and is ended once it has told of the second task
: >"$scratch/body"
curl -sSN --max-time 60 -o "$scratch/body" "$url/api/events?since=0&ticket=$ticket" 2>/dev/null &
stream=$!
tries=0
until grep -qF "\"id\":\"$second\"" "$scratch/body" || [ "$tries" -ge 600 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
kill "$stream" 2>/dev/null || true
wait "$stream" 2>/dev/null || true
expect 'event: hello'
expect "\"id\":\"$second\""
echo "ok: $name"
token_of_first=$token
token=
step "a ticket can be used once" 401 GET "/api/events?ticket=$ticket"
step "another user signs up" 201 POST /api/auth/signup "{\"email\":\"other-$email\",\"password\":\"$password\"}"
token=$(field access_token)
step "another user cannot read the task" 403 GET "/api/tasks/$task"
step "another user cannot delete the task" 403 DELETE "/api/tasks/$task"
step "another user cannot list the tasks" 403 GET "/api/$user/tasks"
token_of_other=$token
token=$token_of_first

if [ -n "$server" ]; then
  kill "$server"
  wait "$server" || fail "the server did not end with status 0"
  start
  echo "ok: the server is stopped and started again"
  step "the tasks are kept" 200 GET /api/tasks
  expect '"total":2'
fi

step "a first sync gets all tasks" 200 GET "/api/tasks/changes?since=0"
expect "\"task\":{\"id\":\"$second\""
expect '"has_more":false'
revision=$(sed -n 's/.*"revision":\([0-9]*\),"epoch".*/\1/p' "$scratch/body")
step "a task is deleted" 204 DELETE "/api/tasks/$second"
step "the next sync gets the deletion alone" 200 GET "/api/tasks/changes?since=$revision"
expect "{\"changes\":[{\"revision\":$((revision + 1)),\"deleted\":{\"id\":\"$second\","
step "what never was cannot be followed" 410 GET "/api/tasks/changes?since=4000000000"
step "the deleted task is not found" 404 GET "/api/tasks/$second"
step "the deleted task is in the trash" 200 GET /api/tasks/trash
expect "\"id\":\"$second\""
step "the deleted task is restored" 200 POST "/api/tasks/$second/restore"
expect '"title":"Walk the dog"'
step "the restored task is deleted again" 204 DELETE "/api/tasks/$second"
step "an unknown path is not found" 404 GET /nowhere
expect '{"detail":"Not Found","status_code":404,"message":"Not Found"}'
step "a method that the path does not have is refused" 405 POST "/api/tasks/$task" '{}'
step "the last task is deleted" 204 DELETE "/api/tasks/$task"
step "no task is left" 200 GET /api/tasks
expect '"total":0'
step "the trash is emptied" 204 DELETE /api/tasks/trash
step "no deleted task is left" 200 GET /api/tasks/trash
expect '"total":0'

step "the name is changed" 200 PATCH /api/auth/me '{"name":"Smoke Test"}'
expect '"name":"Smoke Test"'
expect "\"email\":\"$email\""
step "a change of the email requires the password" 422 PATCH /api/auth/me "{\"email\":\"new-$email\"}"
expect '"loc":["body","current_password"]'
step "a change of the email with a wrong password is refused" 403 PATCH /api/auth/me "{\"email\":\"new-$email\",\"current_password\":\"wrong horse\"}"
step "an email of another user is refused" 409 PATCH /api/auth/me "{\"email\":\"other-$email\",\"current_password\":\"$password\"}"
step "the email is changed" 200 PATCH /api/auth/me "{\"email\":\"new-$email\",\"current_password\":\"$password\"}"
email="new-$email"
expect "\"email\":\"$email\""

step "a token for scripts is made" 201 POST /api/auth/tokens '{"name":"Smoke","scope":"read","expires_in":3600}'
script_token_id=$(field id)
script_token=$(field token)
step "the token is listed" 200 GET /api/auth/tokens
expect "\"id\":\"$script_token_id\""
token_of_session=$token
token=$script_token
step "a script reads with it" 200 GET /api/tasks
step "a script cannot write with it" 403 POST /api/tasks '{"title":"Buy milk"}'
expect 'This token may only read'
step "a script cannot make a token with it" 403 POST /api/auth/tokens '{"name":"Smoke","scope":"write"}'
token=$token_of_session
step "the token is revoked" 204 DELETE "/api/auth/tokens/$script_token_id"
token=$script_token
step "the revoked token is invalid" 401 GET /api/tasks
token=$token_of_session

log_in "the user logs in a second time" 200 "$password"
token_elsewhere=$(field access_token)
step "a new password requires the current one" 403 PUT /api/auth/password "{\"current_password\":\"wrong horse\",\"new_password\":\"$new_password\"}"
step "the password is changed" 204 PUT /api/auth/password "{\"current_password\":\"$password\",\"new_password\":\"$new_password\"}"
step "this session continues" 200 GET /api/auth/sessions
expect '"total":1'
token=$token_elsewhere
step "the other session is ended" 401 GET /api/auth/me
log_in "a log-in with the old password is refused" 401 "$password"
log_in "a log-in with the new password succeeds" 200 "$new_password"
token=$(field access_token)
step "the user logs out" 204 POST /api/auth/logout
step "the access token is invalid after that" 401 GET /api/auth/me

token=$token_of_first
step "an account is not deleted with a wrong password" 403 DELETE /api/auth/me '{"current_password":"wrong horse"}'
step "the account is deleted with the correct password" 204 DELETE /api/auth/me "{\"current_password\":\"$new_password\"}"
step "its access token is invalid" 401 GET /api/auth/me
log_in "a log-in to the deleted account is refused" 401 "$new_password"
token=$token_of_other
step "the other user is not affected" 200 GET /api/auth/me
step "the other account is deleted" 204 DELETE /api/auth/me "{\"current_password\":\"$password\"}"
echo "smoke: all checks passed at $url"
