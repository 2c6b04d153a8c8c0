#include "formats/csv_format.h"

#include <array>
#include <span>
#include <utility>
#include <vector>

#include "formats/csv_records.h"
#include "formats/member_text.h"
#include "support/text.h"

namespace taskdock::formats {

namespace {

void append_csv_text(std::string& out, std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

template <class T>
void append_csv_value(std::string& out, const T& value) {
  append_value(out, value);
}

void append_csv_value(std::string& out, const std::string& value) {
  append_csv_text(out, value);
}

void append_csv_value(std::string& out, const std::vector<std::string>& values) {
  if (values.empty()) return;
  std::string list;
  for (const std::string& value : values) {
    if (&value != &values.front()) list += ',';
    list += value;
  }
  append_csv_text(out, list);
}

template <class T>
void append_csv_value(std::string& out, const std::optional<T>& value) {
  if (value) append_csv_value(out, *value);
}

class CsvWriter final : public TaskWriter {
 public:
  void begin(std::string& out) override {
    for_each_member<ExportedTask>([&](const auto& member) { out.append(member.name) += ','; });
    end_line(out);
  }

  void write(std::string& out, const ExportedTask& task) override {
    for_each_member<ExportedTask>([&](const auto& member) {
      append_csv_value(out, task.*member.member);
      out += ',';
    });
    end_line(out);
  }

  void end(std::string& /*out*/) override {}

 private:
  /// After the comma that follows the last field.
  static void end_line(std::string& out) { out.replace(out.size() - 1, 1, "\r\n"); }
};

/// Reads one task, and tells of its faults.
class CsvTask {
 public:
  CsvTask(TaskSink& sink, std::size_t line) : sink_(sink), line_(line) {}

  /// `places` says for each member in which field it is.
  void read(std::span<const CsvField> fields, std::span<const std::optional<std::size_t>> places) {
    ImportedTask task;
    auto place = places.begin();
    for_each_member<ImportedTask>([&](const auto& member) {
      member_ = member.name;
      if (const auto& at = *place++) read_field(fields[*at], task.*member.member);
    });
    sink_.take(std::move(task), line_);
  }

 private:
  void refuse(const char* why) { sink_.refuse({line_, member_, why}); }

  void read_field(const CsvField& field, std::string& to) {
    if (const char* fault = text_fault(field.text)) return refuse(fault);
    to = field.text;
  }

  void read_field(const CsvField& field, std::optional<std::string>& to) {
    if (!field.text.empty() || field.is_quoted) read_field(field, to.emplace());
  }

  void read_field(const CsvField& field, std::vector<std::string>& to) {
    if (const char* fault = text_fault(field.text)) return refuse(fault);
    split_tags(field.text, to);
  }

  template <class T>
  void read_field(const CsvField& field, std::optional<T>& to) {
    if (!support::trim_blanks(field.text).empty()) read_field(field, to.emplace());
  }

  template <class T>
  void read_field(const CsvField& field, T& to) {
    const std::string_view text = support::trim_blanks(field.text);
    if (text.empty()) return;
    if (const char* fault = read_value(text, to)) refuse(fault);
  }

  TaskSink& sink_;
  const std::size_t line_;
  std::string_view member_;
};

/// Whether a column of this name has the member.
bool names_member(const CsvField& column, std::string_view member) {
  return support::equals_ignoring_case(support::trim_blanks(column.text), member);
}

class CsvReader final : public TaskReader {
 public:
  explicit CsvReader(TaskSink& sink) : sink_(sink) {}

  void read(std::string_view bytes) override {
    while (records_.next(bytes)) read_record();
  }

  void finish() override {
    if (records_.finish()) read_record();
    if (header_ == Header::missing) {
      sink_.refuse({0, {}, "The file is empty: its first line must have the names of the columns"});
    }
  }

 private:
  enum class Header { missing, known, unusable };

  void read_record() {
    if (header_ == Header::unusable) return;
    if (!records_.fault().empty()) {
      sink_.refuse({records_.line(), {}, "The record " + std::string(records_.fault())});
      // Without a header nothing that follows can be read.
      if (header_ == Header::missing) header_ = Header::unusable;
    } else if (header_ == Header::missing) {
      read_header(records_.fields());
    } else if (records_.fields().size() != columns_) {
      sink_.refuse({records_.line(),
                    {},
                    "The record has " + std::to_string(records_.fields().size()) +
                        " fields, but the header " + std::to_string(columns_)});
    } else {
      CsvTask(sink_, records_.line()).read(records_.fields(), places_);
    }
  }

  void read_header(std::span<const CsvField> names) {
    header_ = Header::known;
    columns_ = names.size();
    std::size_t member = 0;
    bool has_title = false;
    for_each_member<ImportedTask>([&](const auto& each) {
      std::optional<std::size_t>& place = places_[member++];
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names_member(names[i], each.name)) continue;
        if (place) {
          sink_.refuse({records_.line(), each.name, "must not be the name of two columns"});
          header_ = Header::unusable;
        }
        place = i;
      }
      if (place && std::string_view(each.name) == "title") has_title = true;
    });
    if (has_title) return;
    header_ = Header::unusable;
    sink_.refuse({records_.line(),
                  {},
                  "There is no column title: the first line must have the names of the columns, "
                  "with commas between them"});
  }

  TaskSink& sink_;
  CsvRecords records_;
  Header header_ = Header::missing;
  std::size_t columns_ = 0;
  std::array<std::optional<std::size_t>, std::tuple_size_v<decltype(task_members<ImportedTask>)>>
      places_ = {};
};

}  // namespace

std::unique_ptr<TaskWriter> make_csv_writer() {
  return std::make_unique<CsvWriter>();
}

std::unique_ptr<TaskReader> make_csv_reader(TaskSink& sink) {
  return std::make_unique<CsvReader>(sink);
}

bool begins_as_csv(std::string_view beginning) {
  CsvRecords records;
  // A line that goes on beyond the beginning is looked at as far as it is there.
  if (!records.next(beginning) && !records.finish()) return false;
  std::size_t known = 0;
  bool has_title = false;
  for (const CsvField& field : records.fields()) {
    for_each_member<ImportedTask>([&](const auto& member) {
      if (!names_member(field, member.name)) return;
      ++known;
      if (std::string_view(member.name) == "title") has_title = true;
    });
  }
  return has_title && known > 1;
}

}  // namespace taskdock::formats
