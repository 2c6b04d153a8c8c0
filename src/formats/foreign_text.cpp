#include "formats/foreign_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "formats/task_reader.h"
#include "support/text.h"

namespace taskdock::formats {

namespace {

// The limits of the API (api/task_types.h), which says what is wrong where a text breaks them.
constexpr std::size_t max_title = 200;
constexpr std::size_t max_tag = 50;
constexpr std::size_t max_tags = 20;

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

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

/// Appends the character for which `reference` stands ("amp", "#39"); false if it is not known.
bool append_character(std::string& out, std::string_view reference) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> known = {
      {{"amp", "&"},
       {"lt", "<"},
       {"gt", ">"},
       {"quot", "\""},
       {"apos", "'"},
       {"#39", "'"},
       {"nbsp", " "}}};
  for (const auto& [name, character] : known) {
    if (name != reference) continue;
    out += character;
    return true;
  }
  return false;
}

/// The address of a link, from the inside of its tag; empty if there is none.
std::string_view address_in(std::string_view tag) {
  constexpr std::string_view attribute = "href=\"";
  const std::size_t start = tag.find(attribute);
  if (start == std::string_view::npos) return {};
  tag.remove_prefix(start + attribute.size());
  return tag.substr(0, tag.find('"'));
}

}  // namespace

void set_title(ImportedTask& task, std::string_view title) {
  title = support::trim(title);
  if (support::code_points(title) <= max_title) {
    task.title = title;
    return;
  }
  task.title = std::string(support::trim(first_of(title, max_title - 1))) + "…";
  add_paragraph(task, title);
}

void add_tag(ImportedTask& task, std::string_view kind, std::string_view name) {
  name = support::trim(name);
  if (name.empty()) return;
  if (task.tags.size() >= max_tags || support::code_points(name) > max_tag ||
      has_control_character(name)) {
    return add_paragraph(task, std::string(kind).append(": ").append(name));
  }
  std::string tag(name);
  std::replace(tag.begin(), tag.end(), ',', ' ');
  task.tags.emplace_back(support::trim(tag));
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
  std::string text;
  std::string address;
  while (!html.empty()) {
    const char c = html.front();
    const std::size_t end = html.find(c == '<' ? '>' : ';');
    if (c == '<' && end != std::string_view::npos) {
      const std::string tag = support::to_lower_ascii(html.substr(1, end - 1));
      const std::string_view name =
          std::string_view(tag).substr(tag.starts_with('/') ? 1 : 0).substr(0, tag.find(' '));
      if (tag == "/a" && !address.empty() && !text.ends_with(address)) {
        text.append(" (").append(address).append(1, ')');
      }
      if (name == "a") address = address_in(html.substr(1, end - 1));
      if (ends_line(name) && !text.empty() && !text.ends_with('\n')) text += '\n';
      html.remove_prefix(end + 1);
    } else if (c == '&' && end != std::string_view::npos &&
               append_character(text, html.substr(1, end - 1))) {
      html.remove_prefix(end + 1);
    } else {
      text += c;
      html.remove_prefix(1);
    }
  }
  return std::string(support::trim(text));
}

}  // namespace taskdock::formats
