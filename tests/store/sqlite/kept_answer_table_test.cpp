#include "store/sqlite/kept_answer_table.h"

#include <doctest/doctest.h>

#include "store/errors.h"
#include "store/sqlite/background.h"
#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

namespace {

using namespace std::chrono_literals;

struct KeptAnswers : OpenDatabase {
  const User ann = add_user("ann@example.com");
  const User bob = add_user("bob@example.com");
  KeptAnswerTable& answers = connection.kept_answers;

  void add(const User& user, const std::string& key, std::uint8_t request = 1) {
    answers.add(user.id, key, hash_of(request),
                {.status = 201, .headers = "{}", .body = "answer to " + key}, clock.now());
  }
  std::string find(const User& user, const std::string& key, std::uint8_t request = 1) {
    const auto kept = answers.find(user.id, key, hash_of(request), clock.now());
    return kept ? kept->body : "";
  }
  int kept_of(const User& user) {
    SQLite::Statement query(connection.database(),
                            "SELECT kept_answers FROM task_totals JOIN users ON number = owner"
                            " WHERE id = ?");
    query.bind(1, user.id.bytes.data(), static_cast<int>(user.id.bytes.size()));
    query.executeStep();
    return query.getColumn(0);
  }
};

}  // namespace

TEST_CASE_FIXTURE(
    KeptAnswers,
    "store/sqlite/kept_answer_table: an answer is found by its user, key and request") {
  const KeptAnswer kept{.status = 200, .headers = R"({"ETag":"x"})", .body = "{}"};
  answers.add(ann.id, "key", hash_of(1), kept, clock.now());
  const auto found = answers.find(ann.id, "key", hash_of(1), clock.now());
  REQUIRE(found);
  CHECK(found->status == kept.status);
  CHECK(found->headers == kept.headers);
  CHECK(found->body == kept.body);
  CHECK_FALSE(answers.find(ann.id, "KEY", hash_of(1), clock.now()));
  CHECK_FALSE(answers.find(bob.id, "key", hash_of(1), clock.now()));
  CHECK_THROWS_AS(answers.find(ann.id, "key", hash_of(2), clock.now()), KeyTaken);
  const User nobody = new_user("nobody@example.com");
  CHECK_THROWS_AS(add(nobody, "key"), UserNotFound);
  CHECK(count("kept_answers") == 1);
}

TEST_CASE_FIXTURE(
    KeptAnswers,
    "store/sqlite/kept_answer_table: one that is too old is not found, gives way, and "
    "is removed in the background, a few at a time") {
  add(ann, "old");
  clock.advance(answer_lifetime);
  CHECK(find(ann, "old").empty());
  CHECK(find(ann, "old", 2).empty());
  add(ann, "old", 2);
  CHECK(find(ann, "old", 2) == "answer to old");
  CHECK(count("kept_answers") == 1);
  for (int i = 0; i < 20; ++i) add(bob, std::to_string(i));
  clock.advance(1s);
  add(ann, "young");
  clock.advance(answer_lifetime - 1ms);
  BackgroundWork work(connection, 0ms);
  while (!work.is_done()) work.do_slice();
  connection.requests.prune_answers_before = clock.now() - answer_lifetime;
  work.take_requests();
  for (int before = count("kept_answers"); !work.is_done();) {
    work.do_slice();
    CHECK(before - count("kept_answers") <= 4);
    before = count("kept_answers");
  }
  CHECK(count("kept_answers") == 1);
  CHECK(find(ann, "young") == "answer to young");
  CHECK(kept_of(ann) == 1);
  CHECK(kept_of(bob) == 0);
}

TEST_CASE_FIXTURE(
    KeptAnswers,
    "store/sqlite/kept_answer_table: beyond the maximum a user's first one goes, even "
    "if the clock was set back, and nobody else's") {
  add(bob, "his");
  connection.begin_immediate.lend().step();
  for (int i = 0; i < max_kept_answers; ++i) {
    if (i == 2) clock.advance(-100h);
    add(ann, std::to_string(i));
  }
  connection.commit.lend().step();
  CHECK(kept_of(ann) == max_kept_answers);
  CHECK(find(ann, "0") == "answer to 0");
  add(ann, "one more");
  CHECK(find(ann, "0").empty());
  add(ann, "two more");
  CHECK(find(ann, "1").empty());
  for (const char* kept : {"2", "9999", "one more", "two more"})
    CHECK_FALSE(find(ann, kept).empty());
  CHECK(kept_of(ann) == max_kept_answers);
  CHECK(find(bob, "his") == "answer to his");
}

TEST_CASE_FIXTURE(
    KeptAnswers,
    "store/sqlite/kept_answer_table: of a user's answers at most 32 MiB are kept, the "
    "last ones") {
  add(bob, "his");
  const auto add_large = [&](int number, int kib) {
    answers.add(ann.id, std::to_string(number), hash_of(1),
                {.status = 200, .headers = "{}", .body = std::string(kib * 1024, 'x')},
                clock.now());
  };
  for (int i = 0; i < 40; ++i) add_large(i, 1024);
  CHECK(kept_of(ann) == 31);
  CHECK(find(ann, "8").empty());
  CHECK_FALSE(find(ann, "9").empty());
  add_large(40, 8 * 1024);
  CHECK(kept_of(ann) == 24);
  add_large(41, 33 * 1024);  // larger than all may be: it is the only one
  CHECK(kept_of(ann) == 1);
  CHECK_FALSE(find(ann, "41").empty());
  CHECK(find(bob, "his") == "answer to his");
}

TEST_CASE_FIXTURE(KeptAnswers,
                  "store/sqlite/kept_answer_table: those of a deleted user go in the background") {
  for (int i = 0; i < 10; ++i) add(ann, std::to_string(i));
  add(bob, "his");
  connection.users.remove(ann.id);
  for (int before = count("kept_answers"); connection.leftovers.remove_some().more;) {
    CHECK(before - count("kept_answers") <= 4);
    before = count("kept_answers");
  }
  CHECK(count("kept_answers") == 1);
  CHECK(find(bob, "his") == "answer to his");
}

}  // namespace taskdock::store::sqlite
