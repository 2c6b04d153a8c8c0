// Cursors. A cursor has one text for each list, and the text of one list is none of another's.
#include <algorithm>
#include <string>

#include "api/cursor.h"
#include "property.h"

using taskdock::fuzz::require;

namespace api = taskdock::api;
namespace support = taskdock::support;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = taskdock::fuzz::as_text(data, size);
  const std::string query = "completed=true";
  if (const auto cursor = api::decode_cursor(text, query)) {
    const std::string encoded = api::encode_cursor(*cursor, query);
    const auto again = api::decode_cursor(encoded, query);
    require(again && again->id == cursor->id && again->value == cursor->value,
            "a cursor that is written is read to be the same");
    require(encoded == text || support::Uuid::parse(text) == cursor->id,
            "a cursor has one text, or is an earlier version's");
  }

  api::Cursor cursor{.id = {}, .value = std::string(text)};
  for (std::size_t i = 0; i < std::min<std::size_t>(size, 16); ++i) cursor.id.bytes[i] = data[i];
  const std::string encoded = api::encode_cursor(cursor, query);
  const auto decoded = api::decode_cursor(encoded, query);
  require(decoded && decoded->id == cursor.id && decoded->value == cursor.value,
          "any place can be told");
  require(
      encoded.find_first_not_of(
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos,
      "a cursor needs no escapes in a query");
  return 0;
}
