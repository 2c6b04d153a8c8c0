#pragma once

#include <string_view>

namespace taskdock::api {

/// A file that is part of the executable (src/api/pages).
struct EmbeddedFile {
  std::string_view name;
  std::string_view hashed_name;  // changes with the content, so that it may be cached for ever
  std::string_view media_type;
  std::string_view gzipped;
};

/// The file called `name`, which must be one of those that are embedded.
const EmbeddedFile& embedded_file(std::string_view name);

/// The file with this hashed name; null if there is none.
const EmbeddedFile* find_embedded_file(std::string_view hashed_name);

}  // namespace taskdock::api
