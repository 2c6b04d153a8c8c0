#include <map>
#include <memory>
#include <utility>

#include "api/conditions.h"
#include "api/embedded_files.h"
#include "api/gzip.h"
#include "api/handlers.h"
#include "api/negotiation.h"
#include "api/openapi.h"
#include "api/service_types.h"
#include "api/services.h"
#include "api/write.h"
#include "support/mutex.h"

namespace taskdock::api {

namespace {

/// What a page about the API may load: only what this server serves. Redoc sets styles on its
/// elements, which needs 'unsafe-inline'; inline scripts are never allowed.
constexpr const char* policy_of_documentation =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

/// What the web application may do. Nothing in it makes HTML out of text, and browsers that know
/// Trusted Types (w3.org/TR/trusted-types) see to it; the one policy makes the address of the
/// service worker. A form is sent by a script, or not at all:
/// what is in it cannot become part of an address.
constexpr const char* policy_of_app =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types taskdock-worker";

/// What its service worker may do: ask for the files that it keeps.
constexpr const char* policy_of_worker = "default-src 'none'; connect-src 'self'";

constexpr const char* vary_of_files = "Accept-Encoding, Prefer";

support::Mutex unpacked_mutex;
std::map<const EmbeddedFile*, std::string> unpacked_files GUARDED_BY(unpacked_mutex);

/// The content of `file`, which is unpacked at the first call and shared by all answers.
SharedBytes unpacked(const EmbeddedFile& file) {
  const support::MutexLock lock(unpacked_mutex);
  std::string& text = unpacked_files[&file];
  if (text.empty()) text = gunzip(file.gzipped);
  return {.bytes = text};
}

/// `file` in an encoding that the client accepts, with `cache_control` as its Cache-Control.
Response file_response(const Call& call, const EmbeddedFile& file, const char* cache_control) {
  Response response{.headers = {{"Content-Type", std::string(file.media_type) + "; charset=utf-8"},
                                {"Cache-Control", cache_control},
                                {"Vary", vary_of_files}}};
  if (names_acceptable(call.request.header("Accept-Encoding").value_or(""), "gzip")) {
    response.shared.bytes = file.gzipped;
    response.headers.emplace_back("Content-Encoding", "gzip");
  } else {
    response.shared = unpacked(file);
  }
  return response;
}

/// The answer to a client that has the version `etag` of a page already.
Response page_is_known(std::string etag) {
  return {.status = 304,
          .headers = {
              {"ETag", std::move(etag)}, {"Cache-Control", "no-cache"}, {"Vary", vary_of_files}}};
}

Response documentation_page(const Call& call, std::string_view name) {
  const EmbeddedFile& file = embedded_file(name);
  // Weak, since the same file has other bytes in another encoding.
  const std::string etag = "W/\"" + std::string(file.hash) + '"';
  if (has_current(call.request, etag)) return page_is_known(etag);
  Response response = file_response(call, file, "no-cache");
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Content-Security-Policy", policy_of_documentation);
  return response;
}

/// Whether there is somebody who can use the web application. That is asked of the database each
/// time, since another process may add the first user, or remove the last one.
bool is_in_use(Call& call) {
  return call.services.local_user || call.snapshot().has_users();
}

void replace_all(std::string& text, std::string_view placeholder, std::string_view value) {
  for (std::size_t at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder, at + value.size())) {
    text.replace(at, placeholder.size(), value);
  }
}

}  // namespace

Response get_openapi(Call& call) {
  std::shared_ptr<const OpenApi::Document> document = call.openapi.document();
  if (const std::string_view prefix = call.request.prefix; !prefix.empty()) {
    document = std::make_shared<OpenApi::Document>(call.openapi.document_below(prefix));
  }
  Response response{
      .headers = {{"ETag", document->etag}, {"Cache-Control", "no-cache"}, {"Vary", "Prefer"}}};
  if (has_current(call.request, document->etag)) {
    response.status = 304;
  } else {
    response.shared = {.bytes = document->json, .owner = document};
  }
  return response;
}

Response welcome(Call& call) {
  const Request& request = call.request;
  const std::string prefix(request.prefix);
  if (!names_acceptable(request.header("Accept").value_or(""), "text/html")) {
    return {.body = to_json(Welcome{.version = call.services.version,
                                    .docs = prefix + "/docs",
                                    .redoc = prefix + "/redoc"}),
            .headers = {{"Vary", "Accept, Prefer"}}};
  }
  // Without a prefix the links are relative: a proxy may have one that it does not tell.
  const std::string base = prefix.empty() ? "." : prefix;
  if (is_in_use(call)) {
    return {.status = 303,
            .headers = {{"Location", base + "/app/"},
                        {"Cache-Control", "no-cache"},
                        {"Vary", "Accept, Prefer"}}};
  }
  // Not compressed: it is small, and each answer differs.
  std::string page(unpacked(embedded_file("welcome.html")).bytes);
  replace_all(page, "{{version}}", call.services.version);
  replace_all(page, "{{base}}", base);
  // Nobody is there, so only those whom the server lets in at no time cannot sign up.
  const bool is_open = call.services.signup != Signup::closed;
  replace_all(page, "{{invitation}}", is_open ? "Sign up" : "Log in");
  // The email in the example commands is a new one each time, so that the sign-up works.
  replace_all(page, "{{id}}", request.id);
  return {.body = std::move(page),
          .headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Cache-Control", "no-cache"},
                      {"Vary", "Accept, Prefer"},
                      {"Content-Security-Policy", policy_of_documentation}}};
}

Response get_docs(Call& call) {
  return documentation_page(call, "docs.html");
}

Response get_redoc(Call& call) {
  return documentation_page(call, "redoc.html");
}

Response get_app(Call& call) {
  // What the application has to know of this server before it asks anything.
  const std::string local_user = call.services.local_user ? "yes" : "no";
  const std::string signup = takes_signups(call.services) ? "open" : "closed";
  const EmbeddedFile& file = embedded_file("web/index.html");
  const std::string etag = "W/\"" + std::string(file.hash) + '-' + local_user + '-' + signup + '"';
  if (has_current(call.request, etag)) return page_is_known(etag);
  std::string page(unpacked(file).bytes);
  replace_all(page, "{{local_user}}", local_user);
  replace_all(page, "{{signup}}", signup);
  return {.body = std::move(page),
          .headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"ETag", etag},
                      {"Cache-Control", "no-cache"},
                      {"Vary", vary_of_files},
                      {"Content-Security-Policy", policy_of_app}}};
}

bool has_asset(const PathParameters& parameters) {
  return find_embedded_file("/assets/" + std::string(parameters.front().second)) != nullptr;
}

Response get_embedded_file(Call& call) {
  call.check_input();
  // Its address stays, so that a browser finds the next version there.
  if (call.request.path == "/app/worker.js") {
    Response response = file_response(call, embedded_file("web/worker.js"), "no-cache");
    response.headers.emplace_back("Content-Security-Policy", policy_of_worker);
    return response;
  }
  const EmbeddedFile* file = find_embedded_file(call.request.path);
  if (!file) throw ApiError(404, "Not Found");
  return file_response(call, *file, "public, max-age=31536000, immutable");
}

}  // namespace taskdock::api
