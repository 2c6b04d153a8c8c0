#include "store/user_table.h"

#include <doctest/doctest.h>

#include "store/errors.h"
#include "store/fixtures.h"

namespace taskdock::store {

namespace {

using namespace std::chrono_literals;

std::string hash_of(Connection& connection, const std::string& email) {
  const auto credentials = connection.users.find_credentials(email);
  REQUIRE(credentials);
  return credentials->password_hash;
}

}  // namespace

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/user_table: a user is found by id and by email, as it was added") {
  User user = new_user("ann@example.com");
  user.name = "Ann \"O'Brien\" 水🥛";
  user.created_at = support::Timestamp(-1us);
  connection.users.add(user, "the hash");
  const auto found = connection.users.find(user.id);
  REQUIRE(found);
  CHECK(same(*found, user));
  const auto credentials = connection.users.find_credentials("ann@example.com");
  REQUIRE(credentials);
  CHECK(same(credentials->user, user));
  CHECK(credentials->password_hash == "the hash");
}

TEST_CASE_FIXTURE(OpenDatabase, "store/user_table: who was not added is not found") {
  add_user("ann@example.com");
  CHECK_FALSE(connection.users.find(ids.next()));
  CHECK_FALSE(connection.users.find_credentials("bob@example.com"));
  CHECK_FALSE(connection.users.find_credentials("ann@example.com "));
  CHECK_FALSE(connection.users.find_credentials(""));
  CHECK_FALSE(connection.users.find_credentials("%"));
  CHECK_FALSE(connection.users.find_credentials("' OR 1 --"));
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/user_table: an email has one user, who stays who they were") {
  const User ann = add_user("ann@example.com");
  CHECK_THROWS_AS(connection.users.add(new_user("ann@example.com"), "other"), EmailTaken);
  CHECK(hash_of(connection, "ann@example.com") == "hash");
  CHECK(connection.users.find_credentials("ann@example.com")->user.id == ann.id);
  CHECK_NOTHROW(connection.users.add(new_user("bob@example.com"), "hash"));
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/user_table: an id twice is an error, but not a taken email") {
  User again = add_user("ann@example.com");
  again.email = "bob@example.com";
  CHECK_THROWS_AS(connection.users.add(again, "hash"), SQLite::Exception);
  CHECK_FALSE(connection.users.find_credentials("bob@example.com"));
}

TEST_CASE_FIXTURE(
    OpenDatabase,
    "store/user_table: a hash is replaced only where it is still the one that was read") {
  const User ann = add_user("ann@example.com");
  add_user("bob@example.com");
  connection.users.replace_password_hash(ann.id, "hash", "newer");
  CHECK(hash_of(connection, "ann@example.com") == "newer");
  CHECK(hash_of(connection, "bob@example.com") == "hash");
  connection.users.replace_password_hash(ann.id, "hash", "late");
  CHECK(hash_of(connection, "ann@example.com") == "newer");
  connection.users.replace_password_hash(ids.next(), "newer", "nobody's");
  CHECK(hash_of(connection, "ann@example.com") == "newer");
}

}  // namespace taskdock::store
