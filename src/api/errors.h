#pragma once

#include <cstddef>
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

/// The part of a request a fault is in.
enum class Source { body, query, path };

std::string_view name_of(Source source);

/// Where in a request a fault is: the part, and in it a member's name, or a byte's offset.
struct Location {
  Source source;
  std::variant<std::monostate, std::string_view, std::size_t> place;
};

/// One thing wrong with a request, in the terms of Pydantic v2, which clients know.
struct Fault {
  Location location;
  std::string_view type;
  std::string message;
};

/// Invalid input, with every fault found; answered with 422.
class ValidationError : public std::runtime_error {
 public:
  explicit ValidationError(std::vector<Fault> faults)
      : std::runtime_error("invalid input"), faults_(std::move(faults)) {}

  const std::vector<Fault>& faults() const { return faults_; }

 private:
  std::vector<Fault> faults_;
};

/// Who asks must say who they are: 401, with the challenge that goes with it (RFC 6750, 3).
ApiError unauthorized(const std::string& detail);

/// The one shape of an error. `detail` must be valid UTF-8.
Response error_response(int status, std::string_view detail, ResponseHeaders headers = {});

/// The same shape with the list of faults for its detail; status 422.
Response validation_response(const std::vector<Fault>& faults);

}  // namespace taskdock::api
