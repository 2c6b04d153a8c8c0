#include <doctest/doctest.h>

#include "store/fixtures.h"

namespace taskdock::store {

namespace {

struct UserWithGrants : OpenStore {
  User ann = add_user();
  User bob = add_user("bob@example.com");
  Session session = new_session(ann);
  ScriptToken token{.id = ids.next(),
                    .user_id = ann.id,
                    .name = "Report",
                    .scope = TokenScope::read,
                    .created_at = clock.now(),
                    .expires_at = clock.now() + std::chrono::hours(1)};
  const Grant in_session{Grant::Kind::session, session.id};
  const Grant with_token{Grant::Kind::script_token, token.id};

  UserWithGrants() {
    store->change([&](Changes& changes) {
      changes.add_session(session, hash_of(1));
      changes.add_script_token(token, hash_of(2));
    });
  }

  bool holds(const Grant& grant, const User& user) {
    return store->snapshot().holds(grant, user.id, clock.now());
  }
};

}  // namespace

TEST_CASE_FIXTURE(UserWithGrants, "store/grants: a grant holds for its user, while it lasts") {
  CHECK(holds(in_session, ann));
  CHECK(holds(with_token, ann));
  CHECK_FALSE(holds(in_session, bob));
  CHECK_FALSE(holds(with_token, bob));
  // The id alone is not enough.
  CHECK_FALSE(holds({Grant::Kind::script_token, session.id}, ann));
  CHECK_FALSE(holds({Grant::Kind::session, token.id}, ann));
  clock.advance(std::chrono::hours(1));
  CHECK(holds(in_session, ann));
  CHECK_FALSE(holds(with_token, ann));
}

TEST_CASE_FIXTURE(UserWithGrants, "store/grants: a grant that is taken back holds no more") {
  SUBCASE("one by one") {
    store->change([&](Changes& changes) { changes.remove_script_token(ann.id, token.id); });
    CHECK(holds(in_session, ann));
    CHECK_FALSE(holds(with_token, ann));
    store->change([&](Changes& changes) { changes.end_session(ann.id, session.id); });
  }
  SUBCASE("all tokens and all sessions") {
    store->change([&](Changes& changes) {
      changes.remove_script_tokens(ann.id);
      changes.end_sessions(ann.id, std::nullopt);
    });
  }
  SUBCASE("with the user") {
    store->change([&](Changes& changes) { changes.remove_user(ann.id); });
  }
  CHECK_FALSE(holds(in_session, ann));
  CHECK_FALSE(holds(with_token, ann));
  CHECK_FALSE(store->snapshot().find_caller(hash_of(2), clock.now()));
}

TEST_CASE_FIXTURE(UserWithGrants, "store/grants: the use of a session or a token is recorded") {
  const support::Timestamp later = clock.now() + std::chrono::minutes(5);
  store->touch(in_session, later);
  store->touch(with_token, later);
  store->change([](Changes&) {});  // comes after them
  CHECK(store->snapshot().find_caller(ann.id, session.id, clock.now())->last_used_at == later);
  CHECK(store->snapshot().find_caller(hash_of(2), clock.now())->last_used_at == later);
  CHECK(store->snapshot().list_script_tokens(ann.id).at(0).last_used_at == later);
}

TEST_CASE_FIXTURE(UserWithGrants, "store/grants: new ids are above those of tokens, too") {
  CHECK(store->snapshot().largest_id() == token.id);
}

}  // namespace taskdock::store
