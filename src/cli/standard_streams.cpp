#include "cli/standard_streams.h"

#include <string>
#include <system_error>

#include "cli/failure.h"
#include "system/standard_streams.h"

namespace taskdock::cli {

void open_standard_descriptors() {
  try {
    system::open_missing_standard_streams();
  } catch (const std::system_error& error) {
    throw Failure(ExitStatus::failed,
                  "/dev/null cannot be opened in place of a standard stream that is closed: " +
                      error.code().message());
  }
}

void write_output(std::string_view text) {
  try {
    system::write_to_standard_output(text);
  } catch (const std::system_error& error) {
    throw Failure(ExitStatus::failed,
                  "standard output cannot be written to: " + error.code().message() +
                      "; send it to where somebody reads it, or to /dev/null");
  }
}

void write_report(const std::string& report) {
  try {
    write_output(report);
  } catch (const Failure& failure) {
    std::string line = report.substr(0, report.find_last_not_of('\n') + 1);
    for (std::size_t end = 0; (end = line.find('\n', end)) != std::string::npos;) {
      line.replace(end, 1, "; ");
    }
    throw Failure(failure.status(), "it is done (" + line + "), but " + failure.what());
  }
}

}  // namespace taskdock::cli
