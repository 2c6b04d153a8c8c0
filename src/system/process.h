#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "system/directory.h"

namespace taskdock::system {

/// Another process, by a handle that stays with this one process: it never means a later process
/// that got the same id.
class Process {
 public:
  /// The process with this id, or nothing if there is none. Throws std::system_error if the system
  /// does not let it be watched.
  static std::optional<Process> open(std::int64_t id);

  /// The process that started this one, or nothing if it has ended already: then another process,
  /// which only inherits this one, must not be taken for it. Throws std::system_error;
  /// no_such_process where it is not visible from here, as from inside a container.
  static std::optional<Process> open_parent();

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  std::int64_t id() const;

  /// Asks it to stop in an orderly way. Throws std::system_error: operation_not_permitted where it
  /// is another user's.
  void ask_to_stop() const;

  /// Waits until it has ended, however, for as long as `patience`; whether it has.
  bool wait_for_end(std::chrono::milliseconds patience) const;

  /// Whether it has `directory` open as well. Nothing if the system does not tell.
  std::optional<bool> has_open(const Directory& directory) const;

 private:
  friend class StopEvents;
  struct State;
  explicit Process(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;  // null: moved from
};

}  // namespace taskdock::system
