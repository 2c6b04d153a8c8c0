#pragma once

#include <unistd.h>

#include "system/process.h"

namespace taskdock::system {

/// A pidfd (pidfd_open(2)): it becomes readable when the process has ended.
struct Process::State {
  State(std::int64_t of, int opened) : id(of), descriptor(opened) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { ::close(descriptor); }

  const std::int64_t id;
  const int descriptor;
};

}  // namespace taskdock::system
