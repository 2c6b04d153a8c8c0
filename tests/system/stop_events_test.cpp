#include "system/stop_events.h"

#include <doctest/doctest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <ctime>
#include <latch>
#include <thread>

namespace taskdock::system {

TEST_CASE("system/stop_events: a wait that the system refuses takes no processor time, and ends") {
  sigset_t signals;
  REQUIRE(::pthread_sigmask(SIG_SETMASK, nullptr, &signals) == 0);
  StopEvents events({});  // blocks some, which other tests need
  REQUIRE(::pthread_sigmask(SIG_SETMASK, &signals, nullptr) == 0);
  StopEvents::Event event{};
  std::latch can_wait(1);
  std::thread waiting([&] {
    can_wait.wait();
    event = events.wait();
  });
  rlimit files{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
  // poll(2) fails at once while it is given more files than this limit.
  const rlimit none{.rlim_cur = 1, .rlim_max = files.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  can_wait.count_down();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  clockid_t clock{};
  timespec used{};
  const bool is_known = ::pthread_getcpuclockid(waiting.native_handle(), &clock) == 0 &&
                        ::clock_gettime(clock, &used) == 0;
  ::setrlimit(RLIMIT_NOFILE, &files);
  events.wake();
  waiting.join();
  CHECK(event == StopEvents::Event::woken);
  REQUIRE(is_known);
  CHECK(used.tv_sec == 0);
  CHECK(used.tv_nsec < 100'000'000);
}

}  // namespace taskdock::system
