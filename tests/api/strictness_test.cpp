#include "api/strictness.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "api/read.h"
#include "testing/text.h"

namespace taskdock::api {

namespace {

struct Leg {
  std::int64_t length = 0;
};

struct Table {
  std::string name;
  std::optional<Leg> best_leg;
  std::vector<Leg> legs;
};

}  // namespace

template <>
inline constexpr auto schema<Leg> = object("Leg", member("length", &Leg::length, Integer{},
                                                         "How long it is", "70"));

template <>
inline constexpr auto schema<Table> =
    object("Table", member("name", &Table::name, Text{}, "What it is called", R"("Desk")"),
           member("best_leg", &Table::best_leg, Nested{}, "The one that does not wobble"),
           member("legs", &Table::legs, ListOfNested{.max_count = 4}, "All of them"));

namespace {

/// Where the faults of `body` are, as JSON Pointers do: "/legs/0/length".
std::vector<std::string> places(const std::string& body, Strictness* strictness) {
  Faults faults;
  read_body<Table>(body, faults, strictness);
  std::vector<std::string> list;
  for (const Fault& fault : faults) {
    std::string place;
    for (const Step& step : fault.location.steps) {
      const auto* name = std::get_if<std::string_view>(&step);
      place.append("/").append(name ? std::string(*name)
                                    : std::to_string(std::get<std::size_t>(step)));
    }
    if (fault.location.unknown) {
      CHECK(fault.type == "extra_forbidden");
      CHECK(fault.message == "Extra inputs are not permitted");
      place += '/' + *fault.location.unknown;
    }
    list.push_back(place);
  }
  return list;
}

std::vector<std::string> strict_places(const std::string& body) {
  Strictness strictness;
  return places(body, &strictness);
}

}  // namespace

TEST_CASE("api/strictness: a member that is not declared is a fault where it stands") {
  const std::string proper = R"("name":"Desk","legs":[{"length":70}])";
  CHECK(strict_places('{' + proper + '}').empty());
  CHECK(strict_places(R"({"nam":"x",)" + proper + '}') == std::vector<std::string>{"/nam"});
  CHECK(strict_places('{' + proper + R"(,"Name":"x","":1})") ==
        std::vector<std::string>{"/Name", "/"});
  CHECK(strict_places(R"({"name":"x","legs":[{"length":1},{"length":2,"wood":{"a":1}}]})") ==
        std::vector<std::string>{"/legs/1/wood"});
  CHECK(strict_places(R"({"name":"x","legs":[],"best_leg":{"lenght":1}})") ==
        std::vector<std::string>{"/best_leg/length", "/best_leg/lenght"});
}

TEST_CASE("api/strictness: without it, what is not declared is ignored") {
  CHECK(places(R"({"name":"x","legs":[{"length":1,"wood":1}],"nam":1})", nullptr).empty());
}

TEST_CASE("api/strictness: a name that is escaped is the same name") {
  CHECK(strict_places(R"({"na\u006de":"x","legs":[]})").empty());
  CHECK(strict_places(R"({"name":"x","legs":[],"\u0041\n":1})") ==
        std::vector<std::string>{"/A\n"});
}

TEST_CASE("api/strictness: an unknown member that is there twice is one fault") {
  CHECK(strict_places(R"({"name":"x","legs":[{"a":1,"length":1,"a":2}],"a":1,"b":1,"a":2})") ==
        std::vector<std::string>{"/legs/0/a", "/a", "/b"});
}

TEST_CASE("api/strictness: of a million unknown members the first hundred are reported") {
  std::string body = R"({"name":"x","legs":[{"length":1,"wood":1})";
  body += testing::repeated(R"(,{"length":1,"wood":1})", 2) + ']';
  for (int i = 0; i < 100'000; ++i) body += ",\"" + std::to_string(i) + "\":1";
  const std::vector<std::string> found = strict_places(body + '}');
  REQUIRE(found.size() == 100);
  CHECK(found.front() == "/legs/0/wood");
  CHECK(found.back() == "/96");
}

TEST_CASE("api/strictness: a long name is cut, and what is no UTF-8 is replaced") {
  CHECK(strict_places(R"({"name":"x","legs":[],")" + testing::repeated("é", 100) + R"(":1})") ==
        std::vector<std::string>{'/' + testing::repeated("é", 100)});
  CHECK(strict_places(R"({"name":"x","legs":[],")" + testing::repeated("é", 101) + R"(":1})") ==
        std::vector<std::string>{'/' + testing::repeated("é", 100) + "…"});
  Faults faults;
  Strictness strictness;
  add_unknown_parameters({{"a\xff\xc3", "1"}}, {}, strictness, faults);
  REQUIRE(faults.size() == 1);
  CHECK(faults.front().location.unknown == "a\ufffd\ufffd");
}

TEST_CASE("api/strictness: parameters of a query that are not known are faults") {
  const std::vector<std::string_view> known = {"limit", "offset"};
  const std::vector<std::pair<std::string, std::string>> query = {
      {"limit", "1"}, {"Limit", "1"}, {"limt", "1"}, {"offset", "2"}, {"limt", "3"}};
  Faults faults;
  Strictness strictness;
  add_unknown_parameters(query, known, strictness, faults);
  REQUIRE(faults.size() == 2);
  CHECK(faults[0].location.source == Source::query);
  CHECK(faults[0].location.unknown == "Limit");
  CHECK(faults[1].location.unknown == "limt");
  CHECK(sentence_of(faults[1]) == "Limt is not known here");
}

}  // namespace taskdock::api
