#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "testing/backend.h"
#include "testing/client.h"
#include "testing/task_model.h"

namespace taskdock::testing::model {

/// A user of a server in this process, beside what the model says they have. Every change CHECKs
/// its answer.
class ModelledUser {
 public:
  /// Signs the user up.
  ModelledUser(LocalServer& server, Dice& dice, const std::string& email = "ann@example.com");

  Client client;
  std::vector<Task> tasks;
  std::vector<Task> trash;

  /// The server's time, in microseconds since 1970.
  std::int64_t now() const;

  /// Makes a task with random members.
  void create();

  /// Changes a random task in a random way: its members, whether it is completed, whether it is in
  /// the trash. Or some tasks at once.
  void change();

  /// CHECKs that the lists which answer `query` are those of the model: walked by cursor, and one
  /// page by offset.
  void check(const Query& query);

  /// CHECKs the summary, the trash and the tags with their counts.
  void check_whole();

 private:
  /// One change: how it is asked for, alone or among others, and what the model does with the
  /// answer.
  struct Step {
    std::string method;
    std::string path;
    std::optional<nlohmann::json> body = {};
    nlohmann::json operation = {};  // in a batch; null if it has no such
    int status = 200;
    std::string id = {};  // of the task; empty for a new one
    std::function<void(const nlohmann::json& task)> accept = {};
  };

  Step creation();
  Step writing(const Task& task, const std::string& method);
  Step completion(const Task& task);
  Step deletion(const Task& task);
  Step restoration(const Task& task);
  Step random_step();
  void perform(const Step& step);
  void perform(const std::vector<Step>& batch);
  /// Keeps what a change has answered, and CHECKs what every change promises.
  void accept(Task& task, const nlohmann::json& answer);

  LocalServer& server_;
  Dice& dice_;
  std::int64_t revision_ = 0;
};

}  // namespace taskdock::testing::model
