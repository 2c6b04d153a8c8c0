#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "support/uuid.h"

namespace taskdock::api {

/// A place in a sorted list: behind the entry with these values.
struct Cursor {
  support::Uuid id;
  std::string value = {};  // what the list is sorted by before the id; empty if by the id alone
};

/// `cursor` as an opaque text for a client, of the characters of base64url. `query` names the list
/// it is a place in: its filter and its order, but not the size of its pages.
std::string encode_cursor(const Cursor& cursor, std::string_view query);

/// The cursor that `text` stands for; nothing if it is none, or one of another list than `query`. A
/// UUID, which earlier versions gave out, is the place behind the entry with that id.
std::optional<Cursor> decode_cursor(std::string_view text, std::string_view query);

}  // namespace taskdock::api
