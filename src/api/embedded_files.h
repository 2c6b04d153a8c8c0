#pragma once

#include <string_view>

namespace taskdock::api {

/// A file that is part of the executable (src/api/pages, src/web).
struct EmbeddedFile {
  std::string_view name;
  // Where it is served; changes with the content, so that it may be cached for ever. Empty: a
  // handler of its own does.
  std::string_view path;
  std::string_view hash;  // of the content
  std::string_view media_type;
  std::string_view gzipped;
};

/// The file called `name`, which must be one of those that are embedded.
const EmbeddedFile& embedded_file(std::string_view name);

/// The file that is served at `path`; null if there is none.
const EmbeddedFile* find_embedded_file(std::string_view path);

}  // namespace taskdock::api
