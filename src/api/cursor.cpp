#include "api/cursor.h"

#include <algorithm>
#include <cstdint>

#include "security/base64url.h"
#include "support/fnv1a.h"

namespace taskdock::api {

namespace {

// The bytes behind the base64url: the version of this form, the check, the id, the value.
constexpr char form_version = 1;
constexpr std::size_t check_offset = 1;
constexpr std::size_t id_offset = check_offset + sizeof(std::uint32_t);
constexpr std::size_t value_offset = id_offset + sizeof(support::Uuid::bytes);

/// Against mistakes. There is nothing to protect: a cursor only says where in the caller's own list
/// to begin.
std::uint32_t check_of(std::string_view query, std::string_view place) {
  support::Fnv1a<std::uint32_t> hash;
  hash.add(query);
  hash.add(place);
  return hash.value();
}

}  // namespace

std::string encode_cursor(const Cursor& cursor, std::string_view query) {
  std::string bytes(id_offset, form_version);
  bytes.append(cursor.id.bytes.begin(), cursor.id.bytes.end());
  bytes += cursor.value;
  std::uint32_t check = check_of(query, std::string_view(bytes).substr(id_offset));
  for (std::size_t i = check_offset; i < id_offset; ++i, check >>= 8) {
    bytes[i] = static_cast<char>(check & 0xff);
  }
  return security::encode_base64url(security::as_bytes(bytes));
}

std::optional<Cursor> decode_cursor(std::string_view text, std::string_view query) {
  if (const auto id = support::Uuid::parse(text)) return Cursor{*id};
  const auto decoded = security::decode_base64url(text);
  if (!decoded) return std::nullopt;
  const std::string_view bytes = security::as_text(*decoded);
  if (bytes.size() < value_offset || bytes[0] != form_version) return std::nullopt;
  Cursor cursor;
  std::copy_n(decoded->begin() + id_offset, cursor.id.bytes.size(), cursor.id.bytes.begin());
  cursor.value = bytes.substr(value_offset);
  if (encode_cursor(cursor, query) != text) return std::nullopt;
  return cursor;
}

}  // namespace taskdock::api
