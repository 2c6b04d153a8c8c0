-- wrk: sends $BENCH_METHOD with $BENCH_BODY as JSON and $BENCH_TOKEN, to the paths of $BENCH_PATHS in
-- turn, or else to the one it is given. Where the body has NUMBER, the first of two threads sends 1 and 3 by turns,
-- the second 2 and 4: so that no two requests for a path that follow each other have the same.
wrk.method = os.getenv("BENCH_METHOD")
wrk.body = os.getenv("BENCH_BODY")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")

local requests = {}
local sent = 0
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("first_number", threads)
end

function init()
  for number = first_number, first_number + 2, 2 do
    for path in (os.getenv("BENCH_PATHS") or wrk.path):gmatch("%S+") do
      table.insert(requests, wrk.format(nil, path, nil, (wrk.body:gsub("NUMBER", number))))
    end
  end
end

function request()
  sent = sent + 1
  return requests[sent % #requests + 1]
end
