#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/response.h"

namespace taskdock::api {

/// An answer with a status of 400 or above, on its way from where it was decided to where it is
/// sent.
class ApiError : public std::runtime_error {
 public:
  ApiError(int status, const std::string& detail, ResponseHeaders headers = {})
      : std::runtime_error(detail), status_(status), headers_(std::move(headers)) {}

  int status() const { return status_; }
  const ResponseHeaders& headers() const { return headers_; }

 private:
  int status_;
  ResponseHeaders headers_;
};

/// What a 503 says of trying again, unless that does not help.
inline const ResponseHeaders retry_soon = {{"Retry-After", "1"}};

/// Adds retry_soon to `response` if its status is 503.
void add_retry(Response& response);

/// 503 for what takes memory that there is not now.
ApiError short_of_memory();

/// The part of a request a fault is in.
enum class Source { body, query, path, header };

std::string_view name_of(Source source);

/// A step into a value: the name of a member or parameter, or the index of a list's element. In a
/// body that is not JSON, the offset of the byte at which it stops being JSON.
using Step = std::variant<std::string_view, std::size_t>;

/// Where in a request a fault is: the part, and the steps from it to the value. The names must
/// outlive the location, as declared ones do.
struct Location {
  Source source;
  std::vector<Step> steps = {};
  std::optional<std::string> unknown = {};  // a last step, with a name that is not declared
};

/// One thing wrong with a request, in the types and words of Pydantic v2, which clients know.
struct Fault {
  Location location;
  std::string_view type;
  std::string message;
};

/// The type of a fault of a file that was sent, or of a part of it, which is described by a whole
/// sentence.
inline constexpr std::string_view file_invalid = "file_invalid";

/// What is wrong with `fault`'s value, as a sentence that begins with the value's name as a word:
/// "Title should have at least 1 character". Before it stands where it is, if that is a place in a
/// file or a batch: "Line 17: ", "Operation 3: ".
std::string sentence_of(const Fault& fault);

/// Invalid input, with every fault found; answered with 422.
class ValidationError : public std::runtime_error {
 public:
  explicit ValidationError(std::vector<Fault> faults)
      : std::runtime_error("invalid input"), faults_(std::move(faults)) {}

  const std::vector<Fault>& faults() const { return faults_; }

 private:
  std::vector<Fault> faults_;
};

/// An error 401, with the challenge that goes with it (RFC 6750, 3).
ApiError unauthorized(const std::string& detail);

/// The one shape of an error: `detail` for programs, and the same as the message for people.
/// `detail` must be valid UTF-8.
Response error_response(int status, std::string_view detail, ResponseHeaders headers = {});

/// The same shape with the list of faults as the detail and their sentences as the message; status
/// 422.
Response validation_response(const std::vector<Fault>& faults);

}  // namespace taskdock::api
