#include "formats/json_format.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "formats/byte_order_mark.h"
#include "formats/json_parts.h"
#include "formats/member_text.h"
#include "support/json_value.h"
#include "support/json_writer.h"
#include "support/text.h"

namespace taskdock::formats {

namespace {

using support::JsonValue;

template <class T>
void append_json_value(std::string& out, const T& value) {
  out += '"';
  append_value(out, value);
  out += '"';
}

void append_json_value(std::string& out, bool value) {
  append_value(out, value);
}

void append_json_value(std::string& out, const std::string& value) {
  support::append_json_string(out, value);
}

void append_json_value(std::string& out, const std::vector<std::string>& values) {
  out += '[';
  for (const std::string& value : values) {
    if (&value != &values.front()) out += ',';
    support::append_json_string(out, value);
  }
  out += ']';
}

template <class T>
void append_json_value(std::string& out, const std::optional<T>& value) {
  append_json_value(out, *value);
}

/// Whether it is what a task has of which nothing is said, and so is left out.
template <class T>
bool is_nothing(const T& /*value*/) {
  return false;
}

template <class T>
bool is_nothing(const std::optional<T>& value) {
  return !value;
}

bool is_nothing(const std::vector<std::string>& values) {
  return values.empty();
}

bool is_nothing(store::RecurrenceFrom value) {
  return value == store::RecurrenceFrom::due;
}

class JsonWriter final : public TaskWriter {
 public:
  void begin(std::string& out) override { out += R"({"format":"taskdock","version":1,"tasks":[)"; }

  void write(std::string& out, const ExportedTask& task) override {
    out += std::exchange(has_tasks_, true) ? ",\n" : "\n";
    char before = '{';
    for_each_member<ExportedTask>([&](const auto& member) {
      if (is_nothing(task.*member.member)) return;
      out += std::exchange(before, ',');
      out.append(1, '"').append(member.name).append("\":");
      append_json_value(out, task.*member.member);
    });
    out += '}';
  }

  void end(std::string& out) override { out += "\n]}\n"; }

 private:
  bool has_tasks_ = false;
};

const std::array member_names = std::apply(
    [](const auto&... members) {
      return std::array<std::string_view, sizeof...(members)>{members.name...};
    },
    task_members<ImportedTask>);

/// Reads one task, and tells of its faults.
class JsonTask {
 public:
  JsonTask(TaskSink& sink, std::size_t number) : sink_(sink), number_(number) {}

  void read(const JsonValue& object) {
    std::array<JsonValue, member_names.size()> values;
    support::find_json_members(object, member_names, values);
    const JsonValue* value = values.data();
    ImportedTask task;
    for_each_member<ImportedTask>([&](const auto& member) {
      member_ = member.name;
      read_json(*value++, task.*member.member);
    });
    member_ = "title";
    if (title_is_missing_) refuse("is missing");
    sink_.take(std::move(task), number_);
  }

 private:
  void refuse(const char* why) { sink_.refuse({number_, member_, why}); }

  void read_json(const JsonValue& value, std::string& to) {
    if (value.kind == JsonValue::Kind::absent || value.kind == JsonValue::Kind::null) {
      if (member_ == "title") title_is_missing_ = true;
    } else if (value.kind != JsonValue::Kind::string) {
      refuse("must be a text in quotation marks");
    } else {
      to = support::decode_json_string(value);
      if (const char* fault = text_fault(to)) refuse(fault);
    }
  }

  void read_json(const JsonValue& value, std::vector<std::string>& to) {
    if (value.kind == JsonValue::Kind::absent || value.kind == JsonValue::Kind::null) return;
    if (value.kind == JsonValue::Kind::string) {
      std::string list;
      read_json(value, list);
      return split_tags(list, to);
    }
    if (value.kind != JsonValue::Kind::array) return refuse("must be a list of texts");
    support::JsonElements elements(value);
    for (JsonValue element; elements.next(element);) {
      if (element.kind != JsonValue::Kind::string) return refuse("must be a list of texts");
      read_json(element, to.emplace_back());
    }
  }

  void read_json(const JsonValue& value, bool& to) {
    if (value.kind != JsonValue::Kind::boolean) return refuse("must be true or false");
    to = value.text == "true";
  }

  template <class T>
  void read_json(const JsonValue& value, std::optional<T>& to) {
    if (value.kind == JsonValue::Kind::absent || value.kind == JsonValue::Kind::null) return;
    if constexpr (std::is_same_v<T, support::DateOrTime>) {
      // As the API does: forms send nothing for a date that was not given.
      if (value.kind == JsonValue::Kind::string &&
          support::trim(support::decode_json_string(value)).empty()) {
        return;
      }
    }
    read_json(value, to.emplace());
  }

  /// What is a text in JSON, too.
  template <class T>
  void read_json(const JsonValue& value, T& to) {
    if (value.kind == JsonValue::Kind::absent || value.kind == JsonValue::Kind::null) return;
    if (value.kind != JsonValue::Kind::string) return refuse("must be a text in quotation marks");
    if (const char* fault = read_value(support::decode_json_string(value), to)) refuse(fault);
  }

  TaskSink& sink_;
  const std::size_t number_;
  std::string_view member_;
  bool title_is_missing_ = false;
};

class JsonReader final : public TaskReader {
 public:
  explicit JsonReader(TaskSink& sink)
      : sink_(sink), parts_({list_in_object, list_alone, "format", "version"}) {}

  void read(std::string_view bytes) override {
    while (parts_.next(bytes)) {
      if (parts_.path() < format_path) {
        if (!is_refused_) read_task();
      } else {
        read_kind();
      }
    }
  }

  void finish() override {
    parts_.finish();
    if (parts_.is_broken()) {
      sink_.refuse({0, {}, parts_.fault()});
    } else if (!parts_.has_place(0) && !parts_.has_place(1)) {
      sink_.refuse({0, {}, "The file has no list of tasks"});
    }
  }

 private:
  static constexpr std::string_view list_in_object = "tasks/*";
  static constexpr std::string_view list_alone = "*";
  // The place of the next path; that of the version follows.
  static constexpr std::size_t format_path = 2;

  /// Reads what the file says of itself. A file of ours of another version cannot be read.
  void read_kind() {
    if (parts_.path() == format_path) {
      const JsonValue value = support::parse_json(parts_.text()).value;
      is_ours_ =
          value.kind == JsonValue::Kind::string && support::decode_json_string(value) == "taskdock";
    } else {
      version_ = parts_.text();
    }
    if (is_refused_ || !is_ours_ || !version_ || *version_ == "1") return;
    is_refused_ = true;
    const bool is_number =
        support::parse_json_integer(support::parse_json(*version_).value).has_value();
    sink_.refuse({0,
                  {},
                  is_number ? "The file is of version " + *version_ +
                                  " of Taskdock's JSON, and this program reads version 1: import "
                                  "it with a newer Taskdock"
                            : "The version of the file must be 1"});
  }

  void read_task() {
    ++number_;
    if (parts_.is_too_long()) {
      return sink_.refuse({number_, {}, "The task is larger than a megabyte"});
    }
    const support::ParsedJson parsed = support::parse_json(parts_.text());
    if (parsed.value.kind == JsonValue::Kind::absent) {
      sink_.refuse({number_,
                    {},
                    "The task is not JSON from its byte " +
                        std::to_string(parsed.error_offset + 1) + " on"});
    } else if (parsed.value.kind != JsonValue::Kind::object) {
      sink_.refuse({number_, {}, "A task must be an object"});
    } else {
      JsonTask(sink_, number_).read(parsed.value);
    }
  }

  TaskSink& sink_;
  JsonParts parts_;
  std::size_t number_ = 0;
  // Whether the file says that it is in our format, and of which version, as it is written.
  bool is_ours_ = false;
  std::optional<std::string> version_;
  bool is_refused_ = false;
};

}  // namespace

std::unique_ptr<TaskWriter> make_json_writer() {
  return std::make_unique<JsonWriter>();
}

std::unique_ptr<TaskReader> make_json_reader(TaskSink& sink) {
  return std::make_unique<JsonReader>(sink);
}

bool begins_as_json(std::string_view beginning) {
  const auto skip_space = [](std::string_view text) {
    return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  };
  if (beginning.starts_with(byte_order_mark)) beginning.remove_prefix(byte_order_mark.size());
  beginning = skip_space(beginning);
  if (!beginning.starts_with('{') && !beginning.starts_with('[')) return false;
  const char next = beginning.front() == '{' ? '"' : '{';
  return skip_space(beginning.substr(1)).starts_with(next);
}

}  // namespace taskdock::formats
