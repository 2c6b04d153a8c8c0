#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "testing/client.h"

namespace taskdock::testing {

/// Tasks by their ids.
using TasksById = std::map<std::string, nlohmann::json>;

/// All tasks that the client's user has, as the lists of the server show them.
TasksById tasks_on_server(Client& client);

/// A device's copy of a user's tasks, which follows GET /api/tasks/changes.
class SyncedCopy {
 public:
  /// Takes the next page, of at most `limit` changes, and CHECKs what every page promises. After a
  /// 410 the copy is empty, and begins again with the next page. Returns the status, 0 if there was
  /// no answer: then, as after every error but 410, nothing has changed.
  int take_page(Client& client, int limit);

  /// Takes pages until one says that no more follow, or one has no answer: then false.
  bool take_all(Client& client, int limit = 500);

  /// Begins again from 0.
  void forget();

  const TasksById& tasks() const { return tasks_; }
  /// Whether more is to come by what the last page has said.
  bool has_more() const { return has_more_; }
  /// What the next call passes as `since`.
  std::int64_t since() const { return since_; }
  /// That of the last page; empty before the first.
  const std::string& epoch() const { return epoch_; }

 private:
  void apply(const nlohmann::json& page, int limit);

  TasksById tasks_;
  std::int64_t since_ = 0;
  std::string epoch_;
  bool has_more_ = true;
};

}  // namespace taskdock::testing
