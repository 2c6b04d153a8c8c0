#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/request.h"

namespace taskdock::http {

/// The maximum sizes of a request line, and of a whole head with it.
inline constexpr std::size_t max_request_line_bytes = 8 * 1024;
inline constexpr std::size_t max_head_bytes = 16 * 1024;
inline constexpr std::size_t max_header_count = 100;

/// The parsed head of a request (RFC 9112). Its views are into the text that was parsed.
struct RequestHead {
  std::string_view method;
  std::string_view target;  // the path with the query, or the path alone where it was not written
  std::string_view path;    // as it came; begins with a slash, or is a lone asterisk
  std::string_view query;   // as it came, without the question mark
  // Whom the request is for (RFC 9110, 7.2): what an absolute target names, or else the Host
  // header; absent if HTTP/1.0 says nothing of it.
  std::optional<std::string_view> host;
  std::vector<api::Header> headers;
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool is_http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length > 0; }
};

/// Why a head is refused.
struct Refusal {
  int status;
  const char* detail;
};

/// Finds the end of a head in what has been received so far.
class HeadScanner {
 public:
  enum class Progress { incomplete, complete, malformed, too_long };

  /// Looks at `received`, which begins with the head and only ever grows. A line that does not end
  /// with CR LF is malformed at once, not when the sender gives up.
  Progress scan(std::string_view received);

  /// The head's length, with the empty line that ends it, once it is complete.
  std::size_t head_bytes() const { return line_start_; }

  void restart() { *this = {}; }

 private:
  std::size_t scanned_ = 0;
  std::size_t line_start_ = 0;
};

/// Parses `head`, which ends with the empty line, and refuses everything that could be understood
/// in two ways (RFC 9112, 11.2, request smuggling). Refused are: what is not HTTP/1.0 or 1.1;
/// control bytes; a target with a fragment; white space around names, folded lines; not exactly one
/// Host (HTTP/1.1), or one that is no host with or without a port; more than one Content-Length, or
/// one that is not digits alone; a Transfer-Encoding that is not exactly "chunked", or comes with a
/// Content-Length or in HTTP/1.0. No framing header means no body.
std::variant<RequestHead, Refusal> parse_head(std::string_view head);

/// The value of the Origin header in a head that may be refused or incomplete; empty if there is
/// none. Only for deciding whether a page may see the refusal.
std::string_view origin_in(std::string_view head);

}  // namespace taskdock::http
