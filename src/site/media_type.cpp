#include "site/media_type.h"

#include <algorithm>
#include <array>
#include <utility>

#include "support/text.h"

namespace taskdock::site {

namespace {

using Row = std::pair<std::string_view, std::string_view>;

// The endings that sites usually have (iana.org/assignments/media-types), in order.
constexpr std::array rows = {
    Row{"aac", "audio/aac"},
    Row{"apng", "image/apng"},
    Row{"avif", "image/avif"},
    Row{"bmp", "image/bmp"},
    Row{"cjs", "text/javascript"},
    Row{"css", "text/css"},
    Row{"csv", "text/csv"},
    Row{"eot", "application/vnd.ms-fontobject"},
    Row{"flac", "audio/flac"},
    Row{"gif", "image/gif"},
    Row{"gz", "application/gzip"},
    Row{"htm", "text/html"},
    Row{"html", "text/html"},
    Row{"ico", "image/vnd.microsoft.icon"},
    Row{"ics", "text/calendar"},
    Row{"jpeg", "image/jpeg"},
    Row{"jpg", "image/jpeg"},
    Row{"js", "text/javascript"},
    Row{"json", "application/json"},
    Row{"jsonld", "application/ld+json"},
    Row{"jxl", "image/jxl"},
    Row{"m4a", "audio/mp4"},
    Row{"map", "application/json"},
    Row{"md", "text/markdown"},
    Row{"mjs", "text/javascript"},
    Row{"mp3", "audio/mpeg"},
    Row{"mp4", "video/mp4"},
    Row{"oga", "audio/ogg"},
    Row{"ogg", "audio/ogg"},
    Row{"ogv", "video/ogg"},
    Row{"opus", "audio/ogg"},
    Row{"otf", "font/otf"},
    Row{"pdf", "application/pdf"},
    Row{"png", "image/png"},
    Row{"svg", "image/svg+xml"},
    Row{"ttf", "font/ttf"},
    Row{"txt", "text/plain"},
    Row{"vtt", "text/vtt"},
    Row{"wasm", "application/wasm"},
    Row{"wav", "audio/wav"},
    Row{"weba", "audio/webm"},
    Row{"webm", "video/webm"},
    Row{"webmanifest", "application/manifest+json"},
    Row{"webp", "image/webp"},
    Row{"woff", "font/woff"},
    Row{"woff2", "font/woff2"},
    Row{"xhtml", "application/xhtml+xml"},
    Row{"xml", "application/xml"},
    Row{"zip", "application/zip"},
};
static_assert(std::ranges::is_sorted(rows));

std::string_view type_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) {
    const std::string ending = support::to_lower_ascii(name.substr(dot + 1));
    const auto row = std::ranges::lower_bound(rows, std::string_view(ending), {}, &Row::first);
    if (row != rows.end() && row->first == ending) return row->second;
  }
  return "application/octet-stream";
}

}  // namespace

std::string media_type_of(std::string_view name) {
  const std::string_view type = type_of(name);
  // JSON and XML say for themselves how they are encoded.
  return std::string(type) + (type.starts_with("text/") ? "; charset=utf-8" : "");
}

bool is_page(std::string_view name) {
  return type_of(name) == "text/html";
}

}  // namespace taskdock::site
