#include "system/thread_priority.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <thread>

namespace taskdock::system {

TEST_CASE(
    "system/thread_priority: a thread that yields, and what it starts, has a low one, others do "
    "not") {
  const auto priority = [] { return ::getpriority(PRIO_PROCESS, 0); };
  const int before = priority();
  int yielding = 0;
  int started = 0;
  std::thread([&] {
    yield_to_others();
    yielding = priority();
    std::thread([&] { started = priority(); }).join();
  }).join();
  CHECK(yielding == 10);
  CHECK(started == 10);
  CHECK(priority() == before);
}

}  // namespace taskdock::system
