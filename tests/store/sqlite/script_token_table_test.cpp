#include "store/sqlite/script_token_table.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "store/errors.h"
#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

using namespace std::chrono_literals;

struct UserWithTokens : OpenDatabase {
  User ann = add_user("ann@example.com");
  User bob = add_user("bob@example.com");

  ScriptToken add(const User& user, std::uint8_t hash,
                  std::optional<std::chrono::hours> expires_in = {},
                  TokenScope scope = TokenScope::write) {
    ScriptToken token{.id = ids.next(),
                      .user_id = user.id,
                      .name = "Report",
                      .scope = scope,
                      .created_at = clock.now(),
                      .expires_at = {}};
    if (expires_in) token.expires_at = clock.now() + *expires_in;
    connection.script_tokens.add(token, hash_of(hash));
    return token;
  }

  std::optional<Caller> find(std::uint8_t hash) {
    return connection.script_tokens.find_caller(hash_of(hash), clock.now());
  }

  bool is_valid(const ScriptToken& token) {
    return connection.script_tokens.is_valid(token.user_id, token.id, clock.now());
  }

  std::vector<ScriptToken> list(const User& user) { return connection.script_tokens.list(user.id); }
};

}  // namespace

TEST_CASE_FIXTURE(UserWithTokens,
                  "store/sqlite/script_token_table: a token leads to its user and its scope") {
  const ScriptToken writing = add(ann, 1);
  const ScriptToken reading = add(bob, 2, {}, TokenScope::read);
  const auto caller = find(1);
  REQUIRE(caller);
  CHECK(store::same(caller->user, ann));
  CHECK(caller->grant == Grant{Grant::Kind::script_token, writing.id});
  CHECK(caller->scope == TokenScope::write);
  CHECK_FALSE(caller->last_used_at);
  CHECK(store::same(find(2)->user, bob));
  CHECK(find(2)->scope == TokenScope::read);
  CHECK_FALSE(find(3));
  CHECK(is_valid(writing));
  CHECK_FALSE(connection.script_tokens.is_valid(bob.id, writing.id, clock.now()));
  CHECK_FALSE(connection.script_tokens.is_valid(ann.id, ids.next(), clock.now()));
}

TEST_CASE_FIXTURE(UserWithTokens,
                  "store/sqlite/script_token_table: who makes a request is one look-up by keys") {
  const ScriptToken token = add(ann, 1);
  find(1);
  list(ann);
  is_valid(token);
  connection.script_tokens.largest_id();
  connection.script_tokens.touch(token.id, clock.now());
  connection.script_tokens.remove(ann.id, token.id);
  connection.script_tokens.remove_all(ann.id);
  int found = 0;
  for (const auto& [sql, plan] : plans()) {
    if (sql.find("script_tokens") == std::string::npos) continue;
    CAPTURE(sql);
    CAPTURE(plan);
    CHECK(plan.find("SCAN") == std::string::npos);
    CHECK(plan.find("TEMP B-TREE") == std::string::npos);
    if (sql.find("t.may_write") == std::string::npos) continue;
    ++found;
    CHECK(plan.starts_with("SEARCH t USING "));
    CHECK(plan.ends_with("SEARCH u USING PRIMARY KEY (id=?)\n"));
    CHECK(std::count(plan.begin(), plan.end(), '\n') == 2);
  }
  CHECK(found == 1);
}

TEST_CASE_FIXTURE(UserWithTokens,
                  "store/sqlite/script_token_table: a token that has expired is listed, no more") {
  const ScriptToken day = add(ann, 1, 24h);
  const ScriptToken forever = add(ann, 2);
  clock.advance(24h - 1us);
  CHECK(find(1));
  CHECK(is_valid(day));
  clock.advance(1us);
  CHECK_FALSE(find(1));
  CHECK_FALSE(is_valid(day));
  CHECK(find(2));
  CHECK(is_valid(forever));
  REQUIRE(list(ann).size() == 2);
  CHECK(list(ann)[1].expires_at == day.expires_at);
}

TEST_CASE_FIXTURE(UserWithTokens,
                  "store/sqlite/script_token_table: tokens are listed newest first, each user's") {
  const ScriptToken first = add(ann, 1, 24h, TokenScope::read);
  add(bob, 2);
  const ScriptToken last = add(ann, 3);
  const auto tokens = list(ann);
  REQUIRE(tokens.size() == 2);
  CHECK(tokens[0].id == last.id);
  CHECK(tokens[0].scope == TokenScope::write);
  CHECK_FALSE(tokens[0].expires_at);
  CHECK(tokens[1].id == first.id);
  CHECK(tokens[1].user_id == ann.id);
  CHECK(tokens[1].name == "Report");
  CHECK(tokens[1].scope == TokenScope::read);
  CHECK(tokens[1].created_at == first.created_at);
  CHECK(tokens[1].expires_at == first.expires_at);
  CHECK_FALSE(tokens[1].last_used_at);
  CHECK(connection.script_tokens.largest_id() == last.id);
}

TEST_CASE_FIXTURE(UserWithTokens,
                  "store/sqlite/script_token_table: last_used_at moves to when it was used, never "
                  "back") {
  const ScriptToken token = add(ann, 1);
  connection.script_tokens.touch(token.id, clock.now());
  CHECK(find(1)->last_used_at == clock.now());
  connection.script_tokens.touch(token.id, clock.now() + 5min);
  connection.script_tokens.touch(token.id, clock.now());
  CHECK(find(1)->last_used_at == clock.now() + 5min);
  CHECK(list(ann)[0].last_used_at == clock.now() + 5min);
  connection.script_tokens.touch(ids.next(), clock.now());
}

TEST_CASE_FIXTURE(UserWithTokens,
                  "store/sqlite/script_token_table: a token is removed by its user alone") {
  const ScriptToken token = add(ann, 1);
  add(ann, 2);
  add(bob, 3);
  CHECK_THROWS_AS(connection.script_tokens.remove(bob.id, token.id), TokenNotFound);
  CHECK(find(1));
  connection.script_tokens.remove(ann.id, token.id);
  CHECK_FALSE(find(1));
  CHECK_THROWS_AS(connection.script_tokens.remove(ann.id, token.id), TokenNotFound);
  connection.script_tokens.remove_all(ann.id);
  CHECK_FALSE(find(2));
  CHECK(find(3));
}

TEST_CASE_FIXTURE(UserWithTokens,
                  "store/sqlite/script_token_table: a user has a hundred, and what has expired "
                  "makes room") {
  add(ann, 1, 24h);
  for (std::uint8_t i = 2; i <= 100; ++i) add(ann, i);
  CHECK_THROWS_AS(add(ann, 101), TooManyTokens);
  CHECK(list(ann).size() == 100);
  add(bob, 201);
  clock.advance(24h);
  add(ann, 101);
  CHECK(find(101));
  CHECK(find(2));
  CHECK(list(ann).size() == 100);
  CHECK_THROWS_AS(add(ann, 102), TooManyTokens);
}

TEST_CASE_FIXTURE(UserWithTokens,
                  "store/sqlite/script_token_table: the tokens of a user go with the user, and no "
                  "others come") {
  add(ann, 1);
  add(bob, 2);
  connection.users.remove(ann.id);
  CHECK_FALSE(find(1));
  CHECK(count("script_tokens") == 1);
  CHECK_THROWS_AS(add(ann, 3), UserNotFound);
  CHECK(count("script_tokens") == 1);
}

}  // namespace taskdock::store::sqlite
