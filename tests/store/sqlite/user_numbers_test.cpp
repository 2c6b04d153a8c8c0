#include "store/sqlite/user_numbers.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/user_numbers: each user has a number of their own, by which they "
                  "are found, and others have none") {
  UserNumbers& numbers = connection.user_numbers;
  std::set<UserNumber> given;
  for (int i = 0; i < 20; ++i) {
    const User user = add_user(std::to_string(i) + "@example.com");
    const UserNumber number = numbers.of(user.id);
    CHECK(number != UserNumber::nobody);
    CHECK(numbers.of(user.id) == number);
    CHECK(numbers.user_with(number) == user.id);
    given.insert(number);
  }
  CHECK(given.size() == 20);
  CHECK(numbers.of(ids.next()) == UserNumber::nobody);
  CHECK_FALSE(numbers.user_with(UserNumber::nobody));
  CHECK_FALSE(numbers.user_with(UserNumber{1000}));
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/user_numbers: nobody gets the number of a deleted user, not even "
                  "when nothing is left of them, or the kept last number is wrong") {
  const User ann = add_user("ann@example.com");
  const UserNumber anns = connection.user_numbers.of(ann.id);
  connection.users.remove(ann.id);
  remove_leftovers();
  const User bob = add_user("bob@example.com");
  const UserNumber bobs = connection.user_numbers.of(bob.id);
  CHECK(bobs > anns);
  const char* const spoil = "UPDATE user_total SET last_number = 0";
  connection.database().exec(spoil);
  const User cid = add_user("cid@example.com");
  const UserNumber cids = connection.user_numbers.of(cid.id);
  CHECK(cids > bobs);
  connection.users.remove(cid.id);
  connection.database().exec(spoil);
  CHECK(connection.user_numbers.of(add_user("dan@example.com").id) > cids);
}

TEST_CASE_FIXTURE(OpenDatabase, "store/sqlite/user_numbers: no user is added without a number") {
  CHECK_THROWS_AS(connection.database().exec("INSERT INTO users (id, email, name, created_at)"
                                             " VALUES (zeroblob(16), 'ann@example.com', 'Ann', 1)"),
                  SQLite::Exception);
  CHECK(count("users") == 0);
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/user_numbers: after a user's addition is rolled back, the number "
                  "is that of the next user alone") {
  connection.begin_immediate.lend().step();
  const auto noted = connection.noted();
  connection.savepoint.lend().step();
  const User ann = add_user("ann@example.com");
  const UserNumber number = connection.user_numbers.of(ann.id);
  connection.rollback_to.lend().step();
  connection.forget_noted_since(noted);
  connection.release.lend().step();
  const User bob = add_user("bob@example.com");
  CHECK(connection.user_numbers.of(bob.id) == number);
  CHECK(connection.user_numbers.of(ann.id) == UserNumber::nobody);
  connection.commit.lend().step();
}

}  // namespace taskdock::store::sqlite
