#pragma once

#include <string>
#include <vector>

#include "api/routes.h"

namespace taskdock::api {

/// The OpenAPI 3.1 document (spec.openapis.org/oas/v3.1.0) of `routes`, as JSON: everything it says
/// follows from the route table and the declared types.
std::string openapi_document(const std::vector<Route>& routes, const std::string& version);

}  // namespace taskdock::api
