#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/read.h"
#include "support/text.h"
#include "support/unicode.h"

namespace taskdock::api {

namespace {

using support::JsonValue;

/// Takes the tags of a request one by one, until there are too many.
class TagReader {
 public:
  TagReader(const Tags& rule, const Where& where, std::vector<std::string>& out, Faults& faults)
      : rule_(rule), where_(where), out_(out), faults_(faults), faults_before_(faults.size()) {}

  /// Takes the tag that `decode` returns, if it does not add a fault. `source` is its text in the
  /// request, which says without work that it was there before. Returns whether to go on; if not,
  /// that there are too many is the only fault.
  template <class Decode>
  bool take(std::string_view source, const Where& where, Decode decode) {
    if (has(sources_, source)) return true;
    std::string tag;
    const std::size_t faults_before = faults_.size();
    if (const auto text = decode()) read_text(*text, rule_.element, where, tag, faults_);
    if (faults_.size() == faults_before) {
      std::string key = support::fold(tag);
      if (has(keys_, key)) return true;
      keys_.push_back(std::move(key));
      out_.push_back(std::move(tag));
    }
    sources_.push_back(source);
    if (sources_.size() <= rule_.max_count) return true;
    faults_.resize(faults_before_);
    faults_.push_back({where_.location(), "too_long",
                       "List should have at most " + std::to_string(rule_.max_count) +
                           " items after validation, not more"});
    return false;
  }

 private:
  template <class Texts>
  static bool has(const Texts& texts, std::string_view text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  }

  const Tags& rule_;
  const Where& where_;
  std::vector<std::string>& out_;
  Faults& faults_;
  std::size_t faults_before_;
  std::vector<std::string_view> sources_;  // of the tags taken, and of those with a fault
  std::vector<std::string> keys_;          // of the tags taken
};

void read_list(const JsonValue& list, const Tags& rule, const Where& where, TagReader& reader,
               Faults& faults) {
  support::JsonElements elements(list);
  std::size_t index = 0;
  for (JsonValue element; elements.next(element); ++index) {
    const Where here(where, index);
    const auto decode = [&] { return read_string(element, rule.element, here, faults); };
    if (!reader.take(element.text, here, decode)) return;
  }
}

/// The parts that have nothing in them are no tags, and do not count.
void read_comma_separated(std::string_view text, const Where& where, TagReader& reader) {
  std::size_t index = 0;
  support::any_part(text, ',', [&](std::string_view part) {
    if (part.empty()) return false;
    const Where here(where, index++);
    return !reader.take(part, here, [&] { return std::optional(part); });
  });
}

}  // namespace

void read_text(std::string_view text, const Tag& rule, const Where& where, std::string& out,
               Faults& faults) {
  const std::size_t faults_before = faults.size();
  const Text length{.min = 1, .max = rule.max, .trimmed = true};
  read_text(std::string(text), length, where, out, faults);
  if (faults.size() > faults_before) return;
  const auto refuse = [&](const char* what) {
    std::string message("Value error, must not contain ");
    faults.push_back({where.location(), "value_error", std::move(message.append(what))});
  };
  if (out.find(',') != std::string::npos) refuse("a comma");
  if (support::printable(out) != out) refuse("control characters");
}

void read_tags(std::vector<std::string>& tags, const Tags& rule, const Where& where,
               Faults& faults) {
  const std::vector<std::string> given = std::exchange(tags, {});
  TagReader reader(rule, where, tags, faults);
  std::size_t index = 0;
  for (const std::string& tag : given) {
    const Where here(where, index++);
    if (!reader.take(tag, here, [&] { return std::optional<std::string_view>(tag); })) return;
  }
}

void read_value(const JsonValue& value, const Tags& rule, const Where& where,
                std::vector<std::string>& out, Faults& faults) {
  TagReader reader(rule, where, out, faults);
  if (value.kind == JsonValue::Kind::string) {
    read_comma_separated(support::decode_json_string(value), where, reader);
  } else if (value.kind != JsonValue::Kind::null && check_array(value, where, faults)) {
    read_list(value, rule, where, reader, faults);
  }
}

}  // namespace taskdock::api
