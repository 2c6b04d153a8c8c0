#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"
#include "api/errors.h"
#include "api/request.h"
#include "api/response.h"
#include "store/changes.h"
#include "store/task_query.h"

/// Conditional requests (RFC 9110, 13).
namespace taskdock::api {

/// The ETag of a task with this revision.
std::string etag_of(std::int64_t revision);

/// The weak ETag of the answer to `call`, a GET of a list of the caller's, who has these `totals`.
/// It changes when the answer can: with the revision, the database, the version of the server, the
/// caller, the request's target and `others`, which are the numbers that the answer depends on
/// besides, such as the minute.
std::string list_etag(const Call& call, const store::TaskTotals& totals,
                      std::initializer_list<std::int64_t> others = {});

/// A number of the minute of `now`, for these.
inline std::int64_t minute_number(support::Timestamp now) {
  return minute_of(now).time_since_epoch().count();
}

/// Whether the client that sent `request`, a GET, has the version `etag` already, by its
/// If-None-Match. One that cannot be understood says nothing.
bool has_current(const Request& request, std::string_view etag);

/// The answer to such a client (15.4.5).
Response not_modified(std::string etag);

/// The error of a change to a task that is not as its client has seen it, by an If-Match or, in a
/// batch, by an if_revision: in both, that a task does not exist, or is somebody else's, is told
/// first.
ApiError task_has_changed(ResponseHeaders headers = {});

/// What a request demands, by If-Match and If-None-Match, of the task that it is about. It is
/// checked in the change that it is a condition of, so that nothing comes between.
class Conditions {
 public:
  /// Throws ApiError (400) for a header that cannot be understood: what its client wanted to
  /// prevent must not happen.
  explicit Conditions(const Request& request);

  /// Checks them for `task` as it is before the change; null: there is no such task. Throws
  /// ApiError (412), with the task's ETag.
  void check(const store::Task* task) const;

  /// The same for the owner's task with this id, which is not even looked for if there are no
  /// conditions. Throws TaskNotFound, NotTheOwner, too.
  void check(store::Changes& changes, const support::Uuid& owner, const support::Uuid& id) const;

  bool any() const { return if_match_ || if_none_match_; }

 private:
  std::optional<std::string> if_match_;
  std::optional<std::string> if_none_match_;
};

}  // namespace taskdock::api
