#include "api/read.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "api/account_types.h"
#include "api/reading.h"
#include "api/task_types.h"
#include "testing/text.h"

namespace taskdock::api {

namespace {

using Strings = std::vector<std::string>;

const std::string emoji = "\xf0\x9f\xa5\x9b";  // one code point, four bytes

using testing::repeated;

/// "body/title missing: Field required"
Strings told(const Faults& faults) {
  Strings result;
  for (const Fault& fault : faults) {
    std::string where(name_of(fault.location.source));
    for (const Step& step : fault.location.steps) {
      if (const auto* name = std::get_if<std::string_view>(&step)) {
        where += '/' + std::string(*name);
      } else {
        where += '@' + std::to_string(std::get<std::size_t>(step));
      }
    }
    result.push_back(where + ' ' + std::string(fault.type) + ": " + fault.message);
  }
  return result;
}

template <class T>
Strings faults_of(const std::string& json) {
  return told(read_faults<T>(json));
}

std::string with_title(const std::string& json_value) {
  return R"({"title":)" + json_value + '}';
}

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

const std::string title_too_long =
    "body/title string_too_long: String should have at most 200 characters";
const std::string title_blank = "body/title value_error: Value error, must not be only white space";
const std::string title_no_string = "body/title string_type: Input should be a valid string";
const std::string nul_in_title =
    "body/title value_error: Value error, the character U+0000 is not allowed";

}  // namespace

TEST_CASE("api/read: a title within its rules comes through as it was sent") {
  const std::vector<std::pair<std::string, std::string>> titles = {
      {R"("x")", "x"},
      {R"("  padded\t")", "  padded\t"},
      {quoted(repeated("x", 200)), repeated("x", 200)},
      {quoted(repeated(emoji, 200)), repeated(emoji, 200)},
      {quoted(emoji), emoji},
      {R"("\ud83e\udd5b")", emoji},
      {R"("\u00e9\n\"\\\/")", "\xc3\xa9\n\"\\/"},
      {quoted("\xe2\x80\x8b"), "\xe2\x80\x8b"},  // zero width space is no white space to Unicode
      {quoted("\x7f"), "\x7f"},
  };
  for (const auto& [json, title] : titles) {
    CHECK(read_whole<NewTask>(with_title(json)).title == title);
  }
}

TEST_CASE("api/read: a title outside its rules is refused in Pydantic's words") {
  const std::vector<std::pair<std::string, std::string>> titles = {
      {R"("")", "body/title string_too_short: String should have at least 1 character"},
      {quoted(repeated("x", 201)), title_too_long},
      {quoted(repeated(emoji, 201)), title_too_long},
      {quoted(repeated(" ", 201)), title_too_long},
      {R"(" ")", title_blank},
      {quoted(repeated(" ", 200)), title_blank},
      {R"("\t\n\r\u000b\u000c\u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000")",
       title_blank},
      {R"("a\u0000b")", nul_in_title},
      {R"("\u0000")", nul_in_title},
      {"1", title_no_string},
      {"1.5", title_no_string},
      {"true", title_no_string},
      {"[]", title_no_string},
      {"{}", title_no_string},
      {R"(["x"])", title_no_string},
      {R"({"title":"x"})", title_no_string},
      {"null", title_no_string},
  };
  for (const auto& [json, fault] : titles) {
    const auto& shown_json = json;
    CAPTURE(shown_json);
    CHECK(faults_of<NewTask>(with_title(json)) == Strings{fault});
  }
}

TEST_CASE("api/read: lengths count code points, at both ends of each rule") {
  const auto signup = [](const std::string& password, const std::string& name) {
    return R"({"email":"a@b.c","password":")" + password + R"(","name":")" + name + "\"}";
  };
  const std::string eight = repeated(emoji, 8);
  CHECK(read_whole<SignupRequest>(signup(eight, "Ann")).password == eight);
  CHECK(read_whole<SignupRequest>(signup(repeated(emoji, 128), "Ann")).password ==
        repeated(emoji, 128));
  CHECK(faults_of<SignupRequest>(signup(repeated(emoji, 7), "Ann")) ==
        Strings{"body/password string_too_short: String should have at least 8 characters"});
  CHECK(faults_of<SignupRequest>(signup(repeated(emoji, 129), "Ann")) ==
        Strings{"body/password string_too_long: String should have at most 128 characters"});

  // A password is never trimmed; a name is, before it is measured.
  CHECK(read_whole<SignupRequest>(signup("        ", "Ann")).password == "        ");
  CHECK(*read_whole<SignupRequest>(signup(eight, " \xe3\x80\x80 " + repeated(emoji, 100) + "\\n"))
             .name == repeated(emoji, 100));
  CHECK(faults_of<SignupRequest>(signup(eight, repeated(emoji, 101))) ==
        Strings{"body/name string_too_long: String should have at most 100 characters"});
  CHECK(faults_of<ProfileChange>(R"({"name":"\t \u00a0"})") ==
        Strings{"body/name string_too_short: String should have at least 1 character"});

  const auto described = [](const std::string& text) {
    return R"({"title":"x","description":")" + text + "\"}";
  };
  CHECK(*read_whole<NewTask>(described(repeated(emoji, 2000))).description ==
        repeated(emoji, 2000));
  CHECK(*read_whole<NewTask>(described("")).description == "");
  CHECK(*read_whole<NewTask>(described("  ")).description == "  ");
  CHECK(faults_of<NewTask>(described(repeated(emoji, 2001))) ==
        Strings{"body/description string_too_long: String should have at most 2000 characters"});
}

TEST_CASE("api/read: an email is trimmed, put in lower case and checked") {
  const auto login = [](const std::string& email) {
    return R"({"email":)" + email + R"(,"password":"x"})";
  };
  CHECK(read_whole<LoginRequest>(login(R"("\t Ann.Lee@EXAMPLE.com \n")")).email ==
        "ann.lee@example.com");
  CHECK(faults_of<LoginRequest>(login(R"("ann")")) ==
        Strings{"body/email value_error: value is not a valid email address: An email address must "
                "have an @-sign."});
  CHECK(faults_of<LoginRequest>(login("5")) ==
        Strings{"body/email string_type: Input should be a valid string"});
  CHECK(faults_of<LoginRequest>(login(R"("a\u0000@b.c")")) ==
        Strings{"body/email value_error: Value error, the character U+0000 is not allowed"});
  // The Kelvin sign is K in lower case to Unicode, but no ASCII letter: not an address here.
  CHECK(faults_of<LoginRequest>(login("\"\xe2\x84\xaa@b.c\"")).size() == 1);
}

TEST_CASE("api/read: only true and false are booleans in a body") {
  CHECK(read_whole<TaskPatch>(R"({"is_completed":true})").is_completed == true);
  CHECK(read_whole<TaskPatch>(R"({"is_completed":false})").is_completed == false);
  for (const char* value : {"1", "0", R"("true")", R"("yes")", "[]", "{}", "1.0"}) {
    CAPTURE(value);
    CHECK(faults_of<TaskPatch>(R"({"is_completed":)" + std::string(value) + '}') ==
          Strings{"body/is_completed bool_type: Input should be a valid boolean"});
  }
}

TEST_CASE("api/read: all faults are told at once, in the order of the declaration") {
  CHECK(faults_of<SignupRequest>(R"({"name":7,"password":"short","email":"no"})") ==
        Strings{"body/email value_error: value is not a valid email address: An email address must "
                "have an @-sign.",
                "body/password string_too_short: String should have at least 8 characters",
                "body/name string_type: Input should be a valid string"});
  CHECK(faults_of<SignupRequest>("{}") ==
        Strings{"body/email missing: Field required", "body/password missing: Field required"});
  CHECK(faults_of<TaskPatch>(R"({"title":"","description":[],"is_completed":"no"})").size() == 3);
}

TEST_CASE("api/read: null for an optional member means absent, for any other it is a fault") {
  const auto signup =
      read_whole<SignupRequest>(R"({"email":"a@b.c","password":"12345678","name":null})");
  CHECK_FALSE(signup.name);
  CHECK_FALSE(read_whole<NewTask>(R"({"title":"x","description":null})").description);
  CHECK_FALSE(read_whole<NewTask>(R"({"title":"x"})").description);
  CHECK(faults_of<LoginRequest>(R"({"email":null,"password":null})") ==
        Strings{"body/email string_type: Input should be a valid string",
                "body/password string_type: Input should be a valid string"});
  CHECK(faults_of<Completion>(R"({"is_completed":null,"completed":null})").size() == 2);
}

TEST_CASE("api/read: a blank name at sign-up is none, as published clients send it") {
  for (const char* name : {"", " ", "\\t\\n", "\xc2\xa0", "\\u3000"}) {
    CAPTURE(name);
    const auto signup = read_whole<SignupRequest>(
        R"({"email":"a@b.c","password":"12345678","name":")" + std::string(name) + "\"}");
    CHECK_FALSE(signup.name);
  }
}

TEST_CASE("api/read: in a patch null clears a description, and only that") {
  const auto cleared = read_whole<TaskPatch>(R"({"description":null})");
  REQUIRE(cleared.description);
  CHECK_FALSE(*cleared.description);
  const auto kept = read_whole<TaskPatch>("{}");
  CHECK_FALSE(kept.title);
  CHECK_FALSE(kept.description);
  CHECK_FALSE(kept.is_completed);
  CHECK(faults_of<TaskPatch>(R"({"title":null,"is_completed":null})") ==
        Strings{title_no_string, "body/is_completed bool_type: Input should be a valid boolean"});
  CHECK(faults_of<ProfileChange>(R"({"name":null,"email":null})").size() == 2);
  const auto set = read_whole<TaskPatch>(R"({"description":""})");
  REQUIRE(set.description);
  REQUIRE(*set.description);
  CHECK((*set.description)->empty());
}

TEST_CASE("api/read: members nobody knows are ignored, whatever is in them") {
  const auto content = read_whole<NewTask>(
      R"({"key":1,"x":{"title":"inner","y":[{"title":2}]},"title":"outer","TITLE":3,"\u0000":null,)"
      R"("z":[[[["title"]]]]})");
  CHECK(content.title == "outer");
  const std::string deep = repeated("[", 4'000) + repeated("]", 4'000);
  CHECK(read_whole<NewTask>(R"({"deep":)" + deep + R"(,"title":"x"})").title == "x");
}

TEST_CASE("api/read: of a member that stands twice the last counts") {
  CHECK(read_whole<NewTask>(R"({"title":1,"title":"last"})").title == "last");
  CHECK(faults_of<NewTask>(R"({"title":"first","title":1})") == Strings{title_no_string});
}

TEST_CASE("api/read: JSON that is no object is refused as a whole") {
  for (const char* json : {"[]", "1", "-0.5", "null", "true", R"("title")", R"([{"title":"x"}])"}) {
    CAPTURE(json);
    CHECK(faults_of<NewTask>(json) ==
          Strings{"body model_attributes_type: Input should be a valid dictionary or object to "
                  "extract fields from"});
  }
}

TEST_CASE("api/read: what is no JSON is told with the byte where it stops being JSON") {
  const std::vector<std::pair<std::string, std::size_t>> malformed = {
      {"x", 0},
      {"{", 1},
      {R"({"title": })", 10},
      {R"({"title":"x",})", 13},
      {R"({"title":"x"} x)", 14},
      {R"({"title":"x"}{})", 13},
      {"{'title':'x'}", 1},
      {R"({a:"x"})", 1},
      {R"({"title":"x")", 12},
      {"{\"title\":\"\n\"}", 10},
      {std::string("{\"title\":\"\0\"}", 13), 10},
      {"{\"title\":\"\xff\"}", 10},
      {R"({"title":01})", 10},
      {R"({"title":NaN})", 9},
  };
  for (const auto& [json, offset] : malformed) {
    const auto& shown_json = json;
    CAPTURE(shown_json);
    CHECK(faults_of<NewTask>(json) ==
          Strings{"body@" + std::to_string(offset) + " json_invalid: JSON decode error"});
  }
}

TEST_CASE("api/read: text that is not UTF-8 is no JSON") {
  const Strings bad = {
      "\x80",              // a continuation byte alone
      "\xc0\xaf",          // overlong
      "\xe0\x80\xaf",      // overlong
      "\xed\xa0\x80",      // a surrogate
      "\xf4\x90\x80\x80",  // above U+10FFFF
      "\xf0\x9f\xa5",      // cut off
      "\\ud800",           // half a pair
      "\\udc00\\ud800",    // a pair the wrong way round
      "\\u12g4",
      "\\x41",
  };
  for (const std::string& text : bad) {
    const Strings faults = faults_of<NewTask>(with_title(quoted(text)));
    CAPTURE(text);
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].ends_with("json_invalid: JSON decode error"));
  }
}

}  // namespace taskdock::api
