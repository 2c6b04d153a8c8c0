#include "api/exposition.h"

#include <array>
#include <charconv>

namespace taskdock::api {

namespace {

/// The shortest decimal number, without an exponent, that reads back as `value`.
std::string to_text(double value) {
  std::array<char, 400> digits;  // enough for any double
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  return {digits.data(), end.ptr};
}

void append_label(std::string& text, std::string_view name, std::string_view value) {
  text += text.back() == '{' ? "" : ",";
  text += name;
  text += "=\"";
  for (const char character : value) {
    if (character == '\n') {
      text += "\\n";
      continue;
    }
    if (character == '\\' || character == '"') text += '\\';
    text += character;
  }
  text += '"';
}

}  // namespace

void Exposition::begin(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + ' ';
  text_ += help;
  text_ += "\n# TYPE " + name_ + ' ';
  text_ += type;
  text_ += '\n';
}

void Exposition::add(double value, const Labels& labels) {
  add_sample("", labels, "", value);
}

void Exposition::add(const support::HistogramCounts& histogram, double per_unit,
                     const Labels& labels) {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < histogram.bounds.size(); ++i) {
    below += histogram.counts[i];
    add_sample("_bucket", labels, to_text(static_cast<double>(histogram.bounds[i]) / per_unit),
               static_cast<double>(below));
  }
  const auto total = static_cast<double>(histogram.total());
  add_sample("_bucket", labels, "+Inf", total);
  add_sample("_sum", labels, "", static_cast<double>(histogram.sum) / per_unit);
  add_sample("_count", labels, "", total);
}

/// `le` is the bound of a histogram's bucket; empty for all other samples.
void Exposition::add_sample(std::string_view suffix, const Labels& labels, std::string_view le,
                            double value) {
  text_ += name_;
  text_ += suffix;
  if (!labels.empty() || !le.empty()) {
    text_ += '{';
    for (const auto& [name, text] : labels) append_label(text_, name, text);
    if (!le.empty()) append_label(text_, "le", le);
    text_ += '}';
  }
  text_ += ' ' + to_text(value) + '\n';
}

}  // namespace taskdock::api
