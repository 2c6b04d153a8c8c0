#include "formats/foreign_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "formats/task_reader.h"
#include "support/recurrence.h"
#include "support/text.h"
#include "support/unicode.h"

namespace taskdock::formats {

namespace {

/// The first `count` code points of `text`.
std::string_view first_of(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; count > 0 && end < text.size(); --count) end += support::utf8_length(text.substr(end));
  return text.substr(0, end);
}

bool ends_line(std::string_view element) {
  static constexpr std::array<std::string_view, 12> names = {
      "p", "br", "br/", "li", "ul", "ol", "div", "h1", "h2", "h3", "blockquote", "tr"};
  return std::find(names.begin(), names.end(), element) != names.end();
}

/// Whether `text`, which begins with "<", begins with an element's tag.
bool begins_tag(std::string_view text) {
  if (text.size() < 2) return false;
  const char c = text[1];
  return c == '/' || c == '!' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Appends the character with the number in `reference` ("#39", "#x27"); false if it is no such
/// thing, or no character of a text.
bool append_numbered_character(std::string& out, std::string_view reference) {
  const bool is_hexadecimal = reference.starts_with("#x") || reference.starts_with("#X");
  if (!is_hexadecimal && !reference.starts_with('#')) return false;
  reference.remove_prefix(is_hexadecimal ? 2 : 1);
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(reference.data(), reference.data() + reference.size(),
                                            number, is_hexadecimal ? 16 : 10);
  if (error != std::errc() || end != reference.data() + reference.size()) return false;
  if (number <= 0 || number > 0x10ffff || (number >= 0xd800 && number < 0xe000)) return false;
  support::append_utf8(out, number);
  return true;
}

/// Appends the character for which `reference` stands ("amp", "#39"); false if it is not known.
bool append_character(std::string& out, std::string_view reference) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> known = {
      {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}}};
  for (const auto& [name, character] : known) {
    if (name != reference) continue;
    out += character;
    return true;
  }
  return append_numbered_character(out, reference);
}

/// The address of a link, from the inside of its tag; empty if there is none.
std::string_view address_in(std::string_view tag) {
  constexpr std::string_view attribute = "href=\"";
  const std::size_t start = tag.find(attribute);
  if (start == std::string_view::npos) return {};
  tag.remove_prefix(start + attribute.size());
  return tag.substr(0, tag.find('"'));
}

/// What stands before an element of a list that can be ticked.
constexpr std::string_view ticked = "[x] ";
constexpr std::string_view not_ticked = "[ ] ";

std::string_view box_of(std::string_view tag) {
  if (tag.find("data-checked=\"true\"") != std::string_view::npos) return ticked;
  return tag.find("data-checked=\"false\"") != std::string_view::npos ? not_ticked : "";
}

/// Its text is in an element of its own, which begins no other line.
bool ends_with_box(std::string_view text) {
  return text.ends_with(ticked) || text.ends_with(not_ticked);
}

}  // namespace

void set_title(ImportedTask& task, std::string_view title) {
  title = support::trim(title);
  if (title.empty()) title = "Untitled";
  if (support::code_points(title) <= max_title) {
    task.title = title;
    return;
  }
  task.title = std::string(support::trim(first_of(title, max_title - 1))) + "…";
  add_paragraph(task, title);
}

bool can_be_tag(std::string_view name) {
  name = support::trim(name);
  return !name.empty() && support::code_points(name) <= max_tag &&
         support::printable(name) == name && name.find(',') == std::string_view::npos;
}

std::string_view shared_text(std::string_view text) {
  constexpr std::size_t max_bytes = 4096;
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

void add_tag(ImportedTask& task, std::string_view kind, std::string_view name) {
  std::string tag(support::trim(name));
  std::replace(tag.begin(), tag.end(), ',', ' ');
  tag = support::trim(tag);
  if (task.tags.size() < max_tags && can_be_tag(tag)) {
    task.tags.push_back(std::move(tag));
  } else if (!tag.empty()) {
    add_paragraph(task, std::string(kind).append(": ").append(support::trim(name)));
  }
}

void keep_possible_rule(ImportedTask& task) {
  if (!task.recurrence) return;
  bool is_possible = task.due_date.has_value() && task.recurrence->size() <= max_rule;
  try {
    const support::Recurrence rule(*task.recurrence);
  } catch (const support::InvalidRecurrence&) {
    is_possible = false;
  }
  if (is_possible) return;
  add_paragraph(task, "Recurrence: " + *task.recurrence);
  task.recurrence.reset();
}

void add_paragraph(ImportedTask& task, std::string_view text) {
  text = support::trim(text);
  if (text.empty()) return;
  if (!task.description) task.description.emplace();
  // It is far too long already, and will be refused.
  if (task.description->size() > max_task_bytes) return;
  if (!task.description->empty()) *task.description += "\n\n";
  *task.description += text;
}

std::string text_of_html(std::string_view html) {
  constexpr std::size_t max_reference = 10;
  std::string text;
  std::string address;
  bool has_more_tags = true;
  while (!html.empty()) {
    const char c = html.front();
    if (c == '<' && has_more_tags && begins_tag(html)) {
      const std::size_t end = html.find('>');
      has_more_tags = end != std::string_view::npos;
      if (!has_more_tags) continue;
      const std::string tag = support::to_lower_ascii(html.substr(1, end - 1));
      std::string_view name = std::string_view(tag).substr(tag.starts_with('/') ? 1 : 0);
      name = name.substr(0, name.find(' '));
      if (tag == "/a" && !address.empty() && !text.ends_with(address)) {
        text.append(" (").append(address).append(1, ')');
      }
      if (name == "a") address = address_in(html.substr(1, end - 1));
      if (ends_line(name) && !text.empty() && !text.ends_with('\n') && !ends_with_box(text)) {
        text += '\n';
      }
      if (tag.starts_with("li ")) text += box_of(tag);
      html.remove_prefix(end + 1);
      continue;
    }
    const std::size_t end = c == '&' ? html.substr(0, max_reference).find(';') : html.npos;
    if (end != std::string_view::npos && append_character(text, html.substr(1, end - 1))) {
      html.remove_prefix(end + 1);
    } else {
      text += c;
      html.remove_prefix(1);
    }
  }
  return std::string(support::trim(text));
}

}  // namespace taskdock::formats
