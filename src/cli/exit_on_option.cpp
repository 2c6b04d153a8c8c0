#include "cli/exit_on_option.h"

#include <limits>
#include <string>
#include <system_error>

#include "cli/failure.h"
#include "cli/values.h"

namespace taskdock::cli {

namespace {

/// Throws WrongValue unless standard input ends when the process that holds its other end does.
void require_stream() {
  const std::string advice =
      "; start it with a pipe as its standard input, or use --exit-on parent";
  switch (system::standard_input_kind()) {
    case system::InputKind::stream:
      return;
    case system::InputKind::terminal:
      throw WrongValue("standard input is a terminal" + advice);
    case system::InputKind::null:
      throw WrongValue("standard input is closed or /dev/null, which ends at once" + advice);
    case system::InputKind::other:
      throw WrongValue("standard input is not a pipe" + advice);
  }
}

/// Calls `open`; what the system says becomes a WrongValue.
template <class Open>
std::optional<system::Process> open_process(Open open) {
  try {
    return open();
  } catch (const std::system_error& error) {
    const bool is_outside = error.code() == std::errc::no_such_process;
    throw WrongValue((is_outside
                          ? std::string("the parent process is not visible from this container")
                          : "the system cannot watch a process, which needs Linux 5.3 (" +
                                error.code().message() + ')') +
                     "; use --exit-on stdin");
  }
}

}  // namespace

void ExitOnOption::declare(OptionList& list) {
  list.add_repeatable(
      "--exit-on", "WHAT", "none",
      "Stop when standard input ends (stdin), the process that started this one ends (parent), or "
      "the process with the id N ends (pid:N); several are separated by commas",
      [this](const Given& given) { read(given); });
}

void ExitOnOption::read(const Given& given) {
  using Kind = Target::Kind;
  const std::string prefix = "pid:";
  for (const std::string& part : split(given.text)) {
    if (part == "stdin") {
      targets_.push_back({Kind::input, 0, given.source});
    } else if (part == "parent") {
      targets_.push_back({Kind::parent, 0, given.source});
    } else if (part.starts_with(prefix)) {
      targets_.push_back(
          {Kind::process,
           read_whole(part.substr(prefix.size()), 1, std::numeric_limits<std::int32_t>::max()),
           given.source});
    } else {
      throw WrongValue("'" + part + "' is not one of stdin, parent, pid:N, such as pid:1234");
    }
  }
}

std::optional<system::StopEvents::Watched> ExitOnOption::open() const {
  system::StopEvents::Watched watched;
  for (const Target& target : targets_) {
    try {
      if (target.kind == Target::Kind::input) {
        require_stream();
        watched.input = true;
        continue;
      }
      const bool is_parent = target.kind == Target::Kind::parent;
      auto process = open_process([&] {
        return is_parent ? system::Process::open_parent() : system::Process::open(target.id);
      });
      if (process) {
        watched.processes.push_back(*std::move(process));
      } else if (is_parent) {
        return std::nullopt;
      } else {
        throw WrongValue("there is no process with the id " + std::to_string(target.id) +
                         "; give the id of a running process");
      }
    } catch (const WrongValue& error) {
      throw WrongValue(target.source + ": " + error.what());
    }
  }
  return watched;
}

}  // namespace taskdock::cli
