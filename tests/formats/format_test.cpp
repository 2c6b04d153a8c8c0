#include "formats/format.h"

#include <doctest/doctest.h>

#include <set>

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

}  // namespace taskdock::formats
