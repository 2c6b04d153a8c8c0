#!/bin/sh
# Walks the whole life of a user with curl against a running server and stops at the first surprise.
#
#   scripts/smoke.sh [URL]                      e.g. scripts/smoke.sh http://127.0.0.1:8000
#
# Without a URL it starts a server of its own, on a free port and with a data directory that is gone
# afterwards: $TASKDOCK, or build/release/taskdock. The two users it makes delete themselves in the
# end. Needs a POSIX shell, curl and grep.
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
    [ "$tries" -lt 200 ] || fail "the server did not say where it listens"
    sleep 0.05
  done
  url=$(sed -n 's/^listening on //p' "$scratch/out")
}

# step NAME STATUS METHOD PATH [BODY]: calls and checks the status; the answer is in $scratch/body.
step() {
  name=$1 want=$2 method=$3 path=$4
  set -- -sS -X "$method" -o "$scratch/body" -w '%{http_code}' --max-time 20 ${5+-H "Content-Type: application/json" -d "$5"}
  [ "$method" != HEAD ] || set -- "$@" --head
  [ -z "$token" ] || set -- "$@" -H "Authorization: Bearer $token"
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
email="smoke-$$-$(date +%s)@example.com"
password="correct horse battery"
new_password="$password staple"

step "the server is there" 200 GET /
expect '"docs":"/docs"'
step "its database answers" 200 GET /health
expect '{"status":"healthy"}'

step "it describes itself" 200 GET /openapi.json
expect '"openapi":"3.1.0"'
step "it can be tried in a browser" 200 GET /docs
step "and read there" 200 GET /redoc

step "tasks are not for everybody" 401 GET /api/tasks
step "a bad sign-up is refused" 422 POST /api/auth/signup '{"email":"nobody","password":"short"}'
expect '"loc":["body","email"]'
expect '"loc":["body","password"]'
step "a user signs up" 201 POST /api/auth/signup "{\"email\":\"$email\",\"password\":\"$password\",\"name\":\"Smoke\"}"
user=$(field id)
first_token=$(field access_token)
step "but not twice" 409 POST /api/auth/signup "{\"email\":\"$email\",\"password\":\"$password\"}"
log_in "a wrong password does not open" 401 "wrong horse"
log_in "the right one does" 200 "$password"
token=$(field access_token)
refresh_token=$(field refresh_token)
[ -n "$token" ] || fail "log-in: no access_token"
[ -n "$refresh_token" ] || fail "log-in: no refresh_token"
step "the server knows the user" 200 GET /api/auth/me
expect "\"email\":\"$email\""
expect '"name":"Smoke"'

token=
step "a refresh token is needed for new tokens" 401 POST /api/auth/refresh '{"refresh_token":"none"}'
step "with it they come" 200 POST /api/auth/refresh "{\"refresh_token\":\"$refresh_token\"}"
token=$(field access_token)
cp "$scratch/body" "$scratch/refreshed"
[ "$(field refresh_token)" != "$refresh_token" ] || fail "refresh: the refresh token is the old one"
step "a reply that was lost comes again" 200 POST /api/auth/refresh "{\"refresh_token\":\"$refresh_token\"}"
cmp -s "$scratch/body" "$scratch/refreshed" || fail "refresh: the second answer is another"

step "two sessions are open" 200 GET /api/auth/sessions
expect '"current":true'
expect '"total":2'
step "the one of the sign-up is another" 200 GET "/api/auth/sessions?limit=1&offset=1"
expect '"current":false'
session=$(field id)
step "it is ended" 204 DELETE "/api/auth/sessions/$session"
step "but not twice" 404 DELETE "/api/auth/sessions/$session"
token_of_current=$token
token=$first_token
step "its token is good for nothing" 401 GET /api/auth/me
token=$token_of_current

step "a task is created" 201 POST /api/tasks '{"title":"Buy milk 🥛","description":"two bottles"}'
task=$(field id)
expect '"title":"Buy milk 🥛"'
expect '"is_completed":false'
step "it is there" 200 GET "/api/tasks/$task"
step "also at the owner's address" 200 GET "/api/$user/tasks/$task"
step "a HEAD finds it" 200 HEAD "/api/tasks/$task"
step "a task needs a title" 422 POST /api/tasks '{"description":"no title"}'
expect '"type":"missing"'
step "it is written anew" 200 PUT "/api/tasks/$task" '{"title":"Buy oat milk"}'
expect '"description":null'
step "a part of it is changed" 200 PATCH "/api/tasks/$task" '{"description":"one bottle"}'
expect '"title":"Buy oat milk"'
expect '"description":"one bottle"'
step "it is done" 200 PATCH "/api/tasks/$task/complete" '{"completed":true}'
expect '"is_completed":true'
step "it is not done after all" 200 PATCH "/api/tasks/$task/complete"
expect '"is_completed":false'
step "a second task is created" 201 POST "/api/$user/tasks" '{"title":"Walk the dog"}'
second=$(field id)
step "both are listed" 200 GET /api/tasks
expect '"total":2'
step "a page has one" 200 GET "/api/tasks?limit=1&offset=1"
expect "\"id\":\"$task\""
expect '"total":2'
step "none is done" 200 GET "/api/tasks?completed=true"
expect '{"tasks":[],"total":0,'
step "a page of none is refused" 422 GET "/api/tasks?limit=0"

token_of_first=$token
token=
step "another user signs up" 201 POST /api/auth/signup "{\"email\":\"other-$email\",\"password\":\"$password\"}"
token=$(field access_token)
step "and sees nothing of the first" 403 GET "/api/tasks/$task"
step "nor changes it" 403 DELETE "/api/tasks/$task"
step "nor lists it" 403 GET "/api/$user/tasks"
token_of_other=$token
token=$token_of_first

if [ -n "$server" ]; then
  kill "$server"
  wait "$server" || fail "the server did not end with status 0"
  start
  echo "ok: the server is stopped and started again"
  step "everything is still there" 200 GET /api/tasks
  expect '"total":2'
fi

step "a task is deleted" 204 DELETE "/api/tasks/$second"
step "and gone" 404 GET "/api/tasks/$second"
step "no such page" 404 GET /nowhere
expect '{"detail":"Not Found","status_code":404,"message":"Not Found"}'
step "a method that is none" 405 POST "/api/tasks/$task" '{}'
step "the last task is deleted" 204 DELETE "/api/tasks/$task"
step "nothing is left" 200 GET /api/tasks
expect '"total":0'

step "the name is changed" 200 PATCH /api/auth/me '{"name":"Smoke Test"}'
expect '"name":"Smoke Test"'
expect "\"email\":\"$email\""
step "another email takes the password" 422 PATCH /api/auth/me "{\"email\":\"new-$email\"}"
expect '"loc":["body","current_password"]'
step "and the right one" 403 PATCH /api/auth/me "{\"email\":\"new-$email\",\"current_password\":\"wrong horse\"}"
step "and must be nobody else's" 409 PATCH /api/auth/me "{\"email\":\"other-$email\",\"current_password\":\"$password\"}"
step "then it is changed" 200 PATCH /api/auth/me "{\"email\":\"new-$email\",\"current_password\":\"$password\"}"
email="new-$email"
expect "\"email\":\"$email\""

log_in "the user logs in elsewhere, too" 200 "$password"
token_elsewhere=$(field access_token)
step "a new password takes the old one" 403 PUT /api/auth/password "{\"current_password\":\"wrong horse\",\"new_password\":\"$new_password\"}"
step "then it is changed" 204 PUT /api/auth/password "{\"current_password\":\"$password\",\"new_password\":\"$new_password\"}"
step "this session goes on" 200 GET /api/auth/sessions
expect '"total":1'
token=$token_elsewhere
step "the other one is over" 401 GET /api/auth/me
log_in "the old password does not open any more" 401 "$password"
log_in "the new one does" 200 "$new_password"
token=$(field access_token)
step "the user logs out there" 204 POST /api/auth/logout
step "and is out" 401 GET /api/auth/me

token=$token_of_first
step "a wrong password deletes nobody" 403 DELETE /api/auth/me '{"current_password":"wrong horse"}'
step "the right one deletes the user" 204 DELETE /api/auth/me "{\"current_password\":\"$new_password\"}"
step "whose token is good for nothing" 401 GET /api/auth/me
log_in "and who is not known" 401 "$new_password"
token=$token_of_other
step "the other user is still there" 200 GET /api/auth/me
step "and goes, too" 204 DELETE /api/auth/me "{\"current_password\":\"$password\"}"
echo "smoke: all is well at $url"
