#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "api/describe.h"
#include "api/response.h"

namespace taskdock::api {

enum class Access { anyone, bearer };

/// How long a body may be, unless its route says otherwise; and where anybody may send one.
inline constexpr std::size_t default_max_body_bytes = 1024 * 1024;
inline constexpr std::size_t anonymous_max_body_bytes = 16 * 1024;

/// A form the body of an answer can have.
struct Content {
  std::string_view media_type;
  const TypeDescription* type;  // null: what it holds is not described
};

/// An error a route has beside those that follow from its access, path, query and body.
struct OwnError {
  int status;
  std::string_view description;
};

/// One line of the route table: what is served, by whom, and what a reader of the API is told of
/// it.
struct Route {
  std::string_view method;
  std::string path;  // {name} stands for one segment
  Response (*handler)(Call&) = nullptr;
  Access access = Access::anyone;

  std::string operation_id = {};
  std::string_view tag = {};
  std::string summary = {};
  const TypeDescription* query = nullptr;  // null: no parameters
  const TypeDescription* body = nullptr;   // null: no body
  bool body_required = true;
  std::size_t max_body_bytes = default_max_body_bytes;
  int success = 200;                  // the status when all goes well
  std::vector<Content> answers = {};  // none: no body
  std::vector<OwnError> errors = {};
  bool needs_database = true;
  bool has_etag = false;  // it answers 304 to a client that has it already
};

/// The one list of what this server serves; dispatch, Allow, CORS and the documentation read it.
/// Where two paths could match, the earlier one does.
const std::vector<Route>& routes();

}  // namespace taskdock::api
