// Fills a data directory's database before a server opens it. For scripts/bench.sh.
//
//   seed DIRECTORY TASKS USERS
//
// The first user is big@example.com with the password "correct horse" and has TASKS tasks, of which
// many have a description, a due date, a priority or tags, and the first five the word zebra.
// Prints how large the file is then, in bytes, and adds further users, with a task each, until
// there are USERS.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "security/password.h"
#include "store/store.h"
#include "support/clock.h"
#include "support/random.h"
#include "support/uuid.h"

namespace {

using namespace taskdock;

/// Makes users and tasks, and counts the tasks.
class Seeder {
 public:
  explicit Seeder(store::Store& store) : store_(store) {}

  support::Uuid add_user(const std::string& email, const std::string& password_hash) {
    const store::User user = new_user(email);
    store_.change([&](store::Changes& changes) { changes.add_user(user, password_hash); });
    return user.id;
  }

  /// `count` users with numbers from `first` on, each with a task, many to a commit.
  void add_users(int first, int count) {
    in_portions(first, count, [&](store::Changes& changes, int number) {
      const store::User user = new_user("user" + std::to_string(number) + "@example.com");
      changes.add_user(user, "none");
      changes.add_task(new_task(user.id, number));
    });
  }

  /// `count` tasks with numbers from `first` on, many to a commit.
  void add_tasks(const support::Uuid& owner, int first, int count) {
    in_portions(first, count, [&](store::Changes& changes, int number) {
      changes.add_task(new_task(owner, number));
    });
  }

 private:
  template <class Add>
  void in_portions(int first, int count, Add add) {
    constexpr int per_commit = 10'000;
    for (int begin = first; begin < first + count; begin += per_commit) {
      store_.change([&](store::Changes& changes) {
        for (int i = begin; i < std::min(begin + per_commit, first + count); ++i) add(changes, i);
      });
    }
  }

  store::User new_user(const std::string& email) {
    return {.id = ids_.next(), .email = email, .name = "Somebody", .created_at = clock_.now()};
  }

  store::Task new_task(const support::Uuid& owner, int number) {
    const support::Timestamp now = clock_.now();
    store::Task task{{.title = "Buy milk and bread, " + std::to_string(number)},
                     ids_.next(),
                     number % 3 == 0,
                     owner,
                     now,
                     now};
    if (task.is_completed) task.completed_at = now;
    if (number % 2 == 0) task.description = "two bottles, and the dark loaf from around the corner";
    if (number % 2 == 1) task.tags.emplace_back("home");
    if (number % 3 == 1) task.tags.emplace_back("shopping");
    if (number % 3 != 0) task.due_date = support::Date(std::chrono::days(20'000 + number % 1000));
    if (number % 4 != 0) task.priority = static_cast<store::Priority>(number % 4);
    if (number < 5) task.title += " and a zebra";
    return task;
  }

  store::Store& store_;
  support::SystemClock clock_;
  support::SystemRandom random_;
  support::UuidGenerator ids_{clock_, random_};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("seed: see the comment at its top\n", stderr);
    return 2;
  }
  try {
    const std::filesystem::path file = std::filesystem::path(argv[1]) / "taskdock.db";
    std::filesystem::create_directories(file.parent_path());
    const auto size = [&] { return static_cast<std::uintmax_t>(std::filesystem::file_size(file)); };
    support::SystemRandom random;
    security::PasswordHasher passwords(random, 1);
    {
      store::Store store(file);
      Seeder seeder(store);
      const support::Uuid big = seeder.add_user("big@example.com", passwords.hash("correct horse"));
      seeder.add_tasks(big, 0, std::atoi(argv[2]));
    }
    std::printf("%ju\n", size());
    store::Store store(file);
    Seeder seeder(store);
    seeder.add_users(1, std::atoi(argv[3]) - 1);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "seed: %s\n", error.what());
    return 1;
  }
  return 0;
}
