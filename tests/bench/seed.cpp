// Fills a data directory's database before a server opens it. For scripts/bench.sh.
//
//   seed DIRECTORY TASKS USERS
//
// The first user is big@example.com with the password "correct horse" and has TASKS tasks, every
// second with a description. Prints how large the file is then, in bytes, and adds further users,
// with a task each, until there are USERS.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "security/password.h"
#include "store/connection.h"
#include "store/store.h"
#include "support/clock.h"
#include "support/random.h"
#include "support/uuid.h"

namespace {

using namespace taskdock;

class Seeder {
 public:
  explicit Seeder(const std::filesystem::path& file)
      : connection_(file, store::Connection::Role::writer) {
    connection_.start_journal();
    connection_.begin_immediate.lend().step();
  }

  void commit() {
    connection_.commit.lend().step();
    connection_.checkpoint(std::chrono::seconds(5));
    connection_.begin_immediate.lend().step();
  }

  support::Uuid add_user(const std::string& email, const std::string& password_hash) {
    const store::User user{
        .id = ids_.next(), .email = email, .name = "Somebody", .created_at = clock_.now()};
    connection_.users.add(user, password_hash);
    return user.id;
  }

  void add_task(const support::Uuid& owner, int number) {
    const support::Timestamp now = clock_.now();
    store::Task task{.id = ids_.next(),
                     .title = "Buy milk and bread, " + std::to_string(number),
                     .description = {},
                     .is_completed = number % 3 == 0,
                     .user_id = owner,
                     .created_at = now,
                     .updated_at = now};
    if (number % 2 == 0) task.description = "two bottles, and the dark loaf from around the corner";
    connection_.tasks.add(task);
  }

 private:
  store::Connection connection_;
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
    { const store::Store makes_the_schema(file, 1); }
    support::SystemRandom random;
    security::PasswordHasher passwords(random, 1);
    Seeder seeder(file);
    const support::Uuid big = seeder.add_user("big@example.com", passwords.hash("correct horse"));
    for (int i = 0; i < std::atoi(argv[2]); ++i) seeder.add_task(big, i);
    seeder.commit();
    std::printf("%ju\n", static_cast<std::uintmax_t>(std::filesystem::file_size(file)));
    for (int i = 1; i < std::atoi(argv[3]); ++i) {
      seeder.add_task(seeder.add_user("user" + std::to_string(i) + "@example.com", "none"), i);
    }
    seeder.commit();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "seed: %s\n", error.what());
    return 1;
  }
  return 0;
}
