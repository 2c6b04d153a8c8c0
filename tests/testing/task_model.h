#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <vector>

/// Tasks in the plainest form, and what a list of them must contain: written from the description
/// of the API, with nothing of the code under test.
namespace taskdock::testing::model {

/// Random choices that the seed alone decides.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  /// From `least` to `greatest`, both included.
  int number(int least, int greatest) {
    const auto count = static_cast<std::uint64_t>(greatest - least) + 1;
    return least + static_cast<int>(engine_() % count);
  }
  bool one_in(int times) { return number(1, times) == 1; }
  template <class Value>
  const Value& pick(const std::vector<Value>& values) {
    return values.at(static_cast<std::size_t>(number(0, static_cast<int>(values.size()) - 1)));
  }

 private:
  std::mt19937_64 engine_;
};

/// A word, with ways to write it that are equal without regard to case and to normal form.
struct Word {
  std::vector<std::string> spellings;
  std::string key;                      // the form they have in common: case folded, composed
  std::string plain;                    // that without diacritics
  std::vector<std::string> parts = {};  // of a script without spaces: what finds it besides itself
};

/// Words with spaces between.
struct Text {
  std::string text;
  std::vector<const Word*> words;

  std::string key() const;
};

/// Some words in some spelling, `max_words` at most.
Text random_text(Dice& dice, int max_words);

/// A tag's name; of the same words in any spelling it is the same tag.
Text random_tag(Dice& dice);

enum class Form { day, local, instant };

/// A due date: microseconds since 1970-01-01 00:00, by the wall clock or, of an instant, by UTC.
struct Due {
  Form form;
  std::int64_t at;
};

/// As answers have it.
std::string text_of(const Due& due);

/// A moment, in microseconds since 1970, as a clock that is `offset` minutes before UTC shows it,
/// with that offset.
std::string text_at_offset(std::int64_t at, int offset);

/// An offset from UTC in minutes, as "+05:30".
std::string offset_text(int offset);

/// A due date within three days of `now`, often where a day begins somewhere.
Due random_due(Dice& dice, std::int64_t now);

/// `value` for a place in a query.
std::string encoded(const std::string& value);

/// A task as its owner knows it.
struct Task {
  nlohmann::json answer;  // as the server showed it last
  Text title = {};
  std::optional<Text> description = {};
  std::optional<Due> due = {};
  std::optional<std::string> priority = {};
  std::vector<Text> tags = {};
  std::int64_t deleted_at = 0;  // for those in the trash

  std::string id() const { return answer["id"]; }
  bool is_completed() const { return answer["is_completed"]; }
};

/// An id that a client makes at a moment, in microseconds since 1970 (RFC 9562, 5.7).
std::string client_made_id(Dice& dice, std::int64_t at);

/// The members that a client writes, besides is_completed.
const std::vector<std::string>& written_members();

/// Gives `task` a new value of a member, and writes what a client sends for it into `body`.
void change_member(Dice& dice, const std::string& member, std::int64_t now, Task& task,
                   nlohmann::json& body);

/// CHECKs that the server's answer about `task` says what the client wrote.
void check_content(const Task& task);

/// What is asked of a list.
struct Query {
  std::string parameters;  // with an & before each
  std::vector<std::function<bool(const Task&)>> conditions = {};
  std::string sort = "-created_at";
};

/// A query about `tasks`, asked at `now`.
Query random_query(Dice& dice, const std::vector<Task>& tasks, std::int64_t now);

/// A query with words to search for besides. The order of relevance is not the model's: it has none
/// then.
Query random_search(Dice& dice, const std::vector<Task>& tasks, std::int64_t now);

/// An offset from UTC in minutes, of a zone between the westernmost and the easternmost.
int random_offset(Dice& dice);

/// What the summary of `tasks` says at `now` to one whose clock is `offset` minutes before UTC.
nlohmann::json expected_summary(const std::vector<Task>& tasks, std::int64_t now, int offset,
                                std::size_t in_trash);

/// The ids of the `tasks` that `query` finds, in its order.
std::vector<std::string> expected_ids(const std::vector<Task>& tasks, const Query& query);

}  // namespace taskdock::testing::model
