#include "api/conditions.h"

#include <array>
#include <charconv>
#include <type_traits>
#include <utility>

#include "api/entity_tags.h"
#include "support/fnv1a.h"

namespace taskdock::api {

namespace {

/// The header `name`, a list of entity tags. Throws ApiError (400).
std::optional<std::string> read_condition(const Request& request, const char* name) {
  auto list = request.header(name);
  if (list && !lists_etag(*list, std::nullopt, Comparison::weak)) {
    throw ApiError(400, std::string(name) +
                            " must be * or a list of ETags with their quotation marks, such as "
                            "\"7\"");
  }
  return list;
}

template <class T>
std::string_view bytes_of(const T& value) {
  static_assert(std::has_unique_object_representations_v<T>);
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

}  // namespace

std::string etag_of(std::int64_t revision) {
  return '"' + std::to_string(revision) + '"';
}

std::string list_etag(const Call& call, const store::TaskTotals& totals,
                      std::initializer_list<std::int64_t> others) {
  support::Fnv1a<std::uint64_t> hash;
  hash.add(bytes_of(call.services.store.epoch().bytes));
  hash.add(bytes_of(call.caller.id.bytes));
  hash.add(call.services.version);
  for (const std::int64_t& other : others) hash.add(bytes_of(other));
  hash.add(call.request.target);
  std::array<char, 2 * sizeof(std::uint64_t)> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), hash.value(), 16).ptr;
  std::string etag = "W/\"" + std::to_string(totals.revision) + '-';
  etag.append(digits.data(), end) += '"';
  return etag;
}

bool has_current(const Request& request, std::string_view etag) {
  const auto known = request.header("If-None-Match");
  return known && lists_etag(*known, etag, Comparison::weak).value_or(false);
}

Response not_modified(std::string etag) {
  return {.status = 304, .headers = {{"ETag", std::move(etag)}}};
}

ApiError task_has_changed(ResponseHeaders headers) {
  return {412, "The task has changed", std::move(headers)};
}

Conditions::Conditions(const Request& request)
    : if_match_(read_condition(request, "If-Match")),
      if_none_match_(read_condition(request, "If-None-Match")) {}

void Conditions::check(const store::Task* task) const {
  std::optional<std::string> etag;
  ResponseHeaders headers;
  if (task) {
    etag = etag_of(task->revision);
    headers = {{"ETag", *etag}};
  }
  if (if_match_ && lists_etag(*if_match_, etag, Comparison::strong) != true) {
    throw task_has_changed(std::move(headers));
  }
  if (if_none_match_ && lists_etag(*if_none_match_, etag, Comparison::weak) != false) {
    throw ApiError(412, "The task exists", std::move(headers));
  }
}

void Conditions::check(store::Changes& changes, const support::Uuid& owner,
                       const support::Uuid& id) const {
  if (!any()) return;
  const store::Task task = changes.find_task(owner, id);
  check(&task);
}

}  // namespace taskdock::api
