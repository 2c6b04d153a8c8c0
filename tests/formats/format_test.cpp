#include "formats/format.h"

#include <doctest/doctest.h>

#include <set>
#include <utility>

namespace taskdock::formats {

TEST_CASE("formats/format: each format has a name of its own, and something to do") {
  std::set<std::string_view> names;
  for (const Format& format : all_formats()) {
    CAPTURE(std::string(format.name));
    CHECK(names.insert(format.name).second);
    CHECK(find_format(format.name) == &format);
    CHECK((format.make_writer || format.make_reader));
    CHECK((format.numbered == "line" || format.numbered == "task"));
    CHECK(!format.description.empty());
  }
  CHECK(find_format("xml") == nullptr);
}

TEST_CASE("formats/format: a file is known by its type, its name or its beginning") {
  CHECK(recognise("application/json", {}, "{\"tasks\":[]}")->name == "json");
  CHECK(recognise("TEXT/CSV", {}, "title\n")->name == "csv");
  CHECK(recognise({}, "Json", "")->name == "json");
  CHECK(recognise({}, "csv", "title\n")->name == "csv");
  CHECK(recognise("image/png", {}, "title\n") == nullptr);
  CHECK(recognise({}, "doc", "x") == nullptr);
  CHECK(recognise({}, {}, "no file of ours") == nullptr);
  CHECK(recognise({}, {}, "\xef\xbb\xbf { \n\"tasks\": [")->name == "json");
  CHECK(recognise({}, {}, "[{\"title\"")->name == "json");
  CHECK(recognise({}, {}, "[ ] a list") == nullptr);
  CHECK(recognise({}, {}, "\xef\xbb\xbfTags,title\r\nx,y\r\n")->name == "csv");
  CHECK(recognise({}, {}, "title\nA\n") == nullptr);
  CHECK(recognise({}, {},
                  "\xef\xbb\xbf"
                  "begin:vcalendar\r\n")
            ->name == "ics");
  CHECK(recognise({}, {}, "BEGIN:VCARD\r\n") == nullptr);
  CHECK(recognise("text/calendar", {}, "")->name == "ics");
}

TEST_CASE("formats/format: a text that begins as another format is not taken for todo.txt") {
  for (const auto& [type, extension] :
       {std::pair<const char*, const char*>{"text/plain", ""}, {"", "txt"}}) {
    CHECK(recognise(type, extension, "title,due_date\nA,2026-08-08\n")->name == "csv");
    CHECK(recognise(type, extension, "TYPE,CONTENT,PRIORITY\ntask,A,1\n")->name == "todoist");
    CHECK(recognise(type, extension, "BEGIN:VCALENDAR\r\n")->name == "ics");
    CHECK(recognise(type, extension, "{\"format\":\"taskdock\"")->name == "json");
    CHECK(recognise(type, extension, "(A) Call Mum @phone\n")->name == "todotxt");
    CHECK(recognise(type, extension, "title\n")->name == "todotxt");
    CHECK(recognise(type, extension, "")->name == "todotxt");
  }
  CHECK(recognise("text/csv", {}, "{\"tasks\":[]}")->name == "csv");
}

TEST_CASE(
    "formats/format: a list of tasks with numbers for ids is not taken for one of Vikunja's") {
  CHECK(recognise({}, "json", R"([{"id":5,"title":"n"}])")->name == "json");
  CHECK(recognise({}, "json", R"([{"id":5,"title":"n"},{"id":6,"tasks":[]}])")->name == "json");
  CHECK(recognise({}, "json", R"([{"id":5,"title":"n","tasks":null}])")->name == "vikunja");
  CHECK(recognise({}, "json", R"([ {"id":5,"title":"n","tasks":[{"id":)")->name == "vikunja");
}

}  // namespace taskdock::formats
