#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "support/json_value.h"
#include "system/directory.h"

namespace taskdock::cli {

/// A small file that holds one JSON object, such as those in which Taskdock's processes tell each
/// other of themselves.
class JsonFile {
 public:
  /// Reads the file `name` of `directory`. Nothing if it is missing, is not a regular file, or does
  /// not hold one JSON object in its first 64 KiB.
  static std::optional<JsonFile> read(const system::Directory& directory, const std::string& name);

  /// The members called `name`. Nothing if there is none, or it has another type.
  std::optional<std::string> text(std::string_view name) const;
  std::optional<int> number(std::string_view name) const;

 private:
  explicit JsonFile(std::string content) : content_(std::move(content)) {}

  support::JsonValue member(std::string_view name) const;

  std::string content_;  // one JSON object
};

}  // namespace taskdock::cli
