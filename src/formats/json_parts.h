#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace taskdock::formats {

/// Finds values in a JSON text that comes in pieces, by their paths: names of members, and * for
/// each element of an array, with slashes between them. So "tasks/*" are the elements of the array
/// that the outermost object has as its member tasks, and "*/title" the titles of the objects in
/// the outermost array.
///
/// What is found is handed out as it is written, and is JSON only if support::parse_json says so;
/// what is passed over is only known to have as many closing brackets as opening ones. A byte order
/// mark (UTF-8) before the text is left out.
///
///   while (parts.next(bytes)) use(parts.text());     // for each piece
///   parts.finish();                                  // after the last one
class JsonParts {
 public:
  /// The paths have at least one step each, and none leads into a value that another one names.
  explicit JsonParts(std::initializer_list<std::string_view> paths);

  /// Takes bytes from the beginning of `bytes` to the end of a value that is looked for, and
  /// returns true; or takes all of them and returns false if none ends in them, or there is a
  /// fault.
  bool next(std::string_view& bytes);
  /// Makes it a fault if the text ends too early.
  void finish();

  /// The value that was found; valid until the next call. One that is longer than max_task_bytes is
  /// cut off there.
  std::string_view text() const { return text_; }
  bool is_too_long() const { return is_too_long_; }
  /// The place of its path among the paths.
  std::size_t path() const { return path_; }

  /// Whether there was an array or object in which the values of the path are looked for.
  bool has_place(std::size_t path) const { return (entered_ >> path & 1) != 0; }

  /// Whether the text is no JSON; then nothing more is found. Where: the number of the byte, from
  /// one on, and of its line; fault() says it in a sentence.
  bool is_broken() const { return is_broken_; }
  std::string fault() const {
    return "The file is not JSON from byte " + std::to_string(byte()) + " on, in line " +
           std::to_string(line());
  }
  std::size_t byte() const { return byte_ + 1; }
  std::size_t line() const { return line_; }

 private:
  // A set of paths: a bit for each.
  using Paths = std::uint32_t;

  /// An object or array on the way to what is looked for.
  struct Level {
    bool is_array;
    Paths paths;  // whose steps so far lead here
  };

  enum class State {
    mark,
    value,
    first_element,
    first_name,
    next_name,
    name,
    colon,
    after_value,
    inside,  // in a value that is kept or passed over
    end
  };

  void take(char c);
  void take_name(char c);
  bool take_inside(std::string_view& bytes);
  void begin_value(char c);
  void end_level(char c);
  void end_value();
  Paths paths_here() const;
  void refuse() { is_broken_ = true; }

  std::vector<std::vector<std::string_view>> paths_;
  std::vector<Level> levels_;
  State state_ = State::mark;
  Paths entered_ = 0;
  std::string name_;  // of the member whose value comes next
  std::string text_;
  bool is_too_long_ = false;
  bool is_broken_ = false;
  std::size_t path_ = 0;
  std::size_t byte_ = 0;
  std::size_t line_ = 1;
  std::size_t mark_ = 0;     // how many bytes of a byte order mark were taken
  std::size_t depth_ = 0;    // inside a value: of its arrays and objects
  bool is_kept_ = false;     // the value is handed out
  bool is_scalar_ = false;   // the value is a number, true, false or null
  bool in_string_ = false;   // inside a value
  bool is_escaped_ = false;  // what comes next in a string or name
};

}  // namespace taskdock::formats
