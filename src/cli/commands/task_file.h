#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/import_reading.h"
#include "cli/progress_line.h"
#include "formats/format.h"
#include "store/store.h"
#include "system/file_descriptor.h"

/// What export and import share.
namespace taskdock::cli {

/// Standard input or output, where a file could be named.
inline constexpr const char* standard_stream = "-";

/// The user with this email. Without one it is the only user there is; throws Failure where there
/// are several, or none.
store::User choose_user(store::Store& store, const std::optional<std::string>& email);

/// The formats that have a writer, or a reader, as a list for people.
std::string list_formats(bool to_write);

/// The format called `name`, which must have a writer, or a reader. Throws WrongValue.
const formats::Format& read_format(const std::string& name, bool to_write);

/// The extension of `file` as formats have them: without its dot.
std::string extension_of(const std::filesystem::path& file);

/// A file to import. That of standard input is copied to a file without a name first: it may be
/// read twice, and who writes to it may be slow.
class TaskFileSource final : public api::ImportSource {
 public:
  /// Throws Failure, which says what to do.
  explicit TaskFileSource(const std::filesystem::path& file);

  void rewind() override { offset_ = 0; }
  std::string_view next() override;

  /// The first bytes.
  std::string beginning();

  /// From now on `line`, which must outlive the reading, shows how far it was read, for `what`.
  void show_on(ProgressLine* line, std::string_view what) {
    line_ = line;
    what_ = what;
  }

 private:
  system::FileDescriptor file_;
  std::uint64_t bytes_ = 0;
  std::uint64_t offset_ = 0;
  std::vector<char> piece_;
  ProgressLine* line_ = nullptr;
  std::string_view what_ = {};
};

}  // namespace taskdock::cli
