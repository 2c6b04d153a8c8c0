#include "support/json_checker.h"

#include <array>

#include "support/json_characters.h"
#include "support/text.h"

namespace taskdock::support {

namespace {

/// Reads a text from its beginning to its end, or to the first byte that is wrong. It is not
/// recursive, so that nesting costs no stack.
class Checker {
 public:
  explicit Checker(std::string_view text)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

  /// Whether the text is one JSON value.
  bool check() {
    for (;;) {
      if (!begin_value()) return false;
      if (expects_value_) continue;
      if (!end_values()) return false;
      if (depth_ == 0) return at_ == end_;
    }
  }

  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

 private:
  bool is_at(char c) const { return at_ != end_ && *at_ == c; }

  /// Takes a whole value, or the beginning of an array or object up to where its first value is
  /// expected.
  bool begin_value() {
    expects_value_ = false;
    at_ = skip_space(at_, end_);
    if (at_ == end_) return false;
    switch (*at_) {
      case '{':
        return open(true) && (close_if_empty('}') || take_name());
      case '[':
        return open(false) && (close_if_empty(']') || (expects_value_ = true));
      case '"':
        return take_string();
      case 't':
        return take_word("true");
      case 'f':
        return take_word("false");
      case 'n':
        return take_word("null");
      default:
        return take_number();
    }
  }

  /// After a value: takes the ends of arrays and objects, up to where another value is expected or
  /// to the end of the outermost.
  bool end_values() {
    for (;;) {
      at_ = skip_space(at_, end_);
      if (depth_ == 0) return true;
      const bool in_object = is_object_[depth_ - 1];
      if (is_at(',')) {
        ++at_;
        if (in_object) return take_name();
        return expects_value_ = true;
      }
      if (!is_at(in_object ? '}' : ']')) return false;
      ++at_;
      --depth_;
    }
  }

  bool open(bool is_object) {
    if (depth_ == max_json_depth) return false;
    is_object_[depth_++] = is_object;
    ++at_;
    return true;
  }

  bool close_if_empty(char bracket) {
    at_ = skip_space(at_, end_);
    if (!is_at(bracket)) return false;
    ++at_;
    --depth_;
    return true;
  }

  bool take_name() {
    at_ = skip_space(at_, end_);
    if (!is_at('"') || !take_string()) return false;
    at_ = skip_space(at_, end_);
    if (!is_at(':')) return false;
    ++at_;
    return expects_value_ = true;
  }

  bool take_word(std::string_view word) {
    for (const char c : word) {
      if (!is_at(c)) return false;
      ++at_;
    }
    return true;
  }

  bool take_digits() {
    if (at_ == end_ || !is_digit(*at_)) return false;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return true;
  }

  bool take_number() {
    if (is_at('-')) ++at_;
    if (is_at('0')) {
      ++at_;
    } else if (!take_digits()) {
      return false;
    }
    if (is_at('.')) {
      ++at_;
      if (!take_digits()) return false;
    }
    if (is_at('e') || is_at('E')) {
      ++at_;
      if (is_at('+') || is_at('-')) ++at_;
      if (!take_digits()) return false;
    }
    return true;
  }

  bool take_string() {
    ++at_;
    while (at_ != end_) {
      const auto c = static_cast<unsigned char>(*at_);
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c == '\\') {
        if (!take_escape()) return false;
      } else if (c < 0x20) {
        return false;
      } else if (c < 0x80) {
        ++at_;
      } else {
        const std::size_t length = utf8_length({at_, end_});
        if (length == 0) return false;
        at_ += length;
      }
    }
    return false;
  }

  bool take_escape() {
    ++at_;
    if (at_ == end_) return false;
    if (*at_ == 'u') return take_code_units();
    if (std::string_view("\"\\/bfnrt").find(*at_) == std::string_view::npos) return false;
    ++at_;
    return true;
  }

  /// Takes the rest of an escape from its u on: \u1234, or a surrogate pair \ud83e\udd5b.
  bool take_code_units() {
    int unit;
    if (!take_code_unit(unit)) return false;
    if (is_low_surrogate(unit)) return false;
    if (!is_high_surrogate(unit)) return true;
    if (!is_at('\\')) return false;
    ++at_;
    if (!is_at('u')) return false;
    return take_code_unit(unit) && is_low_surrogate(unit);
  }

  bool take_code_unit(int& unit) {
    ++at_;
    if (end_ - at_ < 4) {
      at_ = end_;
      return false;
    }
    unit = code_unit(at_);
    if (unit < 0) return false;
    at_ += 4;
    return true;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  bool expects_value_ = false;
  std::size_t depth_ = 0;
  // For each enclosing array or object, whether it is an object. All of it becomes memory of every
  // thread that has checked a text: hardened code touches every page of its stack frames.
  std::array<bool, max_json_depth> is_object_;
};

}  // namespace

std::optional<std::size_t> find_json_error(std::string_view text) {
  Checker checker(text);
  if (checker.check()) return std::nullopt;
  return checker.offset();
}

}  // namespace taskdock::support
