#include "api/describe.h"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <set>
#include <string>

#include "api/routes.h"
#include "api/session_types.h"
#include "api/task_list_types.h"
#include "api/task_types.h"

namespace taskdock::api {

namespace {

/// Adds `type` and the types in it.
void collect(const TypeDescription* type, std::set<const TypeDescription*>& types) {
  if (!type || !types.insert(type).second) return;
  for (const MemberDescription& member : type->members) collect(member.nested, types);
}

std::set<const TypeDescription*> all_types() {
  std::set<const TypeDescription*> types;
  for (const Route& route : routes()) {
    collect(route.query, types);
    collect(route.body, types);
    for (const Success& success : route.successes) {
      for (const Content& content : success.contents) collect(content.type, types);
    }
  }
  return types;
}

const MemberDescription& member_of(const TypeDescription& type, std::string_view name) {
  for (const MemberDescription& member : type.members) {
    if (member.name == name) return member;
  }
  FAIL("no member " << name);
  throw std::out_of_range("member");
}

}  // namespace

TEST_CASE("api/describe: every type of the API has a name of its own, every member a description") {
  const auto types = all_types();
  CHECK(types.size() >= 10);
  std::set<std::string_view> names;
  for (const TypeDescription* type : types) {
    CAPTURE(type->name);
    CHECK_FALSE(type->name.empty());
    CHECK(names.insert(type->name).second);
    CHECK_FALSE(type->members.empty());
    std::set<std::string_view> member_names;
    for (const MemberDescription& member : type->members) {
      CAPTURE(member.name);
      CHECK_FALSE(member.name.empty());
      CHECK_FALSE(member.description.empty());
      CHECK(member_names.insert(member.name).second);
      CHECK((member.nested != nullptr) == std::holds_alternative<Nested>(member.rule));
      CHECK(member.words.empty() != std::holds_alternative<Choice>(member.rule));
    }
  }
}

TEST_CASE("api/describe: it is told which members may be absent, and which may be null") {
  struct Expected {
    const TypeDescription& type;
    std::string_view member;
    bool optional;
    bool nullable;
  };
  const std::vector<Expected> table = {
      {describe<SignupRequest>(), "email", false, false},
      {describe<SignupRequest>(), "password", false, false},
      {describe<SignupRequest>(), "name", true, true},
      {describe<NewTask>(), "title", false, false},
      {describe<NewTask>(), "description", true, true},
      {describe<NewTask>(), "due_date", true, true},
      {describe<store::TaskReplacement>(), "title", false, false},
      {describe<store::TaskReplacement>(), "description", true, true},
      {describe<store::TaskReplacement>(), "priority", true, true},
      {describe<TaskPatch>(), "title", true, false},
      {describe<TaskPatch>(), "remind_at", true, true},
      {describe<TaskPatch>(), "description", true, true},
      {describe<TaskPatch>(), "is_completed", true, false},
      {describe<Completion>(), "is_completed", true, false},
      {describe<Completion>(), "completed", true, false},
      {describe<store::Task>(), "description", true, true},
      {describe<store::Task>(), "title", false, false},
  };
  for (const Expected& expected : table) {
    CAPTURE(expected.type.name);
    CAPTURE(expected.member);
    const MemberDescription& member = member_of(expected.type, expected.member);
    CHECK(member.optional == expected.optional);
    CHECK(member.nullable == expected.nullable);
  }
}

TEST_CASE("api/describe: every list in a request has a maximum") {
  const std::function<void(const TypeDescription*)> check = [&](const TypeDescription* type) {
    if (!type) return;
    for (const MemberDescription& member : type->members) {
      CAPTURE(member.name);
      // A file is not read into a list, but task by task.
      const std::size_t limit = type->name == "TaskFile" ? 100'000 : 1000;
      if (member.list) CHECK(member.list->max_count <= limit);
      check(member.nested);
    }
  };
  for (const Route& route : routes()) {
    check(route.query);
    check(route.body);
  }
}

TEST_CASE("api/describe: rules are handed on as they are declared") {
  const auto& title = std::get<Text>(member_of(describe<NewTask>(), "title").rule);
  CHECK(title.min == 1);
  CHECK(title.max == 200);
  CHECK(title.not_blank);
  const auto& password = std::get<Text>(member_of(describe<SignupRequest>(), "password").rule);
  CHECK(password.min == 8);
  CHECK(password.max == 128);
  CHECK(password.password);
  const auto& limit = std::get<Integer>(member_of(describe<ListParameters>(), "limit").rule);
  CHECK(limit.min == 1);
  CHECK(limit.max == 100);
  CHECK(member_of(describe<TaskList>(), "tasks").nested == &describe<store::Task>());
  CHECK(member_of(describe<TokenResponse>(), "user").nested == &describe<store::User>());
}

TEST_CASE(
    "api/describe: the answer to a sign-up has the members of the tokens' answer and of the user") {
  std::vector<std::string_view> names;
  for (const MemberDescription& member : describe<SignupResponse>().members) {
    names.push_back(member.name);
  }
  CHECK(names == std::vector<std::string_view>{"access_token", "token_type", "expires_in",
                                               "refresh_token", "refresh_expires_in", "user", "id",
                                               "email", "name", "created_at"});
}

}  // namespace taskdock::api
