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
#include "api/write.h"
#include "support/mutex.h"

namespace taskdock::api {

namespace {

/// What a page may load: only what this server serves. Redoc sets styles on its elements, which
/// needs 'unsafe-inline'; inline scripts are never allowed.
constexpr const char* content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

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
                                {"Vary", "Accept-Encoding, Prefer"}}};
  if (names_acceptable(call.request.header("Accept-Encoding").value_or(""), "gzip")) {
    response.shared.bytes = file.gzipped;
    response.headers.emplace_back("Content-Encoding", "gzip");
  } else {
    response.shared = unpacked(file);
  }
  return response;
}

Response page_response(const Call& call, std::string_view name) {
  Response response = file_response(call, embedded_file(name), "no-cache");
  response.headers.emplace_back("Content-Security-Policy", content_security_policy);
  return response;
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
  if (!names_acceptable(request.header("Accept").value_or(""), "text/html")) {
    const std::string prefix(request.prefix);
    return {.body = to_json(Welcome{.version = call.services.version,
                                    .docs = prefix + "/docs",
                                    .redoc = prefix + "/redoc"}),
            .headers = {{"Vary", "Accept, Prefer"}}};
  }
  // Not compressed: it is small, and each answer differs.
  std::string page(unpacked(embedded_file("welcome.html")).bytes);
  replace_all(page, "{{version}}", call.services.version);
  // Without a prefix the links are relative: a proxy may have one that it does not tell.
  replace_all(page, "{{base}}", request.prefix.empty() ? "." : request.prefix);
  // The email in the example commands is a new one each time, so that the sign-up works.
  replace_all(page, "{{id}}", request.id);
  return {.body = std::move(page),
          .headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Cache-Control", "no-cache"},
                      {"Vary", "Accept, Prefer"},
                      {"Content-Security-Policy", content_security_policy}}};
}

Response get_docs(Call& call) {
  return page_response(call, "docs.html");
}

Response get_redoc(Call& call) {
  return page_response(call, "redoc.html");
}

bool has_asset(const PathParameters& parameters) {
  return find_embedded_file(parameters.front().second) != nullptr;
}

Response get_asset(Call& call) {
  call.check_input();
  const EmbeddedFile* file = find_embedded_file(call.parameter("name").value_or(""));
  if (!file) throw ApiError(404, "Not Found");
  return file_response(call, *file, "public, max-age=31536000, immutable");
}

}  // namespace taskdock::api
