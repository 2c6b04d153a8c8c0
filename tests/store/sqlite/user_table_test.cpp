#include "store/sqlite/user_table.h"

#include <doctest/doctest.h>

#include "store/errors.h"
#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

using namespace std::chrono_literals;

PasswordHash hash_of(DatabaseConnection& connection, const std::string& email) {
  const auto credentials = connection.users.find_credentials(email);
  REQUIRE(credentials);
  return credentials->password_hash;
}

}  // namespace

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/user_table: a user is found by email, as it was added") {
  User user = new_user("ann@example.com");
  user.name = "Ann \"O'Brien\" 水🥛";
  user.created_at = support::Timestamp(-1us);
  connection.users.add(user, "the hash");
  const auto credentials = connection.users.find_credentials("ann@example.com");
  REQUIRE(credentials);
  CHECK(same(credentials->user, user));
  CHECK(credentials->password_hash == "the hash");
  CHECK(connection.users.password_hash(user.id) == "the hash");
}

TEST_CASE_FIXTURE(OpenDatabase, "store/sqlite/user_table: a user need not have a password") {
  const User ann = new_user("ann@example.com");
  connection.users.add(ann, std::nullopt);
  CHECK_FALSE(hash_of(connection, "ann@example.com"));
  CHECK_FALSE(connection.users.password_hash(ann.id));
  connection.users.set_password_hash(ann.id, "hash");
  CHECK(connection.users.password_hash(ann.id) == "hash");
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/user_table: one user at most is the local one, until deleted") {
  CHECK_FALSE(connection.users.find_local());
  const User ann = add_user("ann@example.com");
  const User bob = add_user("bob@example.com");
  connection.users.mark_as_local(ann.id);
  REQUIRE(connection.users.find_local());
  CHECK(same(*connection.users.find_local(), ann));
  CHECK_THROWS_AS(connection.users.mark_as_local(bob.id), SQLite::Exception);
  CHECK(same(*connection.users.find_local(), ann));
  connection.users.remove(ann.id);
  CHECK_FALSE(connection.users.find_local());
  connection.users.mark_as_local(bob.id);
  CHECK(same(*connection.users.find_local(), bob));
}

TEST_CASE_FIXTURE(OpenDatabase, "store/sqlite/user_table: who was not added is not found") {
  add_user("ann@example.com");
  CHECK_THROWS_AS(connection.users.password_hash(ids.next()), UserNotFound);
  CHECK_FALSE(connection.users.find_credentials("bob@example.com"));
  CHECK_FALSE(connection.users.find_credentials("ann@example.com "));
  CHECK_FALSE(connection.users.find_credentials(""));
  CHECK_FALSE(connection.users.find_credentials("%"));
  CHECK_FALSE(connection.users.find_credentials("' OR 1 --"));
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/user_table: an email has one user, who stays who they were") {
  const User ann = add_user("ann@example.com");
  CHECK_THROWS_AS(connection.users.add(new_user("ann@example.com"), "other"), EmailTaken);
  CHECK(hash_of(connection, "ann@example.com") == "hash");
  CHECK(connection.users.find_credentials("ann@example.com")->user.id == ann.id);
  CHECK_NOTHROW(connection.users.add(new_user("bob@example.com"), "hash"));
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/user_table: an id twice is an error, but not a taken email") {
  User again = add_user("ann@example.com");
  again.email = "bob@example.com";
  CHECK_THROWS_AS(connection.users.add(again, "hash"), SQLite::Exception);
  CHECK_FALSE(connection.users.find_credentials("bob@example.com"));
}

TEST_CASE_FIXTURE(OpenDatabase, "store/sqlite/user_table: a hash is replaced for its user alone") {
  const User ann = add_user("ann@example.com");
  add_user("bob@example.com");
  connection.users.set_password_hash(ann.id, "newer");
  CHECK(hash_of(connection, "ann@example.com") == "newer");
  CHECK(hash_of(connection, "bob@example.com") == "hash");
  CHECK_THROWS_AS(connection.users.set_password_hash(ids.next(), "nobody's"), UserNotFound);
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/user_table: a change changes what it names, and no more") {
  const User ann = add_user("ann@example.com");
  const User bob = add_user("bob@example.com");
  User expected = ann;
  CHECK(same(connection.users.change(ann.id, {}), expected));
  expected.name = "Anna";
  CHECK(same(connection.users.change(ann.id, {.name = "Anna"}), expected));
  expected.email = "anna@example.com";
  CHECK(same(connection.users.change(ann.id, {.email = "anna@example.com"}), expected));
  CHECK(same(connection.users.change(ann.id, {.email = "anna@example.com"}), expected));
  CHECK_THROWS_AS(connection.users.change(ann.id, {.email = "bob@example.com", .name = "Bob"}),
                  EmailTaken);
  CHECK(same(connection.users.find_credentials("anna@example.com")->user, expected));
  CHECK(same(connection.users.find_credentials("bob@example.com")->user, bob));
  CHECK_THROWS_AS(connection.users.change(ids.next(), {.name = "x"}), UserNotFound);
}

TEST_CASE_FIXTURE(
    OpenDatabase,
    "store/sqlite/user_table: a user goes with all that is theirs, and nobody else's") {
  CHECK(connection.users.count() == 0);
  const User ann = add_user("ann@example.com");
  const User bob = add_user("bob@example.com");
  add_task(ann, "hers");
  add_task(ann, "done", true);
  add_task(bob, "his");
  add_session(ann, 1);
  add_session(bob, 2);
  CHECK(connection.users.list().at(0).tasks == 2);
  connection.users.remove(ann.id);
  CHECK_THROWS_AS(connection.users.remove(ann.id), UserNotFound);
  const std::vector<UserSummary> left = connection.users.list();
  REQUIRE(left.size() == 1);
  CHECK(same(left.front().user, bob));
  CHECK(left.front().tasks == 1);
  remove_leftovers();
  CHECK(count("tasks") == 1);
  CHECK(count("sessions") == 1);
  CHECK(count("task_totals") == 1);
  CHECK(connection.users.count() == 1);
}

}  // namespace taskdock::store::sqlite
