#include "system/thread_priority.h"

#include <sys/resource.h>

namespace taskdock::system {

void yield_to_others() noexcept {
  // To Linux 0 is the calling thread, and not its process (setpriority(2), "C library/kernel
  // differences").
  constexpr int lowest = 19;
  ::setpriority(PRIO_PROCESS, 0, lowest);
}

}  // namespace taskdock::system
