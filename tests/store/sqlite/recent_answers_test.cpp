#include "store/sqlite/recent_answers.h"

#include <doctest/doctest.h>

#include <string>

namespace taskdock::store::sqlite {

namespace {

using Answers = RecentAnswers<int, std::string, 32>;

}  // namespace

TEST_CASE("store/sqlite/recent_answers: only what was asked is answered") {
  Answers answers;
  CHECK(answers.find(7) == nullptr);
  answers.keep(7, "seven");
  REQUIRE(answers.find(7) != nullptr);
  CHECK(*answers.find(7) == "seven");
  CHECK(answers.find(8) == nullptr);
}

TEST_CASE("store/sqlite/recent_answers: the question that was asked longest ago makes room") {
  Answers answers;
  for (int i = 0; i < 32; ++i) answers.keep(i, std::to_string(i));
  REQUIRE(answers.find(0) != nullptr);
  answers.keep(100, "100");
  REQUIRE(answers.find(0) != nullptr);
  CHECK(*answers.find(0) == "0");
  CHECK(answers.find(1) == nullptr);
  REQUIRE(answers.find(2) != nullptr);
  CHECK(*answers.find(2) == "2");
  REQUIRE(answers.find(100) != nullptr);
  CHECK(*answers.find(100) == "100");
}

}  // namespace taskdock::store::sqlite
