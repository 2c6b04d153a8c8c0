#include "site/directory_site.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "api/conditions.h"
#include "api/errors.h"
#include "api/last_slash.h"
#include "api/negotiation.h"
#include "site/byte_range.h"
#include "site/content_hash.h"
#include "site/file_body.h"
#include "site/media_type.h"

namespace taskdock::site {

namespace {

using Names = std::vector<std::string>;

constexpr const char* index = "index.html";
constexpr const char* allowed_methods = "GET, HEAD, OPTIONS";

api::ApiError not_found() {
  return {404, "Not Found"};
}

/// The name that a segment of a request's path stands for; nothing if no file that is served can
/// have it. In the path "%2F" and "%25" are still encoded (http/target.h).
std::optional<std::string> name_of(std::string_view segment) {
  if (segment.empty() || segment.front() == '.') return std::nullopt;
  std::string name;
  while (!segment.empty()) {
    if (segment.front() == '\0' || segment.starts_with("%2F")) return std::nullopt;
    name += segment.front();
    segment.remove_prefix(segment.starts_with("%25") ? 3 : 1);
  }
  return name;
}

/// The names on the way to what `path` stands for, without a last slash. Throws ApiError (404) for
/// paths at which nothing can be.
Names names_of(std::string_view path) {
  if (!path.starts_with('/')) throw not_found();
  path.remove_prefix(1);
  if (path == "/") throw not_found();
  if (path.ends_with('/')) path.remove_suffix(1);
  Names names;
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    auto name = name_of(segment);
    if (!name) throw not_found();
    names.push_back(*std::move(name));
    path.remove_prefix(segment.size());
    if (path == "/") throw not_found();  // there were two slashes at the end
    if (!path.empty()) path.remove_prefix(1);
  }
  return names;
}

}  // namespace

/// What is served.
struct DirectorySite::Page {
  Names names;  // on the way to it
  system::OpenFile file;
  bool depends_on_accept = false;
  bool needs_slash = false;  // it is a directory's, which was asked for without its slash

  const std::string& name() const { return names.back(); }
};

system::FileTree::Found DirectorySite::look_up(const Names& names) const {
  try {
    return tree_.find(names);
  } catch (const std::system_error& error) {
    const std::error_code& code = error.code();
    if (code != std::errc::too_many_files_open && code != std::errc::not_enough_memory &&
        code != std::errc::too_many_files_open_in_system) {
      throw;
    }
    throw api::ApiError(503, "The server is short of files; try again", api::retry_soon);
  }
}

DirectorySite::Page DirectorySite::find(const api::Request& request) const {
  Names names = names_of(request.path);
  const bool has_slash = request.path.ends_with('/');
  system::FileTree::Found found = look_up(names);
  if (found.file && !has_slash) return {std::move(names), *std::move(found.file)};
  const bool may_be_page = names.empty() || names.back().find('.') == std::string::npos;
  if (found.is_directory) {
    names.emplace_back(index);
    if (auto page = look_up(names).file) {
      return {std::move(names), *std::move(page), false, !has_slash};
    }
  }
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (reads && may_be_page &&
      api::names_acceptable(request.header("Accept").value_or(""), "text/html")) {
    names = {index};
    if (auto page = look_up(names).file) return {std::move(names), *std::move(page), true};
  }
  throw not_found();
}

/// Replaces the file of `page` by a compressed one beside it, if the client prefers one that is
/// there; adds the header that says so.
void DirectorySite::encode(const api::Request& request, Page& page, api::Response& response) const {
  const std::string accepted = request.header("Accept-Encoding").value_or("");
  struct Encoding {
    const char* name;
    const char* ending;
    int weight;
  };
  std::vector<Encoding> encodings = {{"br", ".br", api::weight(accepted, "br").value_or(0)},
                                     {"gzip", ".gz", api::weight(accepted, "gzip").value_or(0)}};
  std::ranges::stable_sort(encodings, std::ranges::greater(), &Encoding::weight);
  const int weight_of_identity = std::max(1, api::weight(accepted, "identity").value_or(1));
  for (const Encoding& encoding : encodings) {
    if (encoding.weight < weight_of_identity) return;
    Names names = page.names;
    names.back() += encoding.ending;
    if (auto file = look_up(names).file) {
      page.file = *std::move(file);
      response.headers.emplace_back("Content-Encoding", encoding.name);
      return;
    }
  }
}

api::Response DirectorySite::answer(const api::Request& request) const {
  Page page = find(request);
  if (request.method == "OPTIONS") return {.status = 204, .headers = {{"Allow", allowed_methods}}};
  if (request.method != "GET" && request.method != "HEAD") {
    throw api::ApiError(405, "Method Not Allowed", {{"Allow", allowed_methods}});
  }
  if (page.needs_slash) {
    return {.status = 307, .headers = {{"Location", api::with_last_slash(request.target)}}};
  }
  const bool is_immutable = has_content_hash(page.name()) && !is_page(page.name());
  api::Response response{
      .headers = {{"Cache-Control", is_immutable ? "max-age=31536000, immutable" : "no-cache"},
                  {"Vary", page.depends_on_accept ? "Accept, Accept-Encoding" : "Accept-Encoding"},
                  {"Accept-Ranges", "bytes"}}};
  encode(request, page, response);
  const std::string etag = '"' + page.file.version() + '"';
  response.headers.emplace_back("ETag", etag);
  if (api::has_current(request, etag)) {
    response.status = 304;
    return response;
  }
  const std::uint64_t size = page.file.size();
  ByteRange range{0, size};
  const auto asked_range = request.header("Range");
  if (asked_range && request.method == "GET" && request.header("If-Range").value_or(etag) == etag) {
    const auto read = read_range(*asked_range, size);
    if (std::holds_alternative<Unsatisfiable>(read)) {
      throw api::ApiError(416, "The file has " + std::to_string(size) + " bytes",
                          {{"Content-Range", "bytes */" + std::to_string(size)}});
    }
    if (const auto* part = std::get_if<ByteRange>(&read)) {
      range = *part;
      response.status = 206;
      response.headers.emplace_back("Content-Range",
                                    "bytes " + std::to_string(range.first) + '-' +
                                        std::to_string(range.first + range.length - 1) + '/' +
                                        std::to_string(size));
    }
  }
  response.headers.emplace_back("Content-Type", media_type_of(page.name()));
  if (range.length > 0) response.stream = std::make_shared<FileBody>(std::move(page.file), range);
  return response;
}

}  // namespace taskdock::site
