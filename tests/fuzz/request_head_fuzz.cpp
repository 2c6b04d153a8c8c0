// The head of a request: its end is found wherever the pieces are cut in which it arrives, and a
// head that is accepted can be read in one way only.
#include <algorithm>
#include <string>
#include <variant>

#include "http/request_head.h"
#include "property.h"
#include "support/text.h"

using taskdock::fuzz::is_inside;
using taskdock::fuzz::require;

namespace http = taskdock::http;

namespace {

using taskdock::support::equals_ignoring_case;
using Progress = http::HeadScanner::Progress;

/// The scanner's last word on `text` that arrives in pieces of `step` bytes.
Progress scan_in_pieces(std::string_view text, std::size_t step, std::size_t& head_bytes) {
  http::HeadScanner scanner;
  Progress progress = Progress::incomplete;
  for (std::size_t received = 0; received < text.size() && progress == Progress::incomplete;) {
    received = std::min(text.size(), received + step);
    progress = scanner.scan(text.substr(0, received));
  }
  head_bytes = scanner.head_bytes();
  return progress;
}

bool has_only_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::size_t count_headers(const http::RequestHead& head, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(head.headers.begin(), head.headers.end(),
                    [&](const auto& header) { return equals_ignoring_case(header.name, name); }));
}

void check_accepted(const http::RequestHead& head, std::string_view text) {
  require(is_inside(head.method, text), "the method is part of the head");
  require(is_inside(head.target, text) || head.target == "/", "the target is part of the head");
  require(!head.method.empty() && has_only_visible_ascii(head.method), "a method is a token");
  require(head.target == "*" || head.target.starts_with('/'), "a target is in origin form");
  require(has_only_visible_ascii(head.target), "a target has only visible characters");
  require(head.headers.size() <= http::max_header_count, "there are not too many headers");
  for (const auto& header : head.headers) {
    require(is_inside(header.name, text) && is_inside(header.value, text),
            "each header is part of the head");
    require(!header.name.empty() && has_only_visible_ascii(header.name) &&
                header.name.find(':') == std::string_view::npos,
            "the name of a header is a token");
    require(std::none_of(header.value.begin(), header.value.end(),
                         [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; }),
            "the value of a header has no control characters");
    require(header.value.empty() || (header.value.front() != ' ' && header.value.front() != '\t' &&
                                     header.value.back() != ' ' && header.value.back() != '\t'),
            "the value of a header has no space around it");
  }
  const std::size_t hosts = count_headers(head, "Host");
  require(hosts == 1 || (hosts == 0 && head.is_http_1_0), "there is one Host header");
  const std::size_t encodings = count_headers(head, "Transfer-Encoding");
  require(encodings + count_headers(head, "Content-Length") <= 1, "the length is told once");
  require(head.chunked == (encodings == 1), "a transfer encoding is always chunked");
  require(!head.chunked || (head.content_length == 0 && !head.is_http_1_0),
          "a chunked body has no other length");
  require(head.has_body() == (head.chunked || head.content_length > 0),
          "without framing there is no body");
}

std::string encode(const http::RequestHead& head) {
  std::string text(head.method);
  text += ' ';
  text += head.target;
  text += head.is_http_1_0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
  for (const auto& header : head.headers) {
    text.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  return text + "\r\n";
}

void check_round_trip(const http::RequestHead& head) {
  const std::string text = encode(head);
  std::size_t head_bytes = 0;
  // The spaces behind the colons may make it longer than a head can be.
  if (text.size() > http::max_head_bytes) return;
  require(scan_in_pieces(text, text.size(), head_bytes) == Progress::complete &&
              head_bytes == text.size(),
          "a written head is complete");
  const auto parsed = http::parse_head(text);
  const auto* again = std::get_if<http::RequestHead>(&parsed);
  require(again, "a written head is accepted");
  require(again->method == head.method && again->target == head.target &&
              again->is_http_1_0 == head.is_http_1_0 && again->chunked == head.chunked &&
              again->content_length == head.content_length &&
              again->keep_alive == head.keep_alive &&
              again->expects_continue == head.expects_continue,
          "a written head says the same");
  require(
      std::equal(
          head.headers.begin(), head.headers.end(), again->headers.begin(), again->headers.end(),
          [](const auto& a, const auto& b) { return a.name == b.name && a.value == b.value; }),
      "a written head has the same headers");
  const auto origin =
      std::find_if(head.headers.begin(), head.headers.end(),
                   [](const auto& header) { return equals_ignoring_case(header.name, "Origin"); });
  require(http::origin_in(text) == (origin == head.headers.end() ? "" : origin->value),
          "the origin is that of the first Origin header");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = taskdock::fuzz::as_text(data, size);
  require(is_inside(http::origin_in(text), text), "the origin is part of the head");

  std::size_t head_bytes = 0;
  const Progress progress = scan_in_pieces(text, std::max<std::size_t>(size, 1), head_bytes);
  std::size_t piecewise_bytes = 0;
  const Progress piecewise = scan_in_pieces(text, 1 + size % 5, piecewise_bytes);
  require((progress == Progress::complete) == (piecewise == Progress::complete),
          "a head is complete however it arrives");
  if (progress != Progress::complete) return 0;
  require(piecewise_bytes == head_bytes, "a head ends at one place however it arrives");
  require(head_bytes <= size && text.substr(0, head_bytes).ends_with("\r\n\r\n") &&
              text.substr(0, head_bytes).find("\r\n\r\n") == head_bytes - 4,
          "a head ends with the first empty line");

  const std::string_view head_text = text.substr(0, head_bytes);
  const auto parsed = http::parse_head(head_text);
  if (const auto* head = std::get_if<http::RequestHead>(&parsed)) {
    check_accepted(*head, head_text);
    check_round_trip(*head);
  } else {
    const auto& refusal = std::get<http::Refusal>(parsed);
    require(refusal.status >= 400 && refusal.status < 600 && *refusal.detail,
            "a refusal says what is wrong");
  }
  return 0;
}
