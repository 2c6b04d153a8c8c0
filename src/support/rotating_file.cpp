#include "support/rotating_file.h"

#include <spdlog/sinks/rotating_file_sink.h>

#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace taskdock::support {

namespace {

/// Whether `file`, which is not empty, ends with a whole line.
bool ends_with_line(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(-1, std::ios::end);
  return stream.get() == '\n';
}

}  // namespace

RotatingFile::RotatingFile(LogFile file) : options_(std::move(file)) {
  file_.open(options_.path.string());
  size_ = file_.size();
  // The disk may have been full in the middle of a line.
  if (size_ == 0 || ends_with_line(options_.path)) return;
  constexpr std::string_view line_feed = "\n";
  spdlog::memory_buf_t end;
  end.append(line_feed.data(), line_feed.data() + line_feed.size());
  file_.write(end);
  size_ += line_feed.size();
}

void RotatingFile::write(const spdlog::memory_buf_t& line) {
  ++pending_;
  if (size_ > 0 && size_ + line.size() > options_.max_bytes) rotate();
  file_.write(line);
  size_ += line.size();
}

void RotatingFile::flush() {
  file_.flush();
  pending_ = 0;
}

/// Renames the files, the oldest first, which goes if all are there, and begins a new one for the
/// line that is to be written.
void RotatingFile::rotate() {
  flush();
  pending_ = 1;
  file_.close();
  const auto name = [this](std::size_t age) {
    return spdlog::sinks::rotating_file_sink_st::calc_filename(options_.path.string(), age);
  };
  // From the first that is free: if an earlier attempt has ended in between, none goes for it.
  std::size_t oldest = 1;
  while (oldest < options_.keep && std::filesystem::exists(name(oldest))) ++oldest;
  for (std::size_t age = oldest; age > 0; --age) {
    std::error_code error;
    std::filesystem::rename(name(age - 1), name(age), error);
    if (error && error != std::errc::no_such_file_or_directory) {
      throw std::system_error(error, "it cannot be renamed to " + name(age));
    }
  }
  file_.open(options_.path.string());
  size_ = 0;
}

}  // namespace taskdock::support
