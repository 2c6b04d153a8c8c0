#include "store/sqlite/database_connection.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

std::string pragma(DatabaseConnection& connection, const std::string& name) {
  return connection.database().execAndGet("PRAGMA " + name).getString();
}

std::string count_users(DatabaseConnection& connection) {
  return connection.database().execAndGet("SELECT count(*) FROM users").getString();
}

}  // namespace

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/database_connection: the writer's commits are in a write-ahead "
                  "log, and on the disk") {
  CHECK(pragma(connection, "journal_mode") == "wal");
  CHECK(pragma(connection, "synchronous") == "2");  // FULL
  CHECK(pragma(connection, "foreign_keys") == "1");
  CHECK(pragma(connection, "query_only") == "0");
  CHECK(pragma(connection, "temp_store") == "2");  // memory
  CHECK(std::stoi(pragma(connection, "journal_size_limit")) > 0);
}

TEST_CASE_FIXTURE(
    OpenDatabase,
    "store/sqlite/database_connection: a reader sees what is committed, and changes nothing") {
  DatabaseConnection reader(file, DatabaseConnection::Role::reader);
  CHECK(pragma(reader, "journal_mode") == "wal");
  CHECK(pragma(reader, "query_only") == "1");
  const User user = add_user("ann@example.com");
  CHECK(reader.users.find_credentials(user.email));
  CHECK_THROWS_AS(reader.users.add(new_user("bob@example.com"), "hash"), SQLite::Exception);
  CHECK(count_users(connection) == "1");
}

TEST_CASE_FIXTURE(
    Workshop, "store/sqlite/database_connection: a reader does not make the file, a writer does") {
  CHECK_THROWS_AS(DatabaseConnection(file, DatabaseConnection::Role::reader), SQLite::Exception);
  CHECK_FALSE(std::filesystem::exists(file));
  const DatabaseConnection writer(file, DatabaseConnection::Role::writer);
  CHECK(std::filesystem::exists(file));
}

TEST_CASE_FIXTURE(
    OpenDatabase,
    "store/sqlite/database_connection: who reads on does not see what is committed meanwhile") {
  DatabaseConnection reader(file, DatabaseConnection::Role::reader);
  add_user("ann@example.com");
  reader.begin_reading();
  CHECK(count_users(reader) == "1");
  add_user("bob@example.com");
  CHECK(count_users(reader) == "1");
  reader.end_reading();
  CHECK_FALSE(reader.in_transaction());
  CHECK(count_users(reader) == "2");
  reader.end_reading();  // does nothing
  CHECK(count_users(reader) == "2");
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/database_connection: rolling back forgets the transaction, and "
                  "without one does nothing") {
  connection.roll_back();
  connection.begin_immediate.lend().step();
  CHECK(connection.in_transaction());
  add_user("ann@example.com");
  connection.roll_back();
  CHECK_FALSE(connection.in_transaction());
  CHECK(count_users(connection) == "0");
}

TEST_CASE_FIXTURE(
    OpenDatabase,
    "store/sqlite/database_connection: a checkpoint folds the log into the file, and empties it") {
  const std::filesystem::path log = file.string() + "-wal";
  add_user("ann@example.com");
  REQUIRE(std::filesystem::file_size(log) > 0);
  CHECK(connection.checkpoint(std::chrono::seconds(30)));
  CHECK(std::filesystem::file_size(log) == 0);
  CHECK(content_of(file).find("ann@example.com") != std::string::npos);
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/database_connection: no look-up is left half-way, where it would "
                  "hold up checkpoints") {
  const User user = add_user("ann@example.com");
  for (int i = 0; i < 5; ++i) add_task(user, "task");
  DatabaseConnection reader(file, DatabaseConnection::Role::reader);
  reader.users.password_hash(user.id);
  reader.users.find_credentials(user.email);
  reader.task_list.list(user.id, {.total = 5}, {.limit = 2, .offset = 1, .completed = false});
  reader.check.lend().step();
  CHECK(connection.checkpoint(std::chrono::seconds(30)));
  CHECK(std::filesystem::file_size(file.string() + "-wal") == 0);
}

}  // namespace taskdock::store::sqlite
