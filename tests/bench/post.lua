-- wrk: sends $BENCH_METHOD with $BENCH_BODY as JSON and $BENCH_TOKEN to the address it is given.
wrk.method = os.getenv("BENCH_METHOD")
wrk.body = os.getenv("BENCH_BODY")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
