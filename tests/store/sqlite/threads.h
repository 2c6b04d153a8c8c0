#pragma once

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace taskdock::store::sqlite {

/// Where threads say who they are, just before a call that will put them to sleep.
class Sleepers {
 public:
  explicit Sleepers(std::size_t count) : ids_(count) {}

  void about_to_sleep(std::size_t index) { ids_[index] = ::gettid(); }

  /// Waits until every one of them sleeps in the kernel. Two looks must find each asleep without
  /// having run in between: then all have slept at one moment, so that none of them merely waits
  /// for a lock that another one holds.
  void await() const {
    for (;;) {
      const std::string first = look();
      if (!first.empty() && first == look()) return;
      std::this_thread::yield();
    }
  }

 private:
  /// How often each has gone to sleep; empty if one of them is awake.
  std::string look() const {
    std::string switches;
    for (const std::atomic<pid_t>& id : ids_) {
      if (id == 0) return {};
      std::ifstream status("/proc/self/task/" + std::to_string(id) + "/status");
      bool asleep = false;
      for (std::string line; std::getline(status, line);) {
        if (line.starts_with("State:")) asleep = line.find('S', 6) != std::string::npos;
        if (line.starts_with("voluntary_ctxt_switches:")) switches += line;
      }
      if (!asleep) return {};
    }
    return switches;
  }

  std::vector<std::atomic<pid_t>> ids_;
};

}  // namespace taskdock::store::sqlite
