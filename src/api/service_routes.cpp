#include "api/handlers.h"
#include "api/route_parts.h"
#include "api/service_types.h"

namespace taskdock::api {

namespace {

PathParameter file_name() {
  return {"name", "The name of the file", Text{}, {{404, "There is no such file"}}};
}

Content page() {
  return {"text/html", nullptr};
}

std::vector<Content> files() {
  return {{"image/svg+xml", nullptr}, {"text/css", nullptr}, {"text/javascript", nullptr}};
}

}  // namespace

std::vector<Route> service_routes() {
  return {
      {.method = "GET",
       .path = "/",
       .handler = welcome,
       .offered = Offered::without_site,
       .operation_id = "get_welcome",
       .tag = "service",
       .summary = "Get the service's name and version",
       .successes = {{.contents = {json<Welcome>(), page()}},
                     {.status = 303, .headers = {{"Location", "The web application"}}}}},
      {.method = "GET",
       .path = "/health",
       .handler = check_health,
       .operation_id = "get_health",
       .tag = "service",
       .summary = "Check that the database answers",
       .successes = answers<Health>(),
       .needs_launch_token = false},
      {.method = "GET",
       .path = "/metrics",
       .handler = get_metrics,
       .offered = Offered::with_metrics,
       .operation_id = "get_metrics",
       .tag = "service",
       .summary = "Get metrics in Prometheus' text format",
       .successes = {{.contents = {{"text/plain", nullptr}}}},
       .needs_database = false},
      {.method = "POST",
       .path = "/api/server/stop",
       .handler = stop_server,
       .offered = Offered::with_launch_token,
       .operation_id = "stop_server",
       .tag = "service",
       .summary = "Stop the server",
       .successes = {{.status = 202, .contents = {json<Stopping>()}}},
       .needs_database = false},
      with_version({.method = "GET",
                    .path = "/openapi.json",
                    .handler = get_openapi,
                    .operation_id = "get_openapi",
                    .tag = "service",
                    .summary = "Get the OpenAPI 3.1 document",
                    .successes = {{.contents = {{"application/json", nullptr}}}},
                    .needs_database = false},
                   version_of_answer),
      with_version({.method = "GET",
                    .path = "/docs",
                    .handler = get_docs,
                    .operation_id = "get_docs",
                    .tag = "service",
                    .summary = "Open Swagger UI",
                    .successes = {{.contents = {page()}}},
                    .needs_database = false},
                   version_of_answer),
      with_version({.method = "GET",
                    .path = "/redoc",
                    .handler = get_redoc,
                    .operation_id = "get_redoc",
                    .tag = "service",
                    .summary = "Open Redoc",
                    .successes = {{.contents = {page()}}},
                    .needs_database = false},
                   version_of_answer),
      {.method = "GET",
       .path = "/assets/{name}",
       .handler = get_embedded_file,
       .exists = has_asset,
       .operation_id = "get_asset",
       .tag = "service",
       .summary = "Get a file of the web pages",
       .path_parameters = {file_name()},
       .successes = {{.contents = files()}},
       .needs_database = false},
      with_version({.method = "GET",
                    .path = "/app/",
                    .handler = get_app,
                    .offered = Offered::without_site,
                    .operation_id = "get_app",
                    .tag = "service",
                    .summary = "Open the web application",
                    .successes = {{.contents = {page()}}}},
                   version_of_answer),
      {.method = "GET",
       .path = "/app/{name}",
       .handler = get_embedded_file,
       .offered = Offered::without_site,
       .operation_id = "get_app_file",
       .tag = "service",
       .summary = "Get a file of the web application",
       .path_parameters = {file_name()},
       .successes = {{.contents = files()}},
       .needs_database = false},
  };
}

}  // namespace taskdock::api
