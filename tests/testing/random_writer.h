#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "testing/client.h"
#include "testing/task_model.h"

namespace taskdock::testing {

/// Does to a user's tasks, at random, whatever the API can do to them. It does not look at what it
/// does, except that no answer may be an error of the server.
class RandomWriter {
 public:
  /// `client` is logged in; both must outlive this.
  RandomWriter(Client& client, model::Dice& dice) : client_(client), dice_(dice) {}

  /// One request that changes something, or tries to.
  void write();

 private:
  nlohmann::json random_content();
  nlohmann::json random_operation();
  /// The id of a task that there is, or was; sometimes of one that never was.
  std::string random_id();
  void send(const std::string& method, const std::string& path, const nlohmann::json& body = {});

  Client& client_;
  model::Dice& dice_;
  std::vector<std::string> ids_;
};

}  // namespace taskdock::testing
