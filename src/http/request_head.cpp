#include "http/request_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "support/byte_groups.h"
#include "support/text.h"

namespace taskdock::http {

namespace {

using support::equals_ignoring_case;

constexpr Refusal malformed_line{400, "Malformed request line"};
constexpr Refusal malformed_header{400, "Malformed header"};
constexpr Refusal malformed_host{400, "Malformed Host header"};
constexpr Refusal ambiguous_length{400, "Ambiguous message length"};

/// Of each byte, whether it is in a set.
using ByteSet = std::array<bool, 256>;

bool has_all(const ByteSet& set, std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [&set](char c) { return set[static_cast<unsigned char>(c)]; });
}

/// token (RFC 9110, 5.6.2)
bool is_token(std::string_view text) {
  static constexpr ByteSet may_stand = [] {
    ByteSet set{};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "abcdefghijklmnopqrstuvwxyz")) {
      set[static_cast<unsigned char>(c)] = true;
    }
    return set;
  }();
  return !text.empty() && has_all(may_stand, text);
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

/// field-value (RFC 9110, 5.5): visible characters, spaces, tabs, and bytes above 0x7f.
bool is_field_value(std::string_view text) {
  static constexpr ByteSet may_stand = [] {
    ByteSet set{};
    for (std::size_t byte = 0; byte < set.size(); ++byte) {
      set[byte] = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    }
    return set;
  }();
  // Most have nothing that comes into question, and a token of a session is long.
  const bool has_visible_alone = support::all_groups(text, [](support::ByteGroup group) {
    return !support::has_less(group, 0x20) && !support::has_byte(group, 0x7f);
  });
  return has_visible_alone || has_all(may_stand, text);
}

/// Takes the next line, without its CR LF, off `text`.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), line.size() + 2));
  return line;
}

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether `text` has only characters of a host's name (RFC 3986, 3.2.2, reg-name). The digits
/// after a percent sign are not checked.
bool is_registered_name(std::string_view text) {
  return text.find_first_not_of(
             "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
             "-._~%!$&'()*+,;=") == std::string_view::npos;
}

/// uri-host [":" port] (RFC 9110, 7.2), which may be empty.
bool is_host(std::string_view text) {
  std::string_view rest = text;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    if (text.substr(1, end - 1).find_first_not_of("0123456789ABCDEFabcdefvV:._~-") !=
        std::string_view::npos) {
      return false;
    }
    rest = text.substr(end + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (!is_registered_name(text.substr(0, colon))) return false;
    rest = text.substr(colon);
  }
  return rest.empty() || (rest.starts_with(':') && is_digits(rest.substr(1)));
}

/// Parses `target`: an origin-form, an asterisk, or the absolute-form that a proxy sends (RFC
/// 9112, 3.2). False if it is none of these.
bool parse_target(std::string_view target, RequestHead& head) {
  if (target.find('#') != std::string_view::npos) return false;
  if (target == "*") {
    head.target = head.path = target;
    return true;
  }
  constexpr std::string_view scheme = "http://";
  if (!target.starts_with('/')) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) return false;
    target.remove_prefix(scheme.size());
    head.host = target.substr(0, target.find_first_of("/?"));
    if (head.host->empty() || !is_host(*head.host)) return false;
    target.remove_prefix(head.host->size());
  }
  head.target = target;
  head.path = target.substr(0, target.find('?'));
  head.query = target.substr(std::min(target.size(), head.path.size() + 1));
  if (head.path.empty()) head.target = head.path = "/";
  return true;
}

/// Whether the comma-separated list `value` has `option`, in any case.
bool has_option(std::string_view value, std::string_view option) {
  for (;;) {
    const std::size_t comma = value.find(',');
    if (equals_ignoring_case(support::trim_blanks(value.substr(0, comma)), option)) return true;
    if (comma == std::string_view::npos) return false;
    value.remove_prefix(comma + 1);
  }
}

std::optional<Refusal> parse_request_line(std::string_view line, RequestHead& head) {
  if (line.size() > max_request_line_bytes) return Refusal{414, "The request target is too long"};
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || method_end == target_end) return malformed_line;
  head.method = line.substr(0, method_end);
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  const std::string_view version = line.substr(target_end + 1);
  if (!is_token(head.method) || !is_visible_ascii(target) || !version.starts_with("HTTP/")) {
    return malformed_line;
  }
  head.is_http_1_0 = version == "HTTP/1.0";
  if (!head.is_http_1_0 && version != "HTTP/1.1") {
    return Refusal{505, "Only HTTP/1.0 and HTTP/1.1 are supported"};
  }
  if (!parse_target(target, head)) return malformed_line;
  return std::nullopt;
}

std::optional<Refusal> parse_header_line(std::string_view line, RequestHead& head) {
  if (head.headers.size() == max_header_count) return Refusal{431, "Too many headers"};
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return malformed_header;
  const api::Header header{line.substr(0, colon), support::trim_blanks(line.substr(colon + 1))};
  // A name with white space before its colon, or a folded line, is no token.
  if (!is_token(header.name) || !is_field_value(header.value)) return malformed_header;
  head.headers.push_back(header);
  return std::nullopt;
}

std::optional<Refusal> interpret_headers(RequestHead& head) {
  int hosts = 0;
  int lengths = 0;
  int encodings = 0;
  head.keep_alive = !head.is_http_1_0;
  for (const api::Header& header : head.headers) {
    if (equals_ignoring_case(header.name, "Host")) {
      ++hosts;
      if (!is_host(header.value)) return malformed_host;
      if (!head.host) head.host = header.value;
    } else if (equals_ignoring_case(header.name, "Content-Length")) {
      ++lengths;
      const char* const end = header.value.data() + header.value.size();
      const auto [stopped, error] = std::from_chars(header.value.data(), end, head.content_length);
      if (header.value.empty() || stopped != end) return ambiguous_length;
      // A length that does not fit into 64 bits is above any limit.
      if (error == std::errc::result_out_of_range) head.content_length = UINT64_MAX;
    } else if (equals_ignoring_case(header.name, "Transfer-Encoding")) {
      ++encodings;
      if (!equals_ignoring_case(header.value, "chunked")) return ambiguous_length;
      head.chunked = true;
    } else if (equals_ignoring_case(header.name, "Connection")) {
      if (has_option(header.value, "close")) {
        head.keep_alive = false;
      } else if (head.is_http_1_0 && has_option(header.value, "keep-alive")) {
        head.keep_alive = true;
      }
    } else if (equals_ignoring_case(header.name, "Expect")) {
      // A client of HTTP/1.0 does not know the answer (RFC 9110, 10.1.1).
      head.expects_continue =
          !head.is_http_1_0 && equals_ignoring_case(header.value, "100-continue");
    }
  }
  if (hosts > 1 || (hosts == 0 && !head.is_http_1_0)) {
    return Refusal{400, "There must be exactly one Host header"};
  }
  if (lengths + encodings > 1 || (head.chunked && head.is_http_1_0)) return ambiguous_length;
  return std::nullopt;
}

}  // namespace

HeadScanner::Progress HeadScanner::scan(std::string_view received) {
  while (scanned_ < received.size()) {
    const std::size_t newline = received.find('\n', scanned_);
    if (newline == std::string_view::npos) break;
    if (newline >= max_head_bytes) return Progress::too_long;
    if (newline == 0 || received[newline - 1] != '\r') return Progress::malformed;
    const bool empty_line = newline - line_start_ == 1;
    const bool first_line = line_start_ == 0;
    scanned_ = line_start_ = newline + 1;
    if (empty_line && !first_line) return Progress::complete;
    if (empty_line) return Progress::malformed;
  }
  scanned_ = received.size();
  return received.size() > max_head_bytes ? Progress::too_long : Progress::incomplete;
}

std::variant<RequestHead, Refusal> parse_head(std::string_view text) {
  RequestHead head;
  if (const auto refusal = parse_request_line(take_line(text), head)) return *refusal;
  head.headers.reserve(16);
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    if (const auto refusal = parse_header_line(line, head)) return *refusal;
  }
  if (const auto refusal = interpret_headers(head)) return *refusal;
  return head;
}

std::string_view origin_in(std::string_view text) {
  take_line(text);
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::size_t colon = std::min(line.find(':'), line.size());
    if (equals_ignoring_case(line.substr(0, colon), "Origin")) {
      return support::trim_blanks(line.substr(std::min(colon + 1, line.size())));
    }
  }
  return {};
}

}  // namespace taskdock::http
