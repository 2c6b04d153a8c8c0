#include "http/worker_pool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

namespace taskdock::http {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

std::chrono::steady_clock::time_point within(milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

}  // namespace

TEST_CASE("http/worker_pool: each job has a thread of its own, up to the limit and not over it") {
  std::promise<void> gate;
  const std::shared_future<void> opened(gate.get_future());
  std::atomic<int> started{0};
  std::atomic<int> ended{0};
  WorkerPool pool(3, seconds(10));
  const WorkerPool::Job job = [&] {
    ++started;
    started.notify_all();
    opened.wait();
    ++ended;
  };
  for (int i = 0; i < 3; ++i) CHECK(pool.run(job));
  CHECK_FALSE(pool.run(job));
  pool.run_later(job);  // that one waits for its turn
  for (int count = started; count < 3; count = started) started.wait(count);
  CHECK_FALSE(pool.wait_until_done(within(milliseconds(50))));
  CHECK(started == 3);
  gate.set_value();
  CHECK(pool.wait_until_done(within(seconds(30))));
  CHECK(started == 4);
  CHECK(ended == 4);
  CHECK(pool.run(job));
}

TEST_CASE(
    "http/worker_pool: a job that lasts can be given a thread beyond the limit, while it runs") {
  std::promise<void> gate;
  const std::shared_future<void> opened(gate.get_future());
  std::promise<void> lasting_gate;
  const std::shared_future<void> lasting_opened(lasting_gate.get_future());
  std::atomic<bool> is_extra{false};
  WorkerPool pool(1, seconds(10));
  CHECK(pool.run([&] {
    const WorkerPool::Extra extra(pool);
    is_extra = true;
    is_extra.notify_all();
    lasting_opened.wait();
  }));
  is_extra.wait(false);
  const WorkerPool::Job job = [&] { opened.wait(); };
  CHECK(pool.run(job));
  CHECK_FALSE(pool.run(job));
  lasting_gate.set_value();
  // The thread that has become one too many is given nothing.
  for (int i = 0; i < 100; ++i) {
    CHECK_FALSE(pool.run(job));
    std::this_thread::sleep_for(milliseconds(1));
  }
  gate.set_value();
  CHECK(pool.wait_until_done(within(seconds(30))));
  CHECK(pool.run(job));
}

TEST_CASE("http/worker_pool: threads nobody needs end, and new ones take their place") {
  WorkerPool pool(2, milliseconds(1));
  std::atomic<int> done{0};
  for (int round = 0; round < 20; ++round) {
    CHECK(pool.run([&] { ++done; }));
    CHECK(pool.wait_until_done(within(seconds(30))));
    std::this_thread::sleep_for(milliseconds(round % 4));
  }
  CHECK(done == 20);
}

TEST_CASE("http/worker_pool: its end waits for every job, those that wait for a thread included") {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> done{0};
    {
      WorkerPool pool(4, seconds(10));
      for (int i = 0; i < 4; ++i) CHECK(pool.run([&] { ++done; }));
      for (int i = 0; i < 4; ++i) pool.run_later([&] { ++done; });
    }
    CHECK(done == 8);
  }
}

TEST_CASE("http/worker_pool: it may end while its threads do") {
  for (int round = 0; round < 100; ++round) {
    std::atomic<int> done{0};
    {
      WorkerPool pool(4, milliseconds(round % 3));
      for (int i = 0; i < 4; ++i) CHECK(pool.run([&] { ++done; }));
    }
    CHECK(done == 4);
  }
}

}  // namespace taskdock::http
