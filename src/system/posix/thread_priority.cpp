#include "system/thread_priority.h"

#include <sys/resource.h>

namespace taskdock::system {

void yield_to_others() noexcept {
  // To Linux 0 is the calling thread, and not its process (setpriority(2), "C library/kernel
  // differences").
  // A tenth of the usual share where all are busy (sched(7), "The nice value"): at the lowest, 19,
  // a backup would take for ever there.
  constexpr int niceness = 10;
  if (::getpriority(PRIO_PROCESS, 0) < niceness) ::setpriority(PRIO_PROCESS, 0, niceness);
}

}  // namespace taskdock::system
