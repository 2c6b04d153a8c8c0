#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "api/describe.h"
#include "api/response.h"

namespace taskdock::api {

enum class Access { anyone, bearer };

/// One line of the route table: what is served, by whom, and what a reader of the API is told of
/// it.
struct Route {
  std::string_view method;
  std::string path;  // {name} stands for one segment
  Response (*handler)(Call&);
  Access access;

  std::string operation_id;
  std::string_view tag;
  std::string_view summary;
  const TypeDescription* query;  // null: no parameters
  const TypeDescription* body;   // null: no body
  bool body_required;
  int success;                    // the status when all goes well
  const TypeDescription* answer;  // null: no body
};

/// The one list of what this server serves; dispatch, Allow, CORS and the documentation read it.
/// Where two paths could match, the earlier one does.
const std::vector<Route>& routes();

}  // namespace taskdock::api
