#include "security/throttle.h"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "testing/allocations.h"
#include "testing/fakes.h"

namespace taskdock::security {

using namespace std::chrono_literals;
using std::chrono::seconds;

namespace {

/// How long the throttle asks to wait; zero if it does not.
template <class Call>
seconds wait_of(Call call) {
  try {
    call();
  } catch (const Throttle::TooManyAttempts& error) {
    return error.retry_after();
  }
  return 0s;
}

const std::string here = "127.0.0.1";

/// A throttle of few, so that its limits are soon met. It waits for other attempts as long as they
/// need, unless a test says otherwise.
struct FewAttempts {
  explicit FewAttempts(std::chrono::milliseconds patience = 1min)
      : throttle(clock,
                 Throttle::Limits{.failures_per_account = {2, 30s},
                                  .failures_per_address = {5, 2s},
                                  .signups_per_address = {3, 10s}},
                 patience) {}

  testing::FakeClock clock;
  Throttle throttle;

  // Attempts that fail; how long they are to wait instead, if they may not be made.
  seconds fail_log_in(const std::string& email, const std::string& address = here) {
    return wait_of([&] { throttle.start_log_in(email, address).count(); });
  }
  seconds fail_password(const std::string& user_id, const std::string& address = here) {
    return wait_of([&] { throttle.start_password_check(user_id, address).count(); });
  }
  seconds fail_refresh(const std::string& address) {
    return wait_of([&] { throttle.count_failed_refresh(address); });
  }
  seconds sign_up(const std::string& address) {
    return wait_of([&] { throttle.start_signup(address).count(); });
  }
  // Attempts that succeed.
  seconds log_in(const std::string& email, const std::string& address = here) {
    return wait_of([&] { throttle.start_log_in(email, address); });
  }
  seconds check_password(const std::string& user_id, const std::string& address = here) {
    return wait_of([&] { throttle.start_password_check(user_id, address); });
  }
};

/// Runs `attempt` in `count` threads that all begin at once; how many of them were not refused.
template <class Attempt>
int admitted_of(int count, Attempt attempt) {
  std::atomic<int> admitted = 0;
  std::latch start(count);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        admitted += wait_of([&] { attempt(i); }) == 0s ? 1 : 0;
      });
    }
  }
  return admitted;
}

}  // namespace

TEST_CASE("security/throttle: an attempt that there is no memory for reserves nothing") {
  FewAttempts fixture(0ms);
  bool has_started = false;
  for (std::size_t count = 0; !has_started; ++count) {
    const testing::AllocationLimit limit(count);
    try {
      fixture.throttle.start_log_in("ann@example.com", here);
      has_started = true;
    } catch (const std::bad_alloc&) {
    }
  }
  CHECK(fixture.fail_log_in("ann@example.com") == 0s);
  CHECK(fixture.fail_log_in("ann@example.com") == 0s);
  CHECK(fixture.fail_log_in("ann@example.com") > 0s);
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: of failures that are made at once exactly the allowance is "
                  "let through") {
  for (int round = 0; round < 50; ++round) {
    CHECK(admitted_of(8, [&](int) {
            Throttle::Attempt attempt = throttle.start_log_in("ann@example.com", here);
            std::this_thread::yield();  // as the work on the password would
            attempt.count();
          }) == 2);
    clock.advance(60s);
  }
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: of failures for many accounts at once exactly what the "
                  "network is allowed is let through") {
  for (int round = 0; round < 50; ++round) {
    CHECK(admitted_of(8, [&](int i) {
            Throttle::Attempt attempt = throttle.start_log_in(std::to_string(i), here);
            std::this_thread::yield();
            attempt.count();
          }) == 5);
    clock.advance(300s);
  }
}

TEST_CASE("security/throttle: an attempt under way has taken its place already") {
  FewAttempts impatient(0ms);
  Throttle::Attempt first = impatient.throttle.start_log_in("ann@example.com", here);
  const Throttle::Attempt second = impatient.throttle.start_log_in("ann@example.com", here);
  CHECK(impatient.log_in("ann@example.com") == 1s);  // those under way may well succeed
  CHECK(impatient.log_in("bob@example.com") == 0s);
  first.count();
  CHECK(impatient.log_in("ann@example.com") == 1s);
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: what succeeds is never counted, at no limit's edge") {
  CHECK(fail_log_in("ann@example.com") == 0s);
  for (int i = 0; i < 100; ++i) CHECK(log_in("ann@example.com") == 0s);
  CHECK(fail_log_in("ann@example.com") == 0s);
  CHECK(log_in("ann@example.com") == 30s);
  for (int i = 0; i < 3; ++i) CHECK(fail_password(std::to_string(i)) == 0s);
  CHECK(fail_password("9") == 0s);
  for (int i = 0; i < 100; ++i) CHECK(check_password("9") == 0s);
  CHECK(fail_password("9") == 0s);
  CHECK(check_password("9") == 30s);
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: what succeeds at once is let through, however little is "
                  "left") {
  CHECK(fail_log_in("ann@example.com") == 0s);
  for (int round = 0; round < 20; ++round) {
    CHECK(admitted_of(8, [&](int) {
            const Throttle::Attempt attempt = throttle.start_log_in("ann@example.com", here);
            std::this_thread::yield();
          }) == 8);
  }
  CHECK(fail_log_in("ann@example.com") == 0s);
  CHECK(fail_log_in("ann@example.com") == 30s);
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: an attempt that could not be carried out gives back what it "
                  "reserved") {
  for (int i = 0; i < 100; ++i) {
    CHECK_THROWS_AS(
        {
          Throttle::Attempt log_in = throttle.start_log_in("ann@example.com", here);
          Throttle::Attempt check = throttle.start_password_check("9", here);
          Throttle::Attempt signup = throttle.start_signup(here);
          throw std::runtime_error("too busy");
        },
        std::runtime_error);
  }
  for (int i = 0; i < 2; ++i) {
    CHECK(fail_log_in("ann@example.com") == 0s);
    CHECK(fail_password("9") == 0s);
    CHECK(sign_up(here) == 0s);
  }
}

TEST_CASE_FIXTURE(FewAttempts, "security/throttle: a refused attempt reserves nothing") {
  for (int i = 0; i < 2; ++i) CHECK(fail_log_in("ann@example.com") == 0s);
  for (int i = 0; i < 100; ++i) CHECK(fail_log_in("ann@example.com") == 30s);
  for (int i = 0; i < 3; ++i) CHECK(fail_log_in(std::to_string(i)) == 0s);
  CHECK(fail_log_in("new@example.com") == 2s);
  clock.advance(30s);
  CHECK(fail_log_in("ann@example.com") == 0s);
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: an attempt is counted once, also after it moved") {
  {
    Throttle::Attempt first = throttle.start_log_in("ann@example.com", here);
    Throttle::Attempt attempt = std::move(first);
    attempt.count();
    attempt.count();
  }
  CHECK(fail_log_in("ann@example.com") == 0s);
  CHECK(fail_log_in("ann@example.com") == 30s);
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: failures from one network keep nobody out on another") {
  for (int i = 0; i < 2; ++i) CHECK(fail_log_in("ann@example.com", "192.0.2.1") == 0s);
  for (int i = 0; i < 1000; ++i) CHECK(fail_log_in("ann@example.com", "192.0.2.1") == 30s);
  CHECK(log_in("ann@example.com", "192.0.2.2") == 0s);
  CHECK(log_in("ann@example.com", "2001:db8::1") == 0s);
  CHECK(log_in("bob@example.com", "192.0.2.1") == 0s);
  for (int i = 0; i < 2; ++i) CHECK(fail_password("9", "2001:db8::1") == 0s);
  CHECK(check_password("9", "2001:db8::2") == 30s);
  CHECK(check_password("9", "2001:db8:0:1::1") == 0s);
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: an account as a whole may fail ten times as often as from "
                  "one network") {
  for (int i = 0; i < 20; ++i) {
    CHECK(fail_log_in("ann@example.com", "192.0.2." + std::to_string(i)) == 0s);
  }
  CHECK(log_in("ann@example.com", here) == 3s);
  CHECK(log_in("bob@example.com", here) == 0s);
  clock.advance(3s);
  CHECK(fail_log_in("ann@example.com", here) == 0s);
  CHECK(log_in("ann@example.com", "192.0.2.99") == 3s);
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: failures count for the network, whatever they try") {
  for (int i = 0; i < 5; ++i) CHECK(fail_log_in(std::to_string(i) + "@example.com") == 0s);
  CHECK(log_in("new@example.com") == 2s);
  CHECK(log_in("new@example.com", "127.0.0.2") == 0s);
  clock.advance(500ms);
  CHECK(log_in("new@example.com") == 2s);  // whole seconds, rounded up
  clock.advance(1400ms);
  CHECK(log_in("new@example.com") == 1s);
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: nobody who is logged in waits for those who fail to log in") {
  for (int i = 0; i < 9; ++i) {
    fail_log_in("ann@example.com");
    fail_log_in("9");
  }
  CHECK(log_in("ann@example.com") > 0s);
  CHECK(check_password("ann@example.com") == 0s);
  CHECK(check_password("9") == 0s);
  CHECK(fail_refresh(here) == 0s);
  CHECK(sign_up(here) == 0s);
  for (int i = 0; i < 2; ++i) CHECK(fail_password("9") == 0s);
  CHECK(check_password("9") == 30s);
  CHECK(check_password("8") == 0s);
}

TEST_CASE_FIXTURE(FewAttempts, "security/throttle: bad refresh tokens count for the network") {
  for (int i = 0; i < 5; ++i) CHECK(fail_refresh(here) == 0s);
  CHECK(fail_refresh(here) == 2s);
  CHECK(fail_refresh("192.0.2.1") == 0s);
}

TEST_CASE_FIXTURE(FewAttempts, "security/throttle: sign-ups count for the network") {
  for (int i = 0; i < 3; ++i) CHECK(sign_up(here) == 0s);
  CHECK(sign_up(here) == 10s);
  CHECK(sign_up("::1") == 0s);
  clock.advance(10s);
  CHECK(sign_up(here) == 0s);
  CHECK(sign_up(here) == 10s);
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: addresses of IPv6 count by their first 64 bits") {
  CHECK(sign_up("2001:db8::1") == 0s);
  CHECK(sign_up("2001:db8:0:0:ffff::2") == 0s);
  CHECK(sign_up("2001:DB8::") == 0s);
  CHECK(sign_up("2001:db8::ffff") == 10s);
  CHECK(sign_up("2001:db8:0:1::1") == 0s);
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: a clock that is set back keeps nobody out, and lets nobody "
                  "guess more") {
  for (const auto by : {std::chrono::microseconds(1s), std::chrono::microseconds(24h * 365)}) {
    for (int i = 0; i < 2; ++i) CHECK(fail_log_in("ann@example.com") == 0s);
    CHECK(log_in("ann@example.com") == 30s);
    clock.advance(-by);
    CHECK(log_in("ann@example.com") == 30s);
    clock.advance(29s);
    CHECK(log_in("ann@example.com") == 1s);
    clock.advance(1s);
    CHECK(fail_log_in("ann@example.com") == 0s);
    CHECK(log_in("ann@example.com") == 30s);
    clock.advance(60s);
  }
}

TEST_CASE_FIXTURE(FewAttempts,
                  "security/throttle: a clock that is set back during an attempt changes nothing") {
  {
    Throttle::Attempt attempt = throttle.start_log_in("ann@example.com", here);
    clock.advance(-1h);
    attempt.count();
  }
  CHECK(fail_log_in("ann@example.com") == 0s);
  CHECK(log_in("ann@example.com") == 30s);
  clock.advance(30s);
  CHECK(log_in("ann@example.com") == 0s);
}

TEST_CASE("security/throttle: without limits nobody waits") {
  const testing::FakeClock clock;
  Throttle throttle(clock, std::nullopt);
  for (int i = 0; i < 10'000; ++i) {
    throttle.start_log_in("ann@example.com", here).count();
    throttle.start_password_check("9", here).count();
    throttle.start_signup(here).count();
    throttle.count_failed_refresh(here);
  }
}

TEST_CASE("security/throttle: the defaults are those that are documented") {
  const Throttle::Limits limits;
  CHECK(limits.failures_per_account.at_once == 20);
  CHECK(limits.failures_per_account.then_every == 30s);
  CHECK(limits.failures_per_address.at_once == 100);
  CHECK(limits.failures_per_address.then_every == 2s);
  CHECK(limits.signups_per_address.at_once == 60);
  CHECK(limits.signups_per_address.then_every == 10s);
  CHECK(Throttle::account_factor == 10);
}

}  // namespace taskdock::security
