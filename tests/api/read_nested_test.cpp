#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/describe.h"
#include "api/read.h"
#include "api/reading.h"
#include "api/task_types.h"
#include "api/write.h"
#include "testing/allocations.h"

namespace taskdock::api {

namespace {

enum class Level { low, medium, high };

struct Part {
  std::string title;
  std::optional<std::int64_t> size;
  std::optional<std::vector<std::string>> labels;
};

struct Operation {
  support::Uuid id;
  std::optional<Part> part;
};

struct Order {
  std::vector<Operation> operations;
  std::optional<Level> level;
  std::optional<support::DateOrTime> due;
  std::optional<support::Timestamp> remind_at;
  std::optional<std::int64_t> revision;
};

struct OrderPatch {
  std::optional<std::optional<Level>> level;
  std::optional<std::optional<support::DateOrTime>> due;
  std::optional<std::int64_t> revision;
};

struct Filter {
  std::vector<std::string> labels;
  std::vector<Level> levels;
  std::optional<support::DateOrTime> due;
  std::optional<std::string> text;
};

}  // namespace

template <>
inline constexpr auto words<Level> = std::to_array<std::string_view>({"low", "medium", "high"});

template <>
inline constexpr auto schema<Part> = object(
    "Part", member("title", &Part::title, Text{.min = 1, .max = 5}, "What it is", R"("Bell")"),
    member("size", &Part::size, Integer{.min = -10, .max = 10}, "How large it is", "3"),
    member("labels", &Part::labels,
           List<Text>{.element = {.min = 1, .max = 3, .trimmed = true}, .max_count = 2},
           "What is written on it", R"(["a"])"));

template <>
inline constexpr auto schema<Operation> =
    object("Operation",
           member("id", &Operation::id, Id{.version = 7}, "Which",
                  R"("019b93a5-1c40-7abc-8def-0123456789ab")"),
           member("part", &Operation::part, Nested{}, "What to do with it"));

template <>
inline constexpr auto schema<Order> = object(
    "Order",
    member("operations", &Order::operations, ListOfNested{.min_count = 1, .max_count = 4},
           "What to do"),
    member("level", &Order::level, Choice{}, "How urgent it is", R"("low")"),
    member("due", &Order::due, DateOrTime{.blank_is_null = true}, "By when", R"("2026-08-08")"),
    member("remind_at", &Order::remind_at, Instant{}, "When to say so",
           R"("2026-08-08T17:00:00.000000Z")"),
    member("revision", &Order::revision, Integer{}, "Of what", "7"));

template <>
inline constexpr auto schema<OrderPatch> =
    patch("OrderPatch", member("level", &OrderPatch::level, Choice{}, "How urgent it is", "null"),
          member("due", &OrderPatch::due, DateOrTime{.blank_is_null = true}, "By when", "null"),
          member("revision", &OrderPatch::revision, Integer{}, "Of what", "7"));

template <>
inline constexpr auto schema<Filter> =
    object("Filter",
           member("label", &Filter::labels, List<Text>{.element = {.max = 3}, .max_count = 3},
                  "Which labels", "[]"),
           member("level", &Filter::levels, List<Choice>{.max_count = 2}, "Which levels", "[]"),
           member("due", &Filter::due, DateOrTime{}, "Due when", "null"),
           member("text", &Filter::text, Text{.max = 10}, "With what in it", "null"));

namespace {

using Strings = std::vector<std::string>;

const std::string operation_id = "019b93a5-1c40-7abc-8def-0123456789ab";
const std::string with_id = R"({"id":")" + operation_id + '"';

Strings nested_told(const Faults& faults) {
  Strings result;
  const auto body = nlohmann::json::parse(validation_response(faults).body);
  for (const auto& fault : body["detail"]) {
    result.push_back(fault["loc"].dump() + ' ' + fault["type"].get<std::string>());
  }
  return result;
}

template <class T>
Strings nested_faults_of(const std::string& json) {
  return nested_told(read_faults<T>(json));
}

std::string operations(const std::string& parts) {
  return R"({"operations":[)" + parts + "]}";
}

Strings faults_of_member(const std::string& name, const std::string& json) {
  return nested_faults_of<Order>(R"({"operations":[)" + with_id + "}],\"" + name + "\":" + json +
                                 '}');
}

}  // namespace

TEST_CASE("api/read_nested: what is nested is read into the declared types, and written again") {
  const std::string json =
      R"({"operations":[{"id":"019b93a5-1c40-7abc-8def-0123456789ab",)"
      R"("part":{"title":"Bell","size":-3,"labels":["a","b"]}},)"
      R"({"id":"019b93a5-1c40-7abc-8def-0123456789ac","part":null}],)"
      R"("level":"high","due":"2026-08-08T17:00","remind_at":"2026-08-08T15:00:00.000000Z",)"
      R"("revision":9223372036854775807})";
  const auto order = read_whole<Order>(json);
  REQUIRE(order.operations.size() == 2);
  CHECK(order.operations[0].part->title == "Bell");
  CHECK(order.operations[0].part->size == -3);
  CHECK(*order.operations[0].part->labels == Strings{"a", "b"});
  CHECK_FALSE(order.operations[1].part);
  CHECK(order.level == Level::high);
  CHECK(to_json(order) == json);
}

TEST_CASE("api/read_nested: the place of a fault is the whole way to it") {
  const std::string good = with_id + R"(,"part":{"title":"x"}})";
  CHECK(nested_faults_of<Order>(
            operations(good + ',' + good + ',' + good + ',' + with_id +
                       R"(,"part":{"title":"too long","labels":["ok","long"]}})")) ==
        Strings{R"(["body","operations",3,"part","title"] string_too_long)",
                R"(["body","operations",3,"part","labels",1] string_too_long)"});
  CHECK(nested_faults_of<Order>(operations(R"({"part":{}},[],)" + with_id + R"(,"part":7})")) ==
        Strings{R"(["body","operations",0,"id"] missing)",
                R"(["body","operations",0,"part","title"] missing)",
                R"(["body","operations",1] model_attributes_type)",
                R"(["body","operations",2,"part"] model_attributes_type)"});
  CHECK(nested_faults_of<Order>("{}") == Strings{R"(["body","operations"] missing)"});
  CHECK(nested_faults_of<Order>(R"({"operations":{}})") ==
        Strings{R"(["body","operations"] list_type)"});
  CHECK(nested_faults_of<Order>(R"({"operations":null})") ==
        Strings{R"(["body","operations"] list_type)"});
}

TEST_CASE("api/read_nested: a list has as many elements as it may, and otherwise only that fault") {
  const Strings too_long = {R"(["body","operations"] too_long)"};
  const std::string good = with_id + '}';
  CHECK(read_whole<Order>(operations(good + ',' + good + ',' + good + ',' + good))
            .operations.size() == 4);
  CHECK(nested_faults_of<Order>(operations("1,2,3,4,5")) == too_long);
  CHECK(nested_faults_of<Order>(operations("")) == Strings{R"(["body","operations"] too_short)"});
  Faults faults;
  read_body<Order>(operations("1,2,3,4,5,6"), faults);
  CHECK(faults.at(0).message == "List should have at most 4 items after validation, not 6");
}

TEST_CASE("api/read_nested: an integer is a number without a fraction, however it is written") {
  const auto revision = [](const std::string& number) {
    return read_whole<Order>(operations(with_id + '}').insert(1, "\"revision\":" + number + ','))
        .revision;
  };
  CHECK(revision("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(revision("-0") == 0);
  CHECK(revision("1.0") == 1);
  CHECK(revision("12.50e1") == 125);
  CHECK(revision("1e18") == 1'000'000'000'000'000'000);
  const std::string at = R"(["body","revision"] )";
  for (const auto& [number, type] : std::vector<std::pair<std::string, std::string>>{
           {"1.5", "int_from_float"},
           {"1e-1", "int_from_float"},
           {"1e-400", "int_from_float"},
           {"\"1\"", "int_type"},
           {"true", "int_type"},
           {"[1]", "int_type"},
           {"9223372036854775808", "less_than_equal"},
           {"-9223372036854775809", "greater_than_equal"},
           {"1e19", "less_than_equal"},
           {"1e400", "less_than_equal"},
           {"-1e400", "greater_than_equal"},
           {"1" + std::string(400, '0'), "less_than_equal"}}) {
    const auto& shown_number = number;
    CAPTURE(shown_number);
    CHECK(faults_of_member("revision", number) == Strings{at + type});
  }
  CHECK(nested_faults_of<Part>(R"({"title":"x","size":11})") ==
        Strings{R"(["body","size"] less_than_equal)"});
  CHECK(nested_faults_of<Part>(R"({"title":"x","size":-11})") ==
        Strings{R"(["body","size"] greater_than_equal)"});
}

TEST_CASE("api/read_nested: a choice is one of its words, letter by letter") {
  Faults faults;
  read_body<OrderPatch>(R"({"level":"LOW"})", faults);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].type == "enum");
  CHECK(faults[0].message == "Input should be 'low', 'medium' or 'high'");
  CHECK(sentence_of(faults[0]) == "Level should be 'low', 'medium' or 'high'");
  CHECK(faults_of_member("level", "1") == Strings{R"(["body","level"] string_type)"});
}

TEST_CASE("api/read_nested: dates, times and instants are read, or told what they lack") {
  const auto due = [](const std::string& text) {
    std::string out;
    append_json(out, *read_whole<OrderPatch>(R"({"due":")" + text + "\"}").due);
    return out;
  };
  CHECK(due("2026-08-08") == R"("2026-08-08")");
  CHECK(due("2026-08-08T17:00:30") == R"("2026-08-08T17:00:30")");
  CHECK(due("2026-08-08T17:00+02:00") == R"("2026-08-08T15:00:00.000000Z")");
  CHECK(due("") == "null");
  for (const char* bad : {"\"tomorrow\"", "\"2026-02-30\"", "\"2026-08-08\\u0020\""}) {
    CHECK(faults_of_member("due", bad) == Strings{R"(["body","due"] datetime_parsing)"});
  }
  CHECK(faults_of_member("due", "20260808") == Strings{R"(["body","due"] datetime_type)"});
  const std::string at = R"(["body","remind_at"] )";
  CHECK(faults_of_member("remind_at", R"("2026-08-08T17:00")") == Strings{at + "timezone_aware"});
  CHECK(faults_of_member("remind_at", R"("2026-08-08")") == Strings{at + "timezone_aware"});
  CHECK(faults_of_member("remind_at", R"("")") == Strings{at + "datetime_parsing"});
}

TEST_CASE("api/read_nested: an id has the version it must have") {
  CHECK(nested_faults_of<Operation>(R"({"id":"019b93a5-1c40-4abc-8def-0123456789ab"})") ==
        Strings{R"(["body","id"] uuid_version)"});
  CHECK(nested_faults_of<Operation>(R"({"id":"x"})") == Strings{R"(["body","id"] uuid_parsing)"});
  CHECK(nested_faults_of<Operation>(R"({"id":7})") == Strings{R"(["body","id"] uuid_type)"});
}

TEST_CASE("api/read_nested: in a patch null clears what can be cleared, and is a fault elsewhere") {
  const auto change = read_whole<OrderPatch>(R"({"level":null,"due":""})");
  REQUIRE(change.level);
  CHECK_FALSE(*change.level);
  REQUIRE(change.due);
  CHECK_FALSE(*change.due);
  CHECK_FALSE(read_whole<OrderPatch>("{}").level);
  CHECK(nested_faults_of<OrderPatch>(R"({"revision":null})") ==
        Strings{R"(["body","revision"] int_type)"});
}

TEST_CASE("api/read_nested: a list in a query has an element for each parameter of its name") {
  const auto read = [](const std::vector<std::pair<std::string, std::string>>& query) {
    Faults faults;
    const auto filter = read_query<Filter>(query, faults);
    Strings result = nested_told(faults);
    if (result.empty()) result = filter.labels;
    return result;
  };
  CHECK(read({{"label", "b"}, {"x", "y"}, {"label", "a"}}) == Strings{"b", "a"});
  CHECK(read({{"label", "a"}, {"label", "long"}}) ==
        Strings{R"(["query","label",1] string_too_long)"});
  CHECK(read({{"label", "a"}, {"label", "long"}, {"label", "c"}, {"label", "d"}}) ==
        Strings{R"(["query","label"] too_long)"});
  CHECK(read({{"level", "low"}, {"level", "x"}}) == Strings{R"(["query","level",1] enum)"});
  CHECK(read({{"due", "x"}}) == Strings{R"(["query","due"] datetime_parsing)"});
  CHECK(read({{"text", "\xff"}}) == Strings{R"(["query","text"] string_unicode)"});
  CHECK(read({{"text", std::string(1, '\0')}}) == Strings{R"(["query","text"] value_error)"});
}

TEST_CASE("api/read_nested: a text is read by its rule, whatever bytes it has") {
  CHECK(read_text(Text{.max = 3, .trimmed = true}, " abc ", "x") == "abc");
  CHECK_THROWS_AS(read_text(Text{.max = 3}, "abcd", "x"), ValidationError);
  CHECK_THROWS_AS(read_text(Text{}, "\xff", "x"), ValidationError);
  CHECK_THROWS_AS(read_text(Text{}, std::string(1, '\0'), "x"), ValidationError);
}

TEST_CASE("api/read_nested: what is ignored costs no memory and cannot be wrong") {
  constexpr std::size_t mebibyte = 1024 * 1024;
  const auto many = [](const std::string& begin, const std::string& piece, const std::string& end) {
    std::string text = begin;
    while (text.size() < mebibyte) text += piece;
    return text + end;
  };
  const std::string deep =
      R"({"title":"x","y":)" + std::string(4'000, '[') + std::string(4'000, ']') + '}';
  for (const std::string& body :
       {many(R"({"title":"x")", R"(,"":0)", "}"), many(R"({"title":"x","y":[)", "0,", "1]}"),
        many(R"({"title":"x","y":")", "\\u0041", "\"}"),
        many(R"({"title":"x",")", "\\u0041", "\":1}"),
        many(R"({"title":"x")", R"(,"title":"x")", "}"), many("", " ", R"({"title":"x"})"), deep,
        std::string(R"({"title":"x","y":1e400})"), many(R"({"title":"x","y":1)", "0", "}")}) {
    CAPTURE(body.substr(0, 40));
    Faults faults;
    const std::size_t before = testing::allocated_bytes();
    const auto content = read_body<NewTask>(body, faults);
    const std::size_t allocated = testing::allocated_bytes() - before;
    CHECK(content.title == "x");
    CHECK(faults.empty());
    CHECK(allocated < 1024);
  }
}

TEST_CASE("api/read_nested: faults are as many as there are members, however long the body is") {
  std::string body = R"({"title":1)";
  while (body.size() < 1024 * 1024) body += R"(,"title":1,"description":2)";
  body += '}';
  const std::size_t before = testing::allocated_bytes();
  CHECK(nested_faults_of<NewTask>(body).size() == 2);
  CHECK(testing::allocated_bytes() - before < 64 * 1024);
}

}  // namespace taskdock::api
