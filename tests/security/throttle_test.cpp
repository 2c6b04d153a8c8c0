#include "security/throttle.h"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "testing/fakes.h"

namespace taskdock::security {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::seconds;

namespace {

constexpr microseconds none{0};

/// Buckets of three, with one more every ten seconds.
struct Buckets {
  testing::FakeClock clock;
  TokenBuckets buckets{clock, {3, 10s}, 4};

  void charge(const std::string& key, int times) {
    for (int i = 0; i < times; ++i) buckets.charge(key);
  }
};

/// A throttle of few, so that its limits are soon met.
struct Fixture {
  testing::FakeClock clock;
  Throttle throttle{clock, Throttle::Limits{.failures_per_account = {2, 30s},
                                            .failures_per_address = {5, 2s},
                                            .signups_per_address = {3, 10s}}};

  /// How long the throttle asks to wait; zero if it does not.
  template <class Call>
  static seconds wait_of(Call call) {
    try {
      call();
    } catch (const Throttle::TooManyAttempts& error) {
      return error.retry_after();
    }
    return 0s;
  }
  seconds wait_of(const Throttle::Attempt& attempt) {
    return wait_of([&] { throttle.check(attempt); });
  }
  seconds wait_to_sign_up(const std::string& address) {
    return wait_of([&] { throttle.admit_signup(address); });
  }
  void fail(const Throttle::Attempt& attempt, int times) {
    for (int i = 0; i < times; ++i) throttle.note_failure(attempt);
  }
};

const std::string here = "127.0.0.1";

}  // namespace

TEST_CASE_FIXTURE(Buckets,
                  "security/throttle: a full bucket has its tokens at once, and then waits") {
  for (int i = 0; i < 3; ++i) {
    CHECK(buckets.wait("a") == none);
    CHECK(buckets.take("a") == none);
  }
  CHECK(buckets.wait("a") == 10s);
  CHECK(buckets.take("a") == 10s);
  clock.advance(10s - 1us);
  CHECK(buckets.take("a") == 1us);  // what is refused costs nothing
  clock.advance(1us);
  CHECK(buckets.take("a") == none);
  CHECK(buckets.take("a") == 10s);
  clock.advance(24h);
  for (int i = 0; i < 3; ++i) CHECK(buckets.take("a") == none);  // it holds no more than three
  CHECK(buckets.take("a") == 10s);
}

TEST_CASE_FIXTURE(Buckets, "security/throttle: each key has a bucket of its own") {
  charge("a", 3);
  CHECK(buckets.wait("a") == 10s);
  CHECK(buckets.wait("b") == none);
  CHECK(buckets.wait("") == none);
}

TEST_CASE_FIXTURE(Buckets,
                  "security/throttle: who was let through together with others pays for it later") {
  charge("a", 5);
  CHECK(buckets.wait("a") == 30s);
  charge("a", 1000);
  CHECK(buckets.wait("a") == 100s);  // but not forever: no more than another nine are owed
}

TEST_CASE_FIXTURE(Buckets,
                  "security/throttle: a clock that is set back locks nobody out for long") {
  charge("a", 3);
  clock.advance(-24h * 365);
  for (int i = 0; i < 3; ++i) CHECK(buckets.take("a") == none);
  CHECK(buckets.take("a") == 10s);
  clock.advance(-30s);  // a little is just waited for
  CHECK(buckets.take("a") == 40s);
}

TEST_CASE_FIXTURE(Buckets,
                  "security/throttle: beyond the bound the key charged longest ago is forgotten") {
  for (const char* key : {"a", "b", "c", "d"}) charge(key, 3);
  buckets.charge("a");  // so that b is the oldest
  buckets.charge("e");
  CHECK(buckets.wait("b") == none);
  CHECK(buckets.wait("a") == 20s);
  for (const char* key : {"c", "d"}) CHECK(buckets.wait(key) == 10s);
  for (int i = 0; i < 1000; ++i) buckets.charge(std::to_string(i));
  for (const char* key : {"a", "c", "d", "e"}) CHECK(buckets.wait(key) == none);
}

TEST_CASE(
    "security/throttle: threads that charge one bucket together take all of it, and no more") {
  const testing::FakeClock clock;
  TokenBuckets buckets(clock, {100, 1s}, 64);
  std::atomic<int> taken = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 50; ++j) {
          taken += buckets.take("a") == none ? 1 : 0;
          buckets.charge(std::to_string(j));  // others come meanwhile
        }
      });
    }
  }
  CHECK(taken == 100);
}

TEST_CASE_FIXTURE(Fixture,
                  "security/throttle: failures count for the account, wherever they come from") {
  const auto from_here = Throttle::log_in("ann@example.com", here);
  CHECK(wait_of(from_here) == 0s);
  fail(Throttle::log_in("ann@example.com", "192.0.2.1"), 1);
  CHECK(wait_of(from_here) == 0s);
  fail(Throttle::log_in("ann@example.com", "192.0.2.2"), 1);
  CHECK(wait_of(from_here) == 30s);
  CHECK(wait_of(Throttle::log_in("bob@example.com", here)) == 0s);
  clock.advance(30s);
  CHECK(wait_of(from_here) == 0s);
}

TEST_CASE_FIXTURE(Fixture, "security/throttle: failures count for the address, whatever they try") {
  for (int i = 0; i < 5; ++i) fail(Throttle::log_in(std::to_string(i) + "@example.com", here), 1);
  CHECK(wait_of(Throttle::log_in("new@example.com", here)) == 2s);
  CHECK(wait_of(Throttle::log_in("new@example.com", "127.0.0.2")) == 0s);
  clock.advance(500ms);
  CHECK(wait_of(Throttle::log_in("new@example.com", here)) == 2s);  // whole seconds, rounded up
  clock.advance(1400ms);
  CHECK(wait_of(Throttle::log_in("new@example.com", here)) == 1s);
}

TEST_CASE_FIXTURE(Fixture,
                  "security/throttle: nobody who is logged in waits for those who fail to log in") {
  for (int i = 0; i < 9; ++i) {
    fail(Throttle::log_in("ann@example.com", here), 9);
    fail(Throttle::log_in("9", here), 9);
  }
  CHECK(wait_of(Throttle::log_in("ann@example.com", here)) > 0s);
  CHECK(wait_of(Throttle::password_check("ann@example.com", here)) == 0s);
  CHECK(wait_of(Throttle::password_check("9", here)) == 0s);
  CHECK(wait_of([&] { throttle.admit_failed_refresh(here); }) == 0s);
  CHECK(wait_to_sign_up(here) == 0s);
  fail(Throttle::password_check("9", here), 2);
  CHECK(wait_of(Throttle::password_check("9", here)) == 30s);
  CHECK(wait_of(Throttle::password_check("8", here)) == 0s);
}

TEST_CASE_FIXTURE(Fixture, "security/throttle: bad refresh tokens count for the address") {
  for (int i = 0; i < 5; ++i) {
    CHECK(wait_of([&] { throttle.admit_failed_refresh(here); }) == 0s);
  }
  CHECK(wait_of([&] { throttle.admit_failed_refresh(here); }) == 2s);
  CHECK(wait_of([&] { throttle.admit_failed_refresh("192.0.2.1"); }) == 0s);
}

TEST_CASE_FIXTURE(Fixture, "security/throttle: sign-ups count for the address") {
  for (int i = 0; i < 3; ++i) CHECK(wait_to_sign_up(here) == 0s);
  CHECK(wait_to_sign_up(here) == 10s);
  CHECK(wait_to_sign_up("::1") == 0s);
  clock.advance(10s);
  CHECK(wait_to_sign_up(here) == 0s);
  CHECK(wait_to_sign_up(here) == 10s);
}

TEST_CASE_FIXTURE(Fixture, "security/throttle: addresses of IPv6 count by their first 64 bits") {
  CHECK(wait_to_sign_up("2001:db8::1") == 0s);
  CHECK(wait_to_sign_up("2001:db8:0:0:ffff::2") == 0s);
  CHECK(wait_to_sign_up("2001:DB8::") == 0s);
  CHECK(wait_to_sign_up("2001:db8::ffff") == 10s);
  CHECK(wait_to_sign_up("2001:db8:0:1::1") == 0s);
}

TEST_CASE("security/throttle: without limits nobody waits") {
  const testing::FakeClock clock;
  Throttle throttle(clock, std::nullopt);
  const auto attempt = Throttle::log_in("ann@example.com", here);
  for (int i = 0; i < 10'000; ++i) throttle.note_failure(attempt);
  CHECK_NOTHROW(throttle.check(attempt));
  CHECK_NOTHROW(throttle.admit_signup(here));
  CHECK_NOTHROW(throttle.admit_failed_refresh(here));
}

TEST_CASE("security/throttle: the defaults are those that are documented") {
  const Throttle::Limits limits;
  CHECK(limits.failures_per_account.at_once == 20);
  CHECK(limits.failures_per_account.then_every == 30s);
  CHECK(limits.failures_per_address.at_once == 100);
  CHECK(limits.failures_per_address.then_every == 2s);
  CHECK(limits.signups_per_address.at_once == 60);
  CHECK(limits.signups_per_address.then_every == 10s);
}

}  // namespace taskdock::security
