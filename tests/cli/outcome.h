#pragma once

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "testing/process.h"

namespace taskdock::testing {

/// What `taskdock arguments...` leaves behind when it ends by itself.
inline Finished run(const Process::Strings& arguments, const Process::Strings& environment = {}) {
  return Process(arguments, environment).wait();
}

inline auto count_lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

/// Whether `errors` is one line that the program says about itself.
inline bool is_one_complaint(const std::string& errors) {
  return errors.starts_with("taskdock: ") && errors.ends_with('\n') && count_lines(errors) == 1;
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline std::string content_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

inline void write_file(const std::filesystem::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary) << content;
}

}  // namespace taskdock::testing
