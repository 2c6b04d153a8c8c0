#include "security/token_buckets.h"

#include <doctest/doctest.h>

#include <string>

#include "testing/fakes.h"

namespace taskdock::security {

using namespace std::chrono_literals;
using std::chrono::microseconds;

namespace {

/// Buckets of three tokens, with one more every ten seconds, for at most four keys.
struct Buckets {
  testing::FakeClock clock;
  TokenBuckets buckets{3, 10s, 4};

  microseconds wait(const std::string& key) const { return buckets.wait(key, clock.now()); }
  microseconds shortest_wait(const std::string& key) const {
    return buckets.shortest_wait(key, clock.now());
  }
  void reserve(const std::string& key) { buckets.reserve(key, clock.now()); }
  void count(const std::string& key) { buckets.count(key, clock.now()); }
  void give_back(const std::string& key) { buckets.give_back(key, clock.now()); }

  /// One attempt that fails, if it may be made; how long it has to wait otherwise.
  microseconds fail(const std::string& key) {
    const microseconds needed = wait(key);
    if (needed == 0us) {
      reserve(key);
      count(key);
    }
    return needed;
  }
  void fail(const std::string& key, int times) {
    for (int i = 0; i < times; ++i) CHECK(fail(key) == 0us);
  }
};

}  // namespace

TEST_CASE_FIXTURE(
    Buckets, "security/token_buckets: a full bucket has its tokens at once, and then one by one") {
  fail("a", 3);
  CHECK(wait("a") == 10s);
  clock.advance(10s - 1us);
  CHECK(fail("a") == 1us);  // what is refused costs nothing
  clock.advance(1us);
  CHECK(fail("a") == 0us);
  CHECK(fail("a") == 10s);
  clock.advance(24h);
  fail("a", 3);  // it holds no more than three
  CHECK(fail("a") == 10s);
}

TEST_CASE_FIXTURE(Buckets, "security/token_buckets: each key has a bucket of its own") {
  fail("a", 3);
  CHECK(wait("a") == 10s);
  CHECK(wait("b") == 0us);
  CHECK(wait("") == 0us);
}

TEST_CASE_FIXTURE(Buckets,
                  "security/token_buckets: a reserved token is missing until it is given back") {
  for (int i = 0; i < 3; ++i) {
    CHECK(wait("a") == 0us);
    reserve("a");
  }
  CHECK(wait("a") == 10s);
  CHECK(shortest_wait("a") == 0us);
  clock.advance(1h);  // however long it takes, nobody else has it meanwhile
  CHECK(wait("a") == 10s);
  give_back("a");
  CHECK(wait("a") == 0us);
  reserve("a");
  CHECK(wait("a") == 10s);
}

TEST_CASE_FIXTURE(Buckets, "security/token_buckets: what is given back leaves no trace") {
  fail("a", 2);
  clock.advance(3s);
  for (int i = 0; i < 100; ++i) {
    CHECK(wait("a") == 0us);
    reserve("a");
    give_back("a");
  }
  fail("a", 1);
  CHECK(wait("a") == 7s);
  CHECK(buckets.size() == 1);
  reserve("b");
  CHECK(buckets.size() == 2);
  give_back("b");
  CHECK(buckets.size() == 1);
}

TEST_CASE_FIXTURE(Buckets,
                  "security/token_buckets: a counted token comes back from when it was counted") {
  for (int i = 0; i < 3; ++i) reserve("a");
  clock.advance(25s);
  for (int i = 0; i < 3; ++i) count("a");
  CHECK(wait("a") == 10s);
  CHECK(shortest_wait("a") == 10s);
  clock.advance(10s);
  CHECK(wait("a") == 0us);
  reserve("a");
  CHECK(wait("a") == 10s);
  CHECK(shortest_wait("a") == 0us);
}

TEST_CASE_FIXTURE(Buckets,
                  "security/token_buckets: the end of one attempt is not the end of another") {
  reserve("a");
  reserve("a");
  count("a");
  give_back("a");
  fail("a", 2);
  CHECK(wait("a") == 10s);
}

TEST_CASE_FIXTURE(
    Buckets, "security/token_buckets: beyond the bound the key used longest ago is forgotten") {
  for (const char* key : {"a", "b", "c", "d"}) fail(key, 2);
  fail("a", 1);  // so that b is the oldest
  fail("e", 1);
  CHECK(buckets.size() == 4);
  fail("b", 3);  // in the place of c
  for (const char* key : {"a", "b"}) CHECK(wait(key) == 10s);
  for (int i = 0; i < 1000; ++i) fail(std::to_string(i), 1);
  CHECK(buckets.size() == 4);
  for (const char* key : {"a", "b", "d", "e"}) CHECK(wait(key) == 0us);
}

TEST_CASE_FIXTURE(Buckets,
                  "security/token_buckets: an attempt whose key was forgotten is counted all the "
                  "same") {
  reserve("a");
  reserve("x");
  for (int i = 0; i < 4; ++i) fail(std::to_string(i), 1);
  count("a");
  give_back("x");
  fail("a", 2);
  CHECK(wait("a") == 10s);
  fail("x", 3);
  CHECK(wait("x") == 10s);
}

TEST_CASE(
    "security/token_buckets: a bucket as large and as slow as can be asked for still counts") {
  const testing::FakeClock clock;
  TokenBuckets buckets(1'000'000, 1'000'000s, 1);
  for (int i = 0; i < 999'999; ++i) buckets.reserve("a", clock.now());
  CHECK(buckets.wait("a", clock.now()) == 0us);
  buckets.reserve("a", clock.now());
  CHECK(buckets.wait("a", clock.now()) == 1'000'000s);
  for (int i = 0; i < 1'000'000; ++i) buckets.count("a", clock.now());
  CHECK(buckets.wait("a", clock.now()) == 1'000'000s);
}

}  // namespace taskdock::security
