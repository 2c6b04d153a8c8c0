#include "store/sqlite/session_table.h"

#include <doctest/doctest.h>

#include "store/errors.h"
#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds grace = 10s;
constexpr std::chrono::hours month = 30 * 24h;

struct UserWithSessions : OpenDatabase {
  User ann = add_user("ann@example.com");
  User bob = add_user("bob@example.com");

  std::optional<Caller> find(const Session& session) {
    return connection.sessions.find_caller(session.user_id, session.id, clock.now());
  }

  std::optional<Refreshed> refresh(std::uint8_t shown, std::uint8_t next) {
    const Rotation rotation{
        .at = clock.now(), .next_seed = hash_of(next), .access_token_id = ids.next()};
    return connection.sessions.refresh(hash_of(shown), hash_of(next), rotation, clock.now() + month,
                                       grace);
  }

  SessionPage list(const User& user, std::int64_t limit = 100, std::int64_t offset = 0) {
    return connection.sessions.list(user.id, clock.now(), limit, offset);
  }
};

/// Another hash for each number from 1 on, the first being hash_of(1).
TokenHash numbered(int number) {
  TokenHash hash = hash_of(1);
  hash[0] = static_cast<std::uint8_t>(number);
  hash[1] = static_cast<std::uint8_t>(1 + number / 256);
  return hash;
}

bool same(const Refreshed& a, const Refreshed& b) {
  return store::same(a.user, b.user) && a.session_id == b.session_id &&
         a.rotation.at == b.rotation.at && a.rotation.next_seed == b.rotation.next_seed &&
         a.rotation.access_token_id == b.rotation.access_token_id;
}

}  // namespace

TEST_CASE_FIXTURE(UserWithSessions,
                  "store/sqlite/session_table: a session leads to its user, and to nobody else") {
  const Session session = add_session(ann, 1);
  const auto caller = find(session);
  REQUIRE(caller);
  CHECK(store::same(caller->user, ann));
  CHECK(caller->grant == Grant{Grant::Kind::session, session.id});
  CHECK(caller->last_used_at == session.last_used_at);
  CHECK_FALSE(connection.sessions.find_caller(bob.id, session.id, clock.now()));
  CHECK_FALSE(connection.sessions.find_caller(ann.id, ids.next(), clock.now()));
}

TEST_CASE_FIXTURE(UserWithSessions,
                  "store/sqlite/session_table: who makes a request is one look-up by keys alone") {
  find(add_session(ann, 1));
  int found = 0;
  for (const auto& [sql, plan] : plans()) {
    if (sql.find("s.last_used_at FROM sessions") == std::string::npos) continue;
    ++found;
    CHECK(plan == "SEARCH s USING PRIMARY KEY (id=?)\nSEARCH u USING PRIMARY KEY (id=?)\n");
  }
  CHECK(found == 1);
}

TEST_CASE_FIXTURE(UserWithSessions, "store/sqlite/session_table: no query scans or sorts") {
  const Session session = add_session(ann, 1);
  refresh(1, 2);
  refresh(1, 3);
  connection.sessions.knows(hash_of(1));
  list(ann);
  connection.sessions.touch(session.id, clock.now());
  connection.sessions.remove(ann.id, session.id);
  connection.sessions.remove_all(ann.id, std::nullopt);
  std::size_t ours = 0;
  for (const auto& [sql, plan] : plans()) {
    CAPTURE(sql);
    CAPTURE(plan);
    CHECK(plan.find("SCAN") == std::string::npos);
    CHECK(plan.find("TEMP B-TREE") == std::string::npos);
    ours += sql.find("session") != std::string::npos ? 1 : 0;
  }
  CHECK(ours == 12);
}

TEST_CASE_FIXTURE(UserWithSessions,
                  "store/sqlite/session_table: a session is over when it expires, for everything") {
  const Session session = add_session(ann, 1);
  clock.advance(month - 1us);
  CHECK(find(session));
  CHECK(list(ann).total == 1);
  clock.advance(1us);
  CHECK_FALSE(find(session));
  CHECK(list(ann).total == 0);
  CHECK(list(ann).sessions.empty());
  CHECK_FALSE(refresh(1, 2));
}

TEST_CASE_FIXTURE(
    UserWithSessions,
    "store/sqlite/session_table: a refresh token is good once, and prolongs its session") {
  const Session session = add_session(ann, 1);
  clock.advance(24h);
  const auto refreshed = refresh(1, 2);
  REQUIRE(refreshed);
  CHECK(store::same(refreshed->user, ann));
  CHECK(refreshed->session_id == session.id);
  CHECK(refreshed->rotation.at == clock.now());
  CHECK(refreshed->rotation.next_seed == hash_of(2));
  CHECK(list(ann).sessions.at(0).expires_at == clock.now() + month);
  CHECK(list(ann).sessions.at(0).last_used_at == clock.now());
  clock.advance(month - 1us);
  CHECK(refresh(2, 3));
}

TEST_CASE_FIXTURE(
    UserWithSessions,
    "store/sqlite/session_table: a spent token leads to the same rotation for ten seconds") {
  add_session(ann, 1);
  const auto first = refresh(1, 2);
  clock.advance(grace - 1us);
  const auto again = refresh(1, 9);
  REQUIRE(again);
  CHECK(same(*again, *first));
  CHECK(refresh(2, 3));
  CHECK(same(refresh(1, 9).value(), *first));  // also when the next has been used already
  CHECK_FALSE(refresh(9, 4));                  // what was not the answer is no token
}

TEST_CASE_FIXTURE(
    UserWithSessions,
    "store/sqlite/session_table: a spent token shown later ends its session, and no other") {
  const Session session = add_session(ann, 1);
  const Session other = add_session(ann, 11);
  refresh(1, 2);
  clock.advance(1min);
  refresh(2, 3);
  SUBCASE("the last one, when the grace is over") {
    clock.advance(grace);
    CHECK_FALSE(refresh(2, 9));
  }
  SUBCASE("one from long ago") {
    CHECK_FALSE(refresh(1, 9));
  }
  CHECK_FALSE(find(session));
  CHECK(find(other));
  CHECK_FALSE(refresh(3, 4));
  remove_leftovers();
  CHECK(count("spent_refresh_tokens") == 0);
}

TEST_CASE_FIXTURE(
    UserWithSessions,
    "store/sqlite/session_table: a clock that is set back a little is no theft, and a lot no "
    "longer grace") {
  const Session session = add_session(ann, 1);
  const auto first = refresh(1, 2);
  clock.advance(-grace + 1us);
  CHECK(same(refresh(1, 9).value(), *first));
  clock.advance(-1us);
  CHECK_FALSE(refresh(1, 9));
  CHECK_FALSE(find(session));
}

TEST_CASE_FIXTURE(
    UserWithSessions,
    "store/sqlite/session_table: a spent token that has expired is no theft, only old") {
  const Session session = add_session(ann, 1);
  clock.advance(24h);
  refresh(1, 2);
  clock.advance(month - 24h);
  CHECK_FALSE(refresh(1, 9));
  CHECK(find(session));
}

TEST_CASE_FIXTURE(UserWithSessions,
                  "store/sqlite/session_table: a token nobody was given changes nothing") {
  const Session session = add_session(ann, 1);
  CHECK_FALSE(connection.sessions.knows(hash_of(7)));
  CHECK_FALSE(refresh(7, 8));
  CHECK(find(session));
  CHECK(connection.sessions.knows(hash_of(1)));
  CHECK(refresh(1, 2));
  CHECK(connection.sessions.knows(hash_of(1)));
  CHECK(connection.sessions.knows(hash_of(2)));
}

TEST_CASE_FIXTURE(
    UserWithSessions,
    "store/sqlite/session_table: last_used_at moves to when it was used, never back") {
  const Session session = add_session(ann, 1);
  connection.sessions.touch(session.id, clock.now() + 5min);
  CHECK(find(session)->last_used_at == clock.now() + 5min);
  connection.sessions.touch(session.id, clock.now());
  CHECK(find(session)->last_used_at == clock.now() + 5min);
  connection.sessions.touch(ids.next(), clock.now());
}

TEST_CASE_FIXTURE(UserWithSessions,
                  "store/sqlite/session_table: a session is ended by its user alone") {
  const Session session = add_session(ann, 1);
  refresh(1, 2);
  CHECK_THROWS_AS(connection.sessions.remove(bob.id, session.id), SessionNotFound);
  CHECK(find(session));
  connection.sessions.remove(ann.id, session.id);
  CHECK_FALSE(find(session));
  CHECK_THROWS_AS(connection.sessions.remove(ann.id, session.id), SessionNotFound);
  remove_leftovers();
  CHECK(count("spent_refresh_tokens") == 0);
}

TEST_CASE_FIXTURE(UserWithSessions,
                  "store/sqlite/session_table: all sessions of a user end, but for the one kept") {
  const Session first = add_session(ann, 1);
  const Session second = add_session(ann, 2);
  const Session third = add_session(ann, 3);
  const Session of_bob = add_session(bob, 4);
  connection.sessions.remove_all(ann.id, second.id);
  CHECK_FALSE(find(first));
  CHECK(find(second));
  CHECK_FALSE(find(third));
  connection.sessions.remove_all(ann.id, std::nullopt);
  CHECK_FALSE(find(second));
  CHECK(find(of_bob));
}

TEST_CASE_FIXTURE(UserWithSessions,
                  "store/sqlite/session_table: sessions are listed newest first, in pages") {
  std::vector<Session> added;
  for (std::uint8_t i = 0; i < 5; ++i) added.push_back(add_session(ann, i));
  add_session(bob, 9);
  CHECK(list(ann).total == 5);
  const SessionPage page = list(ann, 2, 1);
  CHECK(page.total == 5);
  REQUIRE(page.sessions.size() == 2);
  CHECK(page.sessions[0].id == added[3].id);
  CHECK(page.sessions[1].id == added[2].id);
  CHECK(page.sessions[0].user_agent == "test");
  CHECK(page.sessions[0].created_at == added[3].created_at);
  CHECK(list(ann, 2, 5).sessions.empty());
  CHECK(list(ann, 2, 5).total == 5);
}

TEST_CASE_FIXTURE(
    UserWithSessions,
    "store/sqlite/session_table: what has expired is swept when others come, until it is gone") {
  for (std::uint8_t i = 0; i < 20; ++i) add_session(ann, i);
  clock.advance(1h);
  const Session kept = add_session(ann, 100);
  REQUIRE(count("sessions") == 21);
  clock.advance(month - 1h);
  for (std::uint8_t i = 0; i < 5; ++i) add_session(bob, static_cast<std::uint8_t>(101 + i));
  CHECK(count("sessions") == 6);
  CHECK(find(kept));

  for (std::uint8_t i = 0; i < 10; ++i) {
    refresh(static_cast<std::uint8_t>(i == 0 ? 100 : 109 + i), static_cast<std::uint8_t>(110 + i));
  }
  REQUIRE(count("spent_refresh_tokens") == 10);
  clock.advance(month - 1us);
  refresh(119, 120);
  clock.advance(1us);
  for (std::uint8_t i = 0; i < 3; ++i) {
    refresh(static_cast<std::uint8_t>(120 + i), static_cast<std::uint8_t>(121 + i));
  }
  CHECK(count("spent_refresh_tokens") == 3);
}

TEST_CASE_FIXTURE(
    UserWithSessions,
    "store/sqlite/session_table: of a user's sessions the thousand that last longest stay") {
  const Session his = add_session(bob, 200);
  const Session refreshed = add_session(ann, 1);
  const Session first = add_session(ann, 2);
  clock.advance(1s);
  refresh(1, 3);
  connection.begin_immediate.lend().step();
  const auto add_numbered = [&](int number) {
    const Session session = new_session(ann);
    connection.sessions.add(session, numbered(number));
    return session;
  };
  for (int i = 0; i < 998; ++i) add_numbered(1000 + i);
  connection.commit.lend().step();
  CHECK(list(ann).total == 1000);
  CHECK(find(first));
  const Session last = add_numbered(2000);
  CHECK(list(ann).total == 1000);
  CHECK_FALSE(find(first));
  CHECK(find(refreshed));
  CHECK(find(last));
  CHECK(find(his));
}

TEST_CASE_FIXTURE(
    UserWithSessions,
    "store/sqlite/session_table: of each session the last thousand spent tokens are known") {
  const auto refresh_next = [&](int number) {
    clock.advance(1s);
    const Rotation rotation{.at = clock.now(), .next_seed = {}, .access_token_id = ids.next()};
    return connection.sessions.refresh(numbered(number), numbered(number + 1), rotation,
                                       clock.now() + month, grace);
  };
  const Session session = add_session(ann, 1);
  add_session(bob, 201);
  refresh(201, 202);
  connection.begin_immediate.lend().step();
  for (int i = 1; i <= 1003; ++i) REQUIRE(refresh_next(i));
  connection.commit.lend().step();
  CHECK(count("spent_refresh_tokens") == 1001);
  CHECK_FALSE(refresh_next(3));  // forgotten, so no theft
  CHECK(find(session));
  CHECK_FALSE(refresh_next(4));
  CHECK_FALSE(find(session));
  remove_leftovers();
  CHECK(count("spent_refresh_tokens") == 1);
}

}  // namespace taskdock::store::sqlite
