#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "api/read.h"
#include "api/task_list_types.h"
#include "api/task_types.h"

namespace taskdock::api {

namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

const std::string int_parsing = "int_parsing";
const std::string too_small = "greater_than_equal";
const std::string too_large = "less_than_equal";

/// The message that belongs to a type, for the parameters of a list.
std::string message_of(const std::string& type, const std::string& limit) {
  if (type == int_parsing) {
    return "Input should be a valid integer, unable to parse string as an integer";
  }
  return "Input should be " + std::string(type == too_small ? "greater" : "less") +
         " than or equal to " + limit;
}

}  // namespace

TEST_CASE("api/read_parameter: without parameters a list has its defaults") {
  Faults faults;
  const auto wanted = read_query<ListParameters>({{"LIMIT", "3"}, {"other", "x"}}, faults);
  CHECK(faults.empty());
  CHECK(wanted.limit == 50);
  CHECK(wanted.offset == 0);
  CHECK_FALSE(wanted.completed);
}

TEST_CASE("api/read_parameter: whole numbers are read as Pydantic reads them") {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::vector<std::pair<std::string, std::int64_t>> good = {
      {"0", 0},   {"5", 5},     {"+5", 5},
      {" 5", 5},  {"5 ", 5},    {"-0", 0},
      {"007", 7}, {"\t5\n", 5}, {"9223372036854775807", most},
  };
  for (const auto& [text, value] : good) {
    const auto& shown_text = text;
    CAPTURE(shown_text);
    Faults faults;
    CHECK(read_query<ListParameters>({{"offset", text}}, faults).offset == value);
    CHECK(faults.empty());
  }
}

TEST_CASE("api/read_parameter: what is no whole number, or out of range, is told") {
  struct Bad {
    std::string name;
    std::string text;
    std::string type;
  };
  std::vector<Bad> bad = {
      {"limit", "0", too_small},
      {"limit", "-1", too_small},
      {"limit", "101", too_large},
      {"limit", "9223372036854775808", too_large},
      {"limit", "99999999999999999999999999", too_large},
      {"limit", "-99999999999999999999999999", too_small},
      {"offset", "-1", too_small},
      {"offset", "9223372036854775808", too_large},
      {"offset", "-9223372036854775809", too_small},
  };
  for (const char* text : {"", " ", "x", "5x", "5 5", "1e2", "0x5", "+", "-", "+-5", "-+5", "++5",
                           "--5", "- 5", "5.5", "1,000", "\xd9\xa5", "99999999999999999999x"}) {
    bad.push_back({"limit", text, int_parsing});
  }
  for (const auto& [name, text, type] : bad) {
    const auto& shown_name = name;
    CAPTURE(shown_name);
    const auto& shown_text = text;
    CAPTURE(shown_text);
    Faults faults;
    read_query<ListParameters>({{name, text}}, faults);
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].location.source == Source::query);
    CHECK(faults[0].location.steps == std::vector<Step>{name});
    CHECK(faults[0].type == type);
    const std::string limit = type == too_small ? (name == "limit" ? "1" : "0")
                              : name == "limit" ? "100"
                                                : "9223372036854775807";
    CHECK(faults[0].message == message_of(type, limit));
  }
}

TEST_CASE("api/read_parameter: booleans are read in every word Pydantic knows, in any case") {
  const std::vector<std::pair<std::vector<std::string>, bool>> words = {
      {{"true", "True", "TRUE", "1", "yes", "Yes", "on", "ON", "y", "Y", "t", "T"}, true},
      {{"false", "False", "FALSE", "0", "no", "No", "off", "OFF", "n", "N", "f", "F"}, false},
  };
  for (const auto& [spellings, value] : words) {
    for (const std::string& text : spellings) {
      CAPTURE(text);
      Faults faults;
      CHECK(read_query<ListParameters>({{"completed", text}}, faults).completed == value);
      CHECK(faults.empty());
    }
  }
  for (const char* text :
       {"", "2", "-1", "00", "tru", "truee", " true", "null", "none", "enabled"}) {
    CAPTURE(text);
    Faults faults;
    read_query<ListParameters>({{"completed", text}}, faults);
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].type == "bool_parsing");
    CHECK(faults[0].message == "Input should be a valid boolean, unable to interpret input");
  }
}

TEST_CASE("api/read_parameter: of several with one name the last counts, also when it is wrong") {
  Faults faults;
  CHECK(read_query<ListParameters>({{"limit", "x"}, {"limit", "7"}}, faults).limit == 7);
  CHECK(faults.empty());
  read_query<ListParameters>({{"limit", "7"}, {"limit", "x"}}, faults);
  CHECK(faults.size() == 1);
}

TEST_CASE("api/read_parameter: all parameters with a fault are told at once") {
  Faults faults;
  const Query query = {{"completed", "maybe"}, {"offset", "-1"}, {"limit", "1000"}};
  read_query<ListParameters>(query, faults);
  REQUIRE(faults.size() == 3);
  CHECK(faults[0].type == too_large);
  CHECK(faults[1].type == too_small);
  CHECK(faults[2].type == "bool_parsing");
}

TEST_CASE("api/read_parameter: an id is a UUID with its hyphens, in either case") {
  const std::string id = "019b93a5-1c40-7abc-8def-0123456789ab";
  for (const std::string& text : {id, std::string("019B93A5-1C40-7ABC-8DEF-0123456789AB")}) {
    Faults faults;
    support::Uuid read;
    read_parameter(text, Id{}, {Source::path, "task_id"}, read, faults);
    CHECK(faults.empty());
    CHECK(read.to_string() == id);
  }
  for (const std::string& text :
       {std::string(), std::string("1"), std::string("019b93a51c407abc8def0123456789ab"),
        '{' + id + '}', "urn:uuid:" + id, id + '0', id.substr(1), ' ' + id,
        std::string("019b93a5-1c40-7abc-8def-0123456789ag"),
        std::string("019b93a51-c40-7abc-8def-0123456789ab"), std::string(36, '-')}) {
    CAPTURE(text);
    Faults faults;
    support::Uuid read;
    read_parameter(text, Id{}, {Source::path, "task_id"}, read, faults);
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].type == "uuid_parsing");
    CHECK(faults[0].message == "Input should be a valid UUID");
  }
}

}  // namespace taskdock::api
