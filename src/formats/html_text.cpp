#include "formats/html_text.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "support/json_characters.h"
#include "support/text.h"
#include "support/unicode.h"

namespace taskdock::formats {

namespace {

// The elements that people and programs write into notes (HTML, 4), also older ones.
constexpr auto html_elements = std::to_array<std::string_view>(
    {"a",       "abbr",   "article", "b",       "big",     "blockquote", "body",   "br",
     "caption", "center", "cite",    "code",    "col",     "colgroup",   "dd",     "del",
     "details", "div",    "dl",      "dt",      "em",      "figcaption", "figure", "font",
     "footer",  "h1",     "h2",      "h3",      "h4",      "h5",         "h6",     "head",
     "header",  "hr",     "html",    "i",       "iframe",  "img",        "input",  "ins",
     "kbd",     "label",  "li",      "main",    "mark",    "ol",         "p",      "pre",
     "q",       "s",      "samp",    "script",  "section", "small",      "span",   "strike",
     "strong",  "style",  "sub",     "summary", "sup",     "table",      "tbody",  "td",
     "tfoot",   "th",     "thead",   "title",   "tr",      "tt",         "u",      "ul",
     "var"});

/// Whether `name` is one of `names`.
template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Elements of which a tag ends the line before it, and those that have no end tag.
constexpr auto line_elements =
    std::to_array<std::string_view>({"blockquote", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6",
                                     "hr", "li", "ol", "p", "tr", "ul"});
constexpr auto elements_without_end =
    std::to_array<std::string_view>({"br", "col", "hr", "img", "input"});

using HtmlElements = std::bitset<html_elements.size()>;

/// A tag of an element that is known.
struct HtmlTag {
  std::size_t element = 0;           // its place among the elements
  std::size_t size = 0;              // from "<" to ">"
  bool is_end = false;               // "</p>"
  std::string_view attributes = {};  // as they are written
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Takes the beginning of `text` that has only characters for which `belongs` is true.
template <class Belongs>
std::string_view take_while(std::string_view& text, Belongs belongs) {
  const auto end = std::find_if_not(text.begin(), text.end(), belongs);
  const std::string_view taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

/// Whether `text` is attributes as programs write them: each has a name and a value in quotation
/// marks. A slash may be the last of them.
bool are_attributes(std::string_view text) {
  for (;;) {
    const bool has_space = !take_while(text, support::is_space).empty();
    if (text.empty() || text == "/") return true;
    const std::string_view name = take_while(
        text, [](char c) { return is_letter(c) || support::is_digit(c) || c == '-' || c == '_'; });
    if (!has_space || name.empty() || !text.starts_with('=')) return false;
    text.remove_prefix(1);
    if (!text.starts_with('"') && !text.starts_with('\'')) return false;
    const std::size_t end = text.find(text.front(), 1);
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
}

/// The tag with which `text` begins, whose first character is "<"; nothing if it begins with none.
std::optional<HtmlTag> tag_at(std::string_view text) {
  const std::size_t end = text.find_first_of("<>", 1);
  if (end == std::string_view::npos || text[end] == '<') return std::nullopt;
  HtmlTag tag{.element = 0, .size = end + 1};
  std::string_view inside = text.substr(1, end - 1);
  tag.is_end = inside.starts_with('/');
  if (tag.is_end) inside.remove_prefix(1);
  const std::string name = support::to_lower_ascii(
      take_while(inside, [](char c) { return is_letter(c) || support::is_digit(c); }));
  const auto* const element = std::find(html_elements.begin(), html_elements.end(), name);
  if (element == html_elements.end() || !are_attributes(inside)) return std::nullopt;
  tag.element = static_cast<std::size_t>(element - html_elements.begin());
  tag.attributes = inside;
  return tag;
}

/// The elements that the text has: those with both of their tags, or that have only one.
HtmlElements elements_in(std::string_view text) {
  HtmlElements begun;
  HtmlElements ended;
  for (std::size_t at = text.find('<'); at < text.size(); at = text.find('<', at + 1)) {
    if (const auto tag = tag_at(text.substr(at))) {
      (tag->is_end ? ended : begun).set(tag->element);
    }
  }
  for (std::size_t i = 0; i < html_elements.size(); ++i) {
    if (is_one_of(elements_without_end, html_elements[i])) ended.set(i);
  }
  return begun & ended;
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

/// The address of a link, from the attributes of its tag; empty if there is none.
std::string_view address_in(std::string_view attributes) {
  constexpr std::string_view attribute = "href=\"";
  const std::size_t start = support::to_lower_ascii(attributes).find(attribute);
  if (start == std::string_view::npos) return {};
  attributes.remove_prefix(start + attribute.size());
  return attributes.substr(0, attributes.find('"'));
}

/// What stands before an element of a list that can be ticked.
constexpr std::string_view ticked = "[x] ";
constexpr std::string_view not_ticked = "[ ] ";

std::string_view box_of(std::string_view attributes) {
  if (attributes.find("data-checked=\"true\"") != std::string_view::npos) return ticked;
  const bool is_box = attributes.find("data-checked=\"false\"") != std::string_view::npos;
  return is_box ? not_ticked : "";
}

/// Its text is in an element of its own, which begins no other line.
bool ends_with_box(std::string_view text) {
  return text.ends_with(ticked) || text.ends_with(not_ticked);
}

/// Puts a text together from what stands between tags.
class HtmlText {
 public:
  void add_tag(const HtmlTag& tag) {
    const std::string_view element = html_elements[tag.element];
    if (element == "a") {
      if (tag.is_end && !address_.empty() && !text_.ends_with(address_)) {
        text_.append(" (").append(address_).append(1, ')');
      }
      address_ = tag.is_end ? std::string_view() : address_in(tag.attributes);
    }
    if (is_one_of(line_elements, element) && !text_.empty() && !text_.ends_with('\n') &&
        !ends_with_box(text_)) {
      text_ += '\n';
    }
    if (element == "li" && !tag.is_end) text_ += box_of(tag.attributes);
  }

  /// Adds the character, or the reference to one, with which `html` begins, and takes it.
  void add_character(std::string_view& html) {
    constexpr std::size_t max_reference = 10;
    const char c = html.front();
    const std::size_t end = c == '&' ? html.substr(0, max_reference).find(';') : html.npos;
    if (end != std::string_view::npos && append_character(text_, html.substr(1, end - 1))) {
      html.remove_prefix(end + 1);
    } else {
      text_ += c;
      html.remove_prefix(1);
    }
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::string_view address_;  // of the link in which this is
};

}  // namespace

std::string text_of_html(std::string_view html) {
  const HtmlElements present = elements_in(html);
  HtmlText text;
  while (!html.empty()) {
    const auto tag = html.front() == '<' ? tag_at(html) : std::nullopt;
    if (tag && present.test(tag->element)) {
      text.add_tag(*tag);
      html.remove_prefix(tag->size);
    } else {
      text.add_character(html);
    }
  }
  return std::string(support::trim(text.text()));
}

}  // namespace taskdock::formats
