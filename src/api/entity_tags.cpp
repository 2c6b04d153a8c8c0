#include "api/entity_tags.h"

#include <algorithm>

#include "support/text.h"

namespace taskdock::api {

namespace {

constexpr std::string_view weak_prefix = "W/";

bool may_be_in_tag(char c) {
  return c != '"' && c != '\x7f' && (static_cast<unsigned char>(c) > ' ');
}

/// How long the entity tag is that `text` begins with; 0 if it begins with none.
std::size_t tag_length(std::string_view text) {
  const std::size_t open = text.starts_with(weak_prefix) ? weak_prefix.size() : 0;
  if (!text.substr(open).starts_with('"')) return 0;
  const std::size_t close = text.find('"', open + 1);
  if (close == std::string_view::npos) return 0;
  return std::ranges::all_of(text.substr(open + 1, close - open - 1), may_be_in_tag) ? close + 1
                                                                                     : 0;
}

bool are_equal(std::string_view tag, std::string_view other, Comparison comparison) {
  if (comparison == Comparison::strong) return tag == other && !tag.starts_with(weak_prefix);
  for (std::string_view* const each : {&tag, &other}) {
    if (each->starts_with(weak_prefix)) each->remove_prefix(weak_prefix.size());
  }
  return tag == other;
}

}  // namespace

std::optional<bool> lists_etag(std::string_view list, std::optional<std::string_view> etag,
                               Comparison comparison) {
  list = support::trim_blanks(list);
  if (list == "*") return etag.has_value();
  bool has_any = false;
  bool is_listed = false;
  for (;;) {
    // Elements may be empty (RFC 9110, 5.6.1.2).
    if (const std::size_t length = tag_length(list); length > 0) {
      has_any = true;
      is_listed = is_listed || (etag && are_equal(list.substr(0, length), *etag, comparison));
      list = support::trim_blanks(list.substr(length));
    }
    if (list.empty()) break;
    if (list.front() != ',') return std::nullopt;
    list = support::trim_blanks(list.substr(1));
  }
  if (!has_any) return std::nullopt;
  return is_listed;
}

}  // namespace taskdock::api
