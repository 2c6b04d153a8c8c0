// Idempotency keys. A key is 1 to 255 visible characters, and has one text with quotation marks.
#include "api/idempotency_key.h"

#include <algorithm>
#include <string>

#include "property.h"

using taskdock::fuzz::require;

namespace api = taskdock::api;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = taskdock::fuzz::as_text(data, size);
  const auto key = api::parse_idempotency_key(text);
  if (!key) return 0;
  require(!key->empty() && key->size() <= 255, "a key has 1 to 255 characters");
  require(std::ranges::all_of(*key, [](char c) { return c >= '!' && c <= '~'; }),
          "a key is visible");
  std::string quoted = "\"";
  for (const char c : *key) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  require(api::parse_idempotency_key(quoted + '"') == key, "a key can be quoted");
  require(text.front() == '"' || *key == text, "without quotation marks a text is itself");
  return 0;
}
