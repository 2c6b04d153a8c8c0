// Devices with copies of one user's tasks, which go offline and lose connections, and a server that
// is killed again and again. TASKDOCK_TEST_SEED=N makes other steps than the usual ones.

#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "http/requests.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/process.h"
#include "testing/synced_copy.h"
#include "testing/task_model.h"

namespace taskdock::testing {

using model::Dice;
using nlohmann::json;

namespace {

constexpr int device_count = 5;
constexpr int device_steps = memory_is_real ? 4000 : 1500;  // sanitizers take their time

std::uint64_t chosen_seed() {
  const char* given = std::getenv("TASKDOCK_TEST_SEED");
  return given ? std::stoull(given) : 20261126;
}

/// The server, which is started again on the same data directory after each kill.
class MortalServer {
 public:
  explicit MortalServer(const std::filesystem::path& data) : data_(data) { start(); }

  int port() const { return running_->port(); }

  void kill() {
    running_->process().signal(SIGKILL);
    running_->process().wait();
  }
  void start() { running_ = std::make_unique<ServerProcess>(data_); }

  /// Requests whose clients are gone are done when it has ended.
  void restart() {
    CHECK(running_->stop().status == 0);
    start();
  }

 private:
  const std::filesystem::path data_;
  std::unique_ptr<ServerProcess> running_;
};

/// What the server has acknowledged, by all devices together.
struct AcknowledgedChanges {
  std::map<std::string, std::string> created;          // ids by titles
  std::map<std::string, std::set<std::string>> marks;  // of a task's description, by ids
  std::set<std::string> completed;
  std::set<std::string> deleted;
};

/// How often something has happened.
struct DeviceCounts {
  int unanswered = 0;
  int replayed = 0;
  int conflicts = 0;
  int gone = 0;
  int kills_on_the_way = 0;
};

/// What a device wants to change, until the server has said what became of it.
struct WantedChange {
  enum class Kind { create, create_two, append, complete, remove };

  Kind kind;
  std::string mark;  // a new title, or what is added to a description
  std::string key;   // the Idempotency-Key of what creates
  json task = {};    // what is to be changed, as the device knows it
  // Whether the task must be read again, since it is another than the device knows.
  bool is_outdated = false;
};

class Device {
 public:
  Device(int number, Dice& dice, AcknowledgedChanges& acknowledged, DeviceCounts& counts)
      : name_('d' + std::to_string(number)),
        dice_(dice),
        acknowledged_(acknowledged),
        counts_(counts) {}

  bool is_online = true;
  SyncedCopy copy;

  void connect(int port, const std::string& token) {
    port_ = port;
    token_ = token;
    client_ = std::make_unique<Client>(port);
    client_->token = token;
    socket_.reset();
  }

  bool has_changes() const { return !changes_.empty(); }

  /// Notes a new change, which is made of what the device knows, online or not.
  void want_something() {
    const std::string mark = name_ + '-' + std::to_string(++marks_);
    const auto& known = copy.tasks();
    const int what = dice_.number(1, 10);
    if (known.empty() || what <= 3) {
      changes_.push_back({what == 1 ? WantedChange::Kind::create_two : WantedChange::Kind::create,
                          mark, "key-" + mark});
      return;
    }
    auto chosen = known.begin();
    std::advance(chosen, dice_.number(0, static_cast<int>(known.size()) - 1));
    const auto kind = what <= 8   ? WantedChange::Kind::append
                      : what == 9 ? WantedChange::Kind::complete
                                  : WantedChange::Kind::remove;
    if (kind == WantedChange::Kind::append && text_of(chosen->second).size() > 1900) return;
    changes_.push_back({kind, mark, {}, chosen->second});
  }

  /// Sends the first change. Returns false if the server takes no more over this connection.
  bool send() {
    if (!socket_) socket_ = std::make_unique<RawSocket>(port_);
    if (socket_->send(request())) return true;
    give_up();
    return false;
  }

  /// Sends the first change, or a part of it, and breaks the connection.
  void send_in_vain() {
    const std::string whole = request();
    RawSocket(port_).send(dice_.one_in(2) ? whole : whole.substr(0, whole.size() / 2));
    give_up();
  }

  /// Receives the answer to what was sent, and takes it to heart.
  void receive() {
    const Answer answer = Client::read_answer(*socket_, surplus_);
    if (answer.status == 0) {
      give_up();
    } else {
      accept(answer);
    }
  }

  /// Takes a page of changes, if the connection holds.
  void follow() {
    const int status = copy.take_page(*client_, dice_.number(1, 40));
    CHECK((status == 200 || status == 0));
  }

 private:
  static std::string text_of(const json& task) {
    return task["description"].is_null() ? "" : task["description"].get<std::string>();
  }

  WantedChange& first() { return changes_.front(); }

  void give_up() {
    ++counts_.unanswered;
    socket_.reset();
    surplus_.clear();
  }

  std::string request() {
    const WantedChange& change = first();
    const std::string path = change.task.is_null() ? "/api/tasks" : path_of(change.task);
    const bool is_read = change.is_outdated;
    if (is_read) return message("GET", path, nullptr);
    switch (change.kind) {
      case WantedChange::Kind::create:
        return message("POST", path, {{"title", change.mark}});
      case WantedChange::Kind::create_two: {
        const auto creation = [&](const char* which) -> json {
          return {{"op", "create"}, {"task", {{"title", change.mark + which}}}};
        };
        return message("POST", path + "/batch",
                       {{"operations", json::array({creation("a"), creation("b")})}});
      }
      case WantedChange::Kind::append:
        return message("PATCH", path,
                       {{"description", text_of(change.task) + '[' + change.mark + ']'}});
      case WantedChange::Kind::complete:
        return message("PATCH", path + "/complete", {{"is_completed", true}});
      case WantedChange::Kind::remove:
        break;
    }
    return message("DELETE", path, nullptr);
  }

  std::string message(const std::string& method, const std::string& path, const json& body) {
    const WantedChange& change = first();
    const std::string text = body.is_null() ? "" : body.dump();
    std::string head = method + ' ' + path + " HTTP/1.1\r\n" + host + "Authorization: Bearer " +
                       token_ + "\r\nContent-Length: " + std::to_string(text.size()) + "\r\n";
    if (!text.empty()) head += "Content-Type: application/json\r\n";
    if (!change.key.empty()) {
      head += "Idempotency-Key: " + change.key + "\r\n";
    } else if (!change.is_outdated) {
      head +=
          "If-Match: \"" + std::to_string(change.task["revision"].get<std::int64_t>()) + "\"\r\n";
    }
    return head + "\r\n" + text;
  }

  void note_created(const std::string& title, const json& task) {
    CHECK(task["title"] == title);
    const auto [known, is_new] = acknowledged_.created.emplace(title, task["id"]);
    CHECK((is_new || known->second == task["id"]));
  }

  void accept(const Answer& answer) {
    WantedChange& change = first();
    CAPTURE(change.mark);
    CAPTURE(change.task.dump());
    CAPTURE(answer.body);
    if (change.kind == WantedChange::Kind::create ||
        change.kind == WantedChange::Kind::create_two) {
      counts_.replayed += answer.header("idempotency-replayed") == "true" ? 1 : 0;
      if (change.kind == WantedChange::Kind::create) {
        REQUIRE(answer.status == 201);
        note_created(change.mark, answer.json());
      } else {
        REQUIRE(answer.status == 200);
        const json results = answer.json()["results"];
        note_created(change.mark + 'a', results[0]["task"]);
        note_created(change.mark + 'b', results[1]["task"]);
      }
      changes_.pop_front();
    } else if (answer.status == 404) {
      // Somebody has deleted it, maybe this very request when its answer was lost.
      ++counts_.gone;
      changes_.pop_front();
    } else if (change.is_outdated) {
      REQUIRE(answer.status == 200);
      change.task = answer.json();
      change.is_outdated = false;
      if (is_done(change)) acknowledge();
    } else if (answer.status == 412) {
      ++counts_.conflicts;
      change.is_outdated = true;
    } else {
      REQUIRE(answer.status == (change.kind == WantedChange::Kind::remove ? 204 : 200));
      if (change.kind != WantedChange::Kind::remove) change.task = answer.json();
      if (change.kind != WantedChange::Kind::remove) CHECK(is_done(change));
      acknowledge();
    }
  }

  /// Whether the task, as it is, has the change already: its answer may have been lost.
  static bool is_done(const WantedChange& change) {
    if (change.kind == WantedChange::Kind::append) {
      return text_of(change.task).find('[' + change.mark + ']') != std::string::npos;
    }
    return change.kind == WantedChange::Kind::complete && change.task["is_completed"] == true;
  }

  void acknowledge() {
    const WantedChange& change = first();
    const std::string id = change.task["id"];
    if (change.kind == WantedChange::Kind::append) acknowledged_.marks[id].insert(change.mark);
    if (change.kind == WantedChange::Kind::complete) acknowledged_.completed.insert(id);
    if (change.kind == WantedChange::Kind::remove) acknowledged_.deleted.insert(id);
    changes_.pop_front();
  }

  const std::string name_;
  Dice& dice_;
  AcknowledgedChanges& acknowledged_;
  DeviceCounts& counts_;
  int port_ = 0;
  std::string token_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<RawSocket> socket_;  // for changes
  std::string surplus_;
  std::deque<WantedChange> changes_;
  int marks_ = 0;
};

/// How often `part` is in `text`.
int occurrences(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) {
    ++count;
  }
  return count;
}

/// All deleted tasks that are in the trash.
TasksById trash_on_server(Client& client) {
  TasksById tasks;
  for (int offset = 0;; offset += 100) {
    const json page =
        client.get("/api/tasks/trash?limit=100&offset=" + std::to_string(offset)).json();
    for (const json& task : page["tasks"]) tasks[task["id"]] = task;
    if (page["tasks"].size() < 100) return tasks;
  }
}

/// CHECKs that everything acknowledged is there, and nothing twice.
void check_nothing_lost(const AcknowledgedChanges& acknowledged, const TasksById& tasks,
                        const TasksById& trash) {
  TasksById all = tasks;
  all.insert(trash.begin(), trash.end());
  CHECK(all.size() == tasks.size() + trash.size());
  std::map<std::string, std::string> titles;
  for (const auto& [id, task] : all) CHECK(titles.emplace(task["title"], id).second);
  CHECK(titles == acknowledged.created);
  for (const auto& [id, marks] : acknowledged.marks) {
    REQUIRE(all.contains(id));
    const json& task = all[id];
    CAPTURE(task.dump());
    const std::string text = task["description"];
    for (const std::string& mark : marks) CHECK(occurrences(text, '[' + mark + ']') == 1);
  }
  for (const std::string& id : acknowledged.completed) CHECK(all.at(id)["is_completed"] == true);
  for (const std::string& id : acknowledged.deleted) CHECK(trash.contains(id));
}

}  // namespace

TEST_CASE(
    "http/devices: whatever breaks and dies in between, devices and server end up with the same, "
    "with nothing twice and nothing acknowledged missing") {
  const std::uint64_t seed = chosen_seed();
  MESSAGE("TASKDOCK_TEST_SEED=" << seed);
  Dice dice(seed);
  const TemporaryDirectory data;
  MortalServer server(data.path());
  std::string token;
  {
    Client client(server.port());
    client.sign_up(account_email, account_password);
    const Answer made = client.post("/api/auth/tokens", {{"name", "Devices"}, {"scope", "write"}});
    REQUIRE(made.status == 201);
    token = made.json()["token"];
  }
  AcknowledgedChanges acknowledged;
  DeviceCounts counts;
  std::vector<std::unique_ptr<Device>> devices;
  for (int i = 1; i <= device_count; ++i) {
    devices.push_back(std::make_unique<Device>(i, dice, acknowledged, counts));
  }
  const auto connect_all = [&] {
    for (const auto& device : devices) device->connect(server.port(), token);
  };
  connect_all();

  for (int step = 0; step < device_steps; ++step) {
    CAPTURE(step);
    if (dice.one_in(60)) {
      std::vector<Device*> waiting;
      for (const auto& device : devices) {
        if (device->is_online && device->has_changes() && device->send()) {
          waiting.push_back(device.get());
        }
      }
      counts.kills_on_the_way += waiting.empty() ? 0 : 1;
      std::this_thread::sleep_for(std::chrono::microseconds(dice.number(0, 2000)));
      server.kill();
      // Some have been answered, and do not know yet.
      for (Device* device : waiting) device->receive();
      server.start();
      connect_all();
      continue;
    }
    Device& device = *dice.pick(devices);
    if (dice.one_in(20)) device.is_online = !device.is_online;
    if (dice.one_in(400)) device.copy.forget();
    if (dice.one_in(2)) device.want_something();
    if (!device.is_online) continue;
    if (device.has_changes()) {
      if (dice.one_in(8)) {
        device.send_in_vain();
      } else if (device.send()) {
        device.receive();
      }
    }
    if (dice.one_in(3)) device.follow();
  }

  for (const auto& device : devices) {
    while (device->has_changes()) {
      if (device->send()) device->receive();
    }
  }
  server.restart();
  connect_all();
  Client client(server.port());
  client.token = token;
  const TasksById tasks = tasks_on_server(client);
  for (const auto& device : devices) {
    do {
      device->follow();
    } while (device->copy.has_more());
    CHECK(device->copy.tasks() == tasks);
  }
  check_nothing_lost(acknowledged, tasks, trash_on_server(client));

  // Everything that is difficult has happened.
  if (!memory_is_real) return;
  CHECK(tasks.size() > 100);
  CHECK(acknowledged.marks.size() > 100);
  CHECK(acknowledged.deleted.size() > 20);
  CHECK(counts.unanswered > 100);
  CHECK(counts.replayed > 20);
  CHECK(counts.conflicts > 100);
  CHECK(counts.gone > 5);
  CHECK(counts.kills_on_the_way > 20);
}

}  // namespace taskdock::testing
