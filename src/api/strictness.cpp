#include "api/strictness.h"

#include <algorithm>

#include "api/read.h"
#include "support/text.h"

namespace taskdock::api {

namespace {

/// `name`, which may be any bytes of any length, as far as an error shows it: its first hundred
/// characters, with U+FFFD for bytes that are not UTF-8.
std::string shown_name(std::string_view name) {
  constexpr std::size_t max_characters = 100;
  std::string shown;
  std::size_t characters = 0;
  for (; !name.empty() && characters < max_characters; ++characters) {
    const std::size_t length = support::utf8_length(name);
    shown += length > 0 ? name.substr(0, length) : "\ufffd";
    name.remove_prefix(std::max<std::size_t>(length, 1));
  }
  if (!name.empty()) shown += "\u2026";
  return shown;
}

/// Collects the faults of one object, or of one query.
class UnknownNames {
 public:
  UnknownNames(std::span<const std::string_view> known, const Where& where, Strictness& strictness,
               Faults& faults)
      : known_(known),
        where_(where),
        strictness_(strictness),
        faults_(faults),
        first_(faults.size()) {}

  /// Whether no further fault would be reported.
  bool is_full() const { return strictness_.faults_left == 0; }

  /// Reports `name` if it is not known, once.
  void check(std::string_view name) {
    if (std::ranges::find(known_, name) != known_.end()) return;
    std::string shown = shown_name(name);
    for (std::size_t i = first_; i < faults_.size(); ++i) {
      if (faults_[i].location.unknown == shown) return;
    }
    Fault fault{where_.location(), "extra_forbidden", "Extra inputs are not permitted"};
    fault.location.unknown = std::move(shown);
    faults_.push_back(std::move(fault));
    --strictness_.faults_left;
  }

 private:
  std::span<const std::string_view> known_;
  const Where& where_;
  Strictness& strictness_;
  Faults& faults_;
  std::size_t first_;
};

}  // namespace

void add_unknown_members(const support::JsonValue& object, std::span<const std::string_view> names,
                         const Where& where, Strictness& strictness, Faults& faults) {
  UnknownNames unknown(names, where, strictness, faults);
  support::JsonMembers members(object);
  support::JsonValue name;
  support::JsonValue value;
  while (!unknown.is_full() && members.next(name, value)) {
    unknown.check(support::decode_json_string(name));
  }
}

void add_unknown_parameters(const std::vector<std::pair<std::string, std::string>>& query,
                            std::span<const std::string_view> names, Strictness& strictness,
                            Faults& faults) {
  const Where where(Source::query);
  UnknownNames unknown(names, where, strictness, faults);
  for (const auto& [name, value] : query) {
    if (unknown.is_full()) return;
    unknown.check(name);
  }
}

}  // namespace taskdock::api
