-- wrk: sends $BENCH_METHOD with $BENCH_BODY as JSON and $BENCH_TOKEN, to the paths of $BENCH_PATHS in
-- turn, or else to the one it is given.
wrk.method = os.getenv("BENCH_METHOD")
wrk.body = os.getenv("BENCH_BODY")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")

local requests = {}
local sent = 0

function init()
  for path in (os.getenv("BENCH_PATHS") or wrk.path):gmatch("%S+") do
    table.insert(requests, wrk.format(nil, path))
  end
end

function request()
  sent = sent + 1
  return requests[sent % #requests + 1]
end
