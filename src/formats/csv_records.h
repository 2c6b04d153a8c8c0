#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace taskdock::formats {

/// A field of a record. `is_quoted` tells an empty text from nothing.
struct CsvField {
  std::string text;
  bool is_quoted = false;
};

/// Takes CSV (RFC 4180) that comes in pieces apart into records. Records may also end with LF; a
/// byte order mark (UTF-8) at the beginning and records without any character are left out. The
/// fields may be any bytes.
///
///   while (records.next(bytes)) use(records.fields());     // for each piece
///   if (records.finish()) use(records.fields());           // after the last one
class CsvRecords {
 public:
  /// Takes bytes from the beginning of `bytes` to the end of a record, and returns true; or takes
  /// all of them and returns false if no record ends in them.
  bool next(std::string_view& bytes);
  /// Whether there is a last record, which has no end.
  bool finish();

  /// The record that was found; valid until the next call.
  std::span<const CsvField> fields() const { return {fields_.data(), count_}; }
  /// The number of the line at which it begins, from one on: a field can have several lines.
  std::size_t line() const { return first_line_; }
  /// What is wrong with the record, whose fields then say nothing; empty: nothing is.
  std::string_view fault() const { return fault_; }

 private:
  enum class State {
    record_start,  // nothing of a record yet
    field_start,
    plain,
    quoted,
    quote_in_quoted,  // a quotation mark: the end of the field, or the first of two
    carriage_return,  // one outside of quotation marks, which a line feed has to follow
    broken,           // what follows is passed over up to the end of the line
  };

  bool take_mark(std::string_view& bytes);
  void take_run(std::string_view& bytes);
  bool take(char c);
  void begin_field();
  void add(std::string_view text);
  bool end_record();
  void refuse(std::string_view why);

  std::vector<CsvField> fields_;  // those from count_ on keep their memory for the next record
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;  // of the record's fields
  std::size_t line_ = 1;
  std::size_t first_line_ = 1;
  std::size_t mark_ = 0;  // how many bytes of a byte order mark were taken; all: it is over
  State state_ = State::record_start;
  std::string_view fault_ = {};
};

}  // namespace taskdock::formats
