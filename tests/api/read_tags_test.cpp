#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/openapi_schema.h"
#include "api/reading.h"
#include "api/write.h"
#include "testing/allocations.h"
#include "testing/text.h"

namespace taskdock::api {

namespace {

struct Bag {
  std::string title = {};
  std::vector<std::string> tags = {};
};

struct BagReplacement {
  std::optional<std::vector<std::string>> tags;
};

struct BagPatch {
  std::optional<std::vector<std::string>> tags;
};

}  // namespace

template <>
inline constexpr auto schema<Bag> =
    object("Bag", member("title", &Bag::title, Text{}, "What it is", R"("Bag")"),
           member("tags", &Bag::tags, Tags{}, "What is written on it", R"(["a"])"));

template <>
inline constexpr auto schema<BagReplacement> = object("BagReplacement",
                                                      member("tags", &BagReplacement::tags, Tags{},
                                                             "What is written on it", R"(["a"])"));

template <>
inline constexpr auto schema<BagPatch> =
    patch("BagPatch", member("tags", &BagPatch::tags, Tags{}, "What is written on it", R"(["a"])"));

namespace {

using Strings = std::vector<std::string>;
using nlohmann::json;

/// `{"title": "x", "tags": TAGS}`
std::string bag(const std::string& tags) {
  return R"({"title":"x","tags":)" + tags + '}';
}

Strings tags_of(const json& tags) {
  return read_whole<Bag>(bag(tags.dump())).tags;
}

/// `["body","tags",1] value_error: what`
Strings faults_of(const json& tags) {
  Strings result;
  const auto body = json::parse(validation_response(read_faults<Bag>(bag(tags.dump()))).body);
  for (const auto& fault : body["detail"]) {
    result.push_back(fault["loc"].dump() + ' ' + fault["type"].get<std::string>() + ": " +
                     fault["msg"].get<std::string>());
  }
  return result;
}

Strings numbered(int count, const std::string& prefix = "tag ") {
  Strings tags;
  for (int i = 0; i < count; ++i) tags.push_back(prefix + std::to_string(i));
  return tags;
}

using testing::repeated;

const Strings too_many = {
    R"(["body","tags"] too_long: List should have at most 20 items after validation, not more)"};
const std::string too_short = "string_too_short: String should have at least 1 character";
const std::string too_long = "string_too_long: String should have at most 50 characters";
const std::string has_comma = "value_error: Value error, must not contain a comma";
const std::string has_control = "value_error: Value error, must not contain control characters";

}  // namespace

TEST_CASE("api/read_tags: tags are trimmed and keep their order and spelling") {
  CHECK(tags_of({"work", " Home\n", "\u3000two words\t", "日本語", "a;b#!"}) ==
        Strings{"work", "Home", "two words", "日本語", "a;b#!"});
  CHECK(tags_of({repeated("🥛", 50)}) == Strings{repeated("🥛", 50)});
  CHECK(tags_of(json::array()).empty());
  CHECK(tags_of(numbered(20)) == numbered(20));
}

TEST_CASE("api/read_tags: of tags that differ in case or normal form alone the first stays") {
  CHECK(tags_of({"Work", "WORK", "home", "work", " Home"}) == Strings{"Work", "home"});
  CHECK(tags_of({"A\u030angstro\u0308m", "ångström", "Straße", "STRASSE"}) ==
        Strings{"A\u030angstro\u0308m", "Straße"});
  CHECK(tags_of("b,a,B") == Strings{"b", "a"});
}

TEST_CASE("api/read_tags: a text with commas is a list, and what is empty in it is nothing") {
  CHECK(tags_of("work, Home ,,\ttwo words ,") == Strings{"work", "Home", "two words"});
  CHECK(tags_of("work") == Strings{"work"});
  CHECK(tags_of("").empty());
  CHECK(tags_of(" , ,\u3000").empty());
  CHECK(read_whole<Bag>(bag(R"("\u0061\u002cb")")).tags == Strings{"a", "b"});
}

TEST_CASE("api/read_tags: null means none, everywhere, and absent is absent") {
  CHECK(tags_of(nullptr).empty());
  CHECK(read_whole<Bag>(R"({"title":"x"})").tags.empty());
  for (const char* none : {R"({"tags":null})", R"({"tags":""})", R"({"tags":[]})"}) {
    CHECK(read_whole<BagReplacement>(none).tags == Strings{});
    CHECK(read_whole<BagPatch>(none).tags == Strings{});
  }
  CHECK_FALSE(read_whole<BagReplacement>("{}").tags);
  CHECK_FALSE(read_whole<BagPatch>("{}").tags);
  CHECK(read_whole<BagPatch>(R"({"tags":"a,b"})").tags == Strings{"a", "b"});
}

TEST_CASE("api/read_tags: one of each is kept before anything is counted") {
  Strings twice = numbered(20);
  for (const std::string& tag : numbered(20, "TAG ")) twice.push_back(tag);
  CHECK(tags_of(twice) == numbered(20));
  CHECK(tags_of(repeated("a,", 1000)) == Strings{"a"});
  twice.push_back("one more");
  CHECK(faults_of(twice) == too_many);
  CHECK(faults_of(numbered(21)) == too_many);
  CHECK(faults_of("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21") == too_many);
  // The same holds for what is wrong: 15 tags twice are no more than 15.
  json wrong = json::array();
  for (int i = 0; i < 15; ++i) wrong.push_back(i);
  for (int i = 0; i < 15; ++i) wrong.push_back(i);
  CHECK(faults_of(wrong).size() == 15);
}

TEST_CASE("api/read_tags: what is wrong with a tag is told at its index, together with the rest") {
  const auto at = [](int index) { return "[\"body\",\"tags\"," + std::to_string(index) + "] "; };
  const std::string no_string = "string_type: Input should be a valid string";
  CHECK(faults_of({"ok", "", repeated("🥛", 51), "a,b", "a\nb", 7, nullptr, " ", "a\u0085b"}) ==
        Strings{at(1) + too_short, at(2) + too_long, at(3) + has_comma, at(4) + has_control,
                at(5) + no_string, at(6) + no_string, at(7) + too_short, at(8) + has_control});
  CHECK(faults_of("ok,," + repeated("x", 51) +
                  ",a\x1f"
                  "b") == Strings{at(1) + too_long, at(2) + has_control});
  CHECK(faults_of({std::string("a\0b", 3)}) ==
        Strings{at(0) + "value_error: Value error, the character U+0000 is not allowed"});
  CHECK(faults_of(std::string("a\0b", 3)) == Strings{at(0) + has_control});
  CHECK(faults_of({"a\x7f,b"}) == Strings{at(0) + has_comma, at(0) + has_control});
  for (const json& other : {json(7), json(true), json::object()}) {
    CHECK(faults_of(other) ==
          Strings{R"(["body","tags"] list_type: Input should be a valid list)"});
  }
}

TEST_CASE("api/read_tags: a body full of tags costs little memory") {
  const auto many = [](const std::string& begin, const std::string& piece, const std::string& end) {
    std::string text = begin;
    while (text.size() < 1000 * 1000) text += piece;
    return bag(text + end);
  };
  std::string different = "[";
  for (int i = 0; i < 100'000; ++i) different += '"' + std::to_string(i) + "\",";
  for (const auto& [json, is_valid] : std::vector<std::pair<std::string, bool>>{
           {many("[", "\"a\",", "\"A\"]"), true},
           {many("[", "\"a\",\"A\",", "\"A\"]"), true},
           {many("[", "0,", "0]"), false},
           {many("[", "0,[],{},\"\",\",\",\"\u00e9,\",", "0]"), false},
           {bag(different + "0]"), false}}) {
    CAPTURE(json.substr(0, 50));
    Faults faults;
    const std::size_t before = testing::allocated_bytes();
    read_body<Bag>(json, faults);
    CHECK(testing::allocated_bytes() - before < 20'000);
    CHECK(faults.empty() == is_valid);
  }
  // A text is decoded, once.
  for (const std::string& json :
       {many("\"", "a,", "\""), many("\"", "a", "\""), many("\"", ",", "\""),
        many("\"", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,", "\"")}) {
    Faults faults;
    const std::size_t before = testing::allocated_bytes();
    read_body<Bag>(json, faults);
    CHECK(testing::allocated_bytes() - before < 3'100'000);
  }
}

TEST_CASE("api/read_tags: what is taken is written as a list") {
  CHECK(to_json(read_whole<Bag>(bag(R"("b, A")"))) == bag(R"(["b","A"])"));
  CHECK(to_json(read_whole<Bag>(bag("null"))) == bag("[]"));
}

TEST_CASE("api/read_tags: requests are documented with all they may have, answers with the list") {
  Schemas requests;
  requests.refer_to(describe<BagPatch>(), Direction::request);
  const Json request = requests.take()["BagPatch"];
  CHECK_FALSE(request.contains("required"));
  const Json& any = request["properties"]["tags"]["anyOf"];
  REQUIRE(any.size() == 3);
  CHECK(any[0]["type"] == "array");
  CHECK_FALSE(any[0].contains("maxItems"));
  CHECK(any[1]["type"] == "string");
  CHECK(any[2]["type"] == "null");

  Schemas answers;
  answers.refer_to(describe<Bag>(), Direction::response);
  const Json answer = answers.take()["Bag"];
  CHECK(answer["required"] == Json::array({"title", "tags"}));
  CHECK(answer["properties"]["tags"]["type"] == "array");
  CHECK(answer["properties"]["tags"]["maxItems"] == 20);
}

}  // namespace taskdock::api
