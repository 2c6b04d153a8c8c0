#include "formats/csv_records.h"

#include <algorithm>

#include "formats/byte_order_mark.h"
#include "formats/task_reader.h"

namespace taskdock::formats {

namespace {

// Far more columns than any program writes: a file of commas must not become large in memory.
constexpr std::size_t max_fields = 1'000;

constexpr std::size_t max_kept_field = 4096;  // bytes

}  // namespace

bool CsvRecords::next(std::string_view& bytes) {
  if (!take_mark(bytes)) return false;
  while (!bytes.empty()) {
    take_run(bytes);
    if (bytes.empty()) break;
    const char c = bytes.front();
    bytes.remove_prefix(1);
    if (take(c)) return true;
  }
  return false;
}

bool CsvRecords::finish() {
  if (mark_ > 0 && mark_ < byte_order_mark.size()) {
    begin_field();
    refuse("is not UTF-8");
  }
  if (state_ == State::quoted) refuse("has a quotation mark that is not closed");
  if (state_ == State::carriage_return && count_ == 0) state_ = State::record_start;
  if (state_ == State::record_start) return false;
  return end_record();
}

/// Takes what is left of a byte order mark. Returns whether the text begins, or has begun.
bool CsvRecords::take_mark(std::string_view& bytes) {
  while (mark_ < byte_order_mark.size()) {
    if (bytes.empty()) return false;
    if (bytes.front() != byte_order_mark[mark_]) {
      // A part of the mark is no text in UTF-8.
      if (mark_ > 0) {
        begin_field();
        refuse("is not UTF-8");
      }
      mark_ = byte_order_mark.size();
      return true;
    }
    ++mark_;
    bytes.remove_prefix(1);
  }
  return true;
}

/// Takes the characters that mean nothing where they are.
void CsvRecords::take_run(std::string_view& bytes) {
  std::size_t size = 0;
  if (state_ == State::quoted) {
    size = std::min(bytes.find('"'), bytes.size());
    const std::string_view run = bytes.substr(0, size);
    line_ += static_cast<std::size_t>(std::count(run.begin(), run.end(), '\n'));
    add(run);
  } else if (state_ == State::plain) {
    size = std::min(bytes.find_first_of(",\"\r\n"), bytes.size());
    add(bytes.substr(0, size));
  } else if (state_ == State::broken) {
    size = std::min(bytes.find('\n'), bytes.size());
  }
  bytes.remove_prefix(size);
}

/// Takes a character that can mean something. Returns whether a record ends with it.
bool CsvRecords::take(char c) {
  if (state_ == State::record_start) {
    count_ = 0;
    fault_ = {};
    first_line_ = line_;
  }
  if (state_ == State::carriage_return && c != '\n') {
    refuse("has a carriage return that ends no line: put the field into quotation marks");
  }
  if (c == '\n') {
    ++line_;
    if (count_ > 0) return end_record();
    state_ = State::record_start;
    return false;
  }
  if (state_ == State::record_start && c != '\r') begin_field();
  switch (state_) {
    case State::field_start:
      if (c == '"') {
        fields_[count_ - 1].is_quoted = true;
        state_ = State::quoted;
        return false;
      }
      break;
    case State::quoted:  // the character is a quotation mark
      state_ = State::quote_in_quoted;
      return false;
    case State::quote_in_quoted:
      if (c == '"') {
        add("\"");
        if (state_ != State::broken) state_ = State::quoted;
        return false;
      }
      if (c != ',' && c != '\r') {
        refuse("has a character after the quotation mark that ends a field");
      }
      break;
    case State::record_start:
    case State::plain:
    case State::carriage_return:
    case State::broken:
      break;
  }
  if (state_ == State::broken) return false;
  if (c == '\r') {
    state_ = State::carriage_return;
  } else if (c == ',') {
    begin_field();
  } else if (c == '"') {
    refuse("has a quotation mark inside a field that does not begin with one");
  } else {
    state_ = State::plain;
    add({&c, 1});
  }
  return false;
}

void CsvRecords::begin_field() {
  if (count_ == max_fields) return refuse("has more than 1000 fields");
  if (count_ == 0) bytes_ = 0;
  if (count_ == fields_.size()) fields_.emplace_back();
  CsvField& field = fields_[count_++];
  // What one record needed is not kept for all that follow.
  if (field.text.capacity() > max_kept_field) field.text = {};
  field.text.clear();
  field.is_quoted = false;
  state_ = State::field_start;
}

void CsvRecords::add(std::string_view text) {
  bytes_ += text.size();
  if (bytes_ > max_task_bytes) return refuse("is longer than a megabyte");
  fields_[count_ - 1].text += text;
}

bool CsvRecords::end_record() {
  state_ = State::record_start;
  return true;
}

void CsvRecords::refuse(std::string_view why) {
  if (count_ == 0) begin_field();
  state_ = State::broken;
  if (fault_.empty()) fault_ = why;
}

}  // namespace taskdock::formats
