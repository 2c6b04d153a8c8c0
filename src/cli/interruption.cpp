#include "cli/interruption.h"

#include <cstdlib>
#include <utility>

#include "cli/failure.h"
#include "system/standard_streams.h"
#include "system/unfinished_file.h"

namespace taskdock::cli {

Interruption::Interruption(std::function<void()> tidy)
    : tidy_(std::move(tidy)), events_({}), thread_([this] { wait(); }) {}

Interruption::~Interruption() {
  events_.wake();
  thread_.join();
}

void Interruption::wait() {
  if (events_.wait() != system::StopEvents::Event::signal) return;
  system::abandon_unfinished_files();
  if (tidy_) tidy_();
  system::write_to_standard_error("taskdock: interrupted; what was not finished is not kept\n");
  std::_Exit(static_cast<int>(ExitStatus::failed));
}

}  // namespace taskdock::cli
