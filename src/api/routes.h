#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "api/describe.h"
#include "api/response.h"

namespace taskdock::api {

/// Who may make a call: anyone, or whoever shows a bearer token, which for some calls must be that
/// of a session and none for scripts; for some a ticket in the query (EventTickets) does as well.
enum class Access { anyone, bearer, session, bearer_or_ticket };

/// The maximum size of a body, unless its route says otherwise; and of one that needs no token.
inline constexpr std::size_t default_max_body_bytes = 1024 * 1024;
inline constexpr std::size_t anonymous_max_body_bytes = 16 * 1024;

/// A form that the body of an answer can have.
struct Content {
  std::string_view media_type;
  const TypeDescription* type;  // null: what it holds is not described
};

/// A header field that a request may have, or that an answer has.
struct HeaderField {
  std::string_view name;
  std::string_view description;
  bool always = true;  // each answer has it
};

/// An answer of a route when all goes well.
struct Success {
  int status = 200;
  std::vector<Content> contents = {};  // none: no body
  std::vector<HeaderField> headers = {};
};

/// An answer of a route when something is wrong.
struct RouteError {
  int status;
  std::string_view description;
};

/// What may stand in the place of a {name} in a path.
struct PathParameter {
  std::string_view name;
  std::string_view description;
  AnyRule rule;                         // Id, Tag or Text
  std::vector<RouteError> errors = {};  // that follow from its value
};

/// On which servers there is a route.
enum class Offered { always, with_launch_token, with_local_user, with_metrics, without_site };

/// One entry of the route table: everything about a call. Dispatch, CORS and the documentation
/// follow from it.
struct Route {
  std::string_view method;
  std::string path;  // {name} stands for one segment
  Response (*handler)(Call&) = nullptr;
  // Whether there is anything at the path; null: always. Otherwise a site may have something there.
  bool (*exists)(const PathParameters& parameters) = nullptr;
  Access access = Access::anyone;
  Offered offered = Offered::always;

  std::string operation_id = {};
  std::string_view tag = {};
  std::string summary = {};
  std::vector<PathParameter> path_parameters = {};  // in their order in the path
  const TypeDescription* query = nullptr;           // null: no parameters
  std::vector<HeaderField> request_headers = {};    // beside those that belong to access and body
  const TypeDescription* body = nullptr;            // null: no body
  // Of a body that is a file: the media types that it may have, of which `body` describes the first
  // one. None: it is JSON.
  std::vector<std::string_view> file_types = {};
  bool body_required = true;
  std::size_t max_body_bytes = default_max_body_bytes;
  std::vector<Success> successes = {{}};
  std::vector<RouteError> errors = {};  // beside those that follow from the other members
  bool needs_database = true;
  bool needs_launch_token = true;  // where the server has one
  std::size_t path_number = 0;     // numbers the paths of the table, from 1
};

/// The one list of what servers can serve; dispatch, Allow, CORS and the documentation read it.
/// Where two paths could match, the earlier one does.
const std::vector<Route>& routes();

/// Stands for all paths at which a site answers, where requests are counted. It is not in the list.
const Route& site_route();

/// Whether only calls about accounts, tasks and the server can be at `path`, and no page.
bool is_api_path(std::string_view path);

/// Why a token for scripts of this scope may not be used for `route`; empty if it may, or if the
/// route needs no token.
std::string_view refusal_of_script(const Route& route, store::TokenScope scope);

/// The errors of `route`, those that follow from its access, path, query and body included, with
/// one description for each status, in their order.
std::vector<RouteError> errors_of(const Route& route);

/// The header fields that every error with `status` has, beside those of all answers.
std::vector<HeaderField> error_headers(int status);

/// The names of all header fields that a page of another origin may read in answers of `routes`,
/// as a list for Access-Control-Expose-Headers (fetch.spec.whatwg.org, 3.2.3).
std::string exposed_headers(const std::vector<Route>& routes);

}  // namespace taskdock::api
