#include "formats/csv_records.h"

#include <doctest/doctest.h>

#include "formats/task_reader.h"

namespace taskdock::formats {

namespace {

/// Each record as "LINE|field|field", a quoted field in brackets; or "LINE!fault".
std::vector<std::string> records_of(std::string_view text, std::size_t piece_bytes = 3) {
  std::vector<std::string> found;
  CsvRecords records;
  const auto take = [&] {
    std::string shown = std::to_string(records.line());
    if (!records.fault().empty()) {
      shown.append("!").append(records.fault());
    } else {
      for (const CsvField& field : records.fields()) {
        shown += '|' + (field.is_quoted ? '[' + field.text + ']' : field.text);
      }
    }
    found.push_back(shown);
  };
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    std::string_view piece = text.substr(at, piece_bytes);
    while (records.next(piece)) take();
  }
  if (records.finish()) take();
  return found;
}

}  // namespace

TEST_CASE("formats/csv_records: records are found in pieces of any size, by their first lines") {
  const std::string text =
      "\xef\xbb\xbf"
      "a,\"b\"\"c\",\"\"\r\n\r\n,\n\"two\r\nlines\",x\r\nlast";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    CHECK(records_of(text, size) ==
          std::vector<std::string>{"1|a|[b\"c]|[]", "3||", "4|[two\r\nlines]|x", "6|last"});
  }
  CHECK(records_of("").empty());
  CHECK(records_of("\xef\xbb\xbf").empty());
}

TEST_CASE("formats/csv_records: what is no CSV is told at its line, and the next line is read") {
  for (const auto& [text, fault] : std::vector<std::pair<std::string, std::string>>{
           {"a\"b", "has a quotation mark inside a field that does not begin with one"},
           {"\"a\"b", "has a character after the quotation mark that ends a field"},
           {"a\rb", "has a carriage return that ends no line: put the field into quotation marks"},
           {"\rb", "has a carriage return that ends no line: put the field into quotation marks"},
       }) {
    CAPTURE(text);
    CHECK(records_of("x\n" + text + ",c\ny\n") ==
          std::vector<std::string>{"1|x", "2!" + fault, "3|y"});
  }
  CHECK(records_of("x\n\"a\nb\n") ==
        std::vector<std::string>{"1|x", "2!has a quotation mark that is not closed"});
  CHECK(records_of("\xef\xbb"
                   "a\nb") == std::vector<std::string>{"1!is not UTF-8", "2|b"});
}

TEST_CASE("formats/csv_records: a record of any size takes a limited amount of memory") {
  const std::string many(5000, ',');
  CHECK(records_of(many + "\nx", 1000) ==
        std::vector<std::string>{"1!has more than 1000 fields", "2|x"});
  const std::string large(max_task_bytes + 1, 'a');
  CHECK(records_of(large + "\nx", 100'000) ==
        std::vector<std::string>{"1!is longer than a megabyte", "2|x"});
}

}  // namespace taskdock::formats
