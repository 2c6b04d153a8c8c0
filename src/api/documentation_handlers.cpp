#include <zlib.h>

#include <map>
#include <mutex>
#include <utility>

#include "api/embedded_files.h"
#include "api/gzip.h"
#include "api/handlers.h"
#include "api/negotiation.h"
#include "api/openapi.h"
#include "api/routes.h"
#include "api/service_types.h"
#include "api/write.h"

namespace taskdock::api {

namespace {

/// What a page may do: use what this server serves, and nothing else. Redoc styles its elements as
/// it draws them, which is what 'unsafe-inline' is for; scripts never run inline.
constexpr const char* content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

/// What `file` holds, unpacked when somebody first asks for it and then kept, for all who send it.
SharedBytes unpacked(const EmbeddedFile& file) {
  static std::mutex mutex;  // guards what follows
  static std::map<const EmbeddedFile*, std::string> texts;
  const std::lock_guard lock(mutex);
  std::string& text = texts[&file];
  if (text.empty()) text = gunzip(file.gzipped);
  return {.bytes = text};
}

/// `file` as the caller can take it, to be kept as `cache_control` says.
Response file_response(const Call& call, const EmbeddedFile& file, const char* cache_control) {
  Response response{.headers = {{"Content-Type", std::string(file.media_type) + "; charset=utf-8"},
                                {"Cache-Control", cache_control},
                                {"Vary", "Accept-Encoding"}}};
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

struct Document {
  std::string json;
  std::string etag;
};

Document make_document(const std::string& version) {
  Document document{.json = openapi_document(routes(), version), .etag = {}};
  const auto checksum = ::crc32(0, reinterpret_cast<const Bytef*>(document.json.data()),
                                static_cast<uInt>(document.json.size()));
  document.etag = '"' + std::to_string(document.json.size()) + '-' + std::to_string(checksum) + '"';
  return document;
}

}  // namespace

Response get_openapi(Call& call) {
  static const Document document = make_document(call.services.version);
  Response response{.headers = {{"ETag", document.etag}, {"Cache-Control", "no-cache"}}};
  if (matches_etag(call.request.header("If-None-Match").value_or(""), document.etag)) {
    response.status = 304;
  } else {
    response.shared.bytes = document.json;
  }
  return response;
}

Response welcome(Call& call) {
  const Request& request = call.request;
  if (!names_acceptable(request.header("Accept").value_or(""), "text/html")) {
    return {.body = to_json(Welcome{.version = call.services.version}),
            .headers = {{"Vary", "Accept"}}};
  }
  // Not compressed: it is small, and each answer differs.
  std::string page = gunzip(embedded_file("welcome.html").gzipped);
  replace_all(page, "{{version}}", call.services.version);
  // So that the lines work for whoever pastes them, and again tomorrow.
  replace_all(page, "{{id}}", request.id);
  return {.body = std::move(page),
          .headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Cache-Control", "no-cache"},
                      {"Vary", "Accept"},
                      {"Content-Security-Policy", content_security_policy}}};
}

Response get_docs(Call& call) {
  return page_response(call, "docs.html");
}

Response get_redoc(Call& call) {
  return page_response(call, "redoc.html");
}

Response get_asset(Call& call) {
  const EmbeddedFile* file = find_embedded_file(call.parameter("name").value_or(""));
  if (!file) throw ApiError(404, "Not Found");
  return file_response(call, *file, "public, max-age=31536000, immutable");
}

}  // namespace taskdock::api
