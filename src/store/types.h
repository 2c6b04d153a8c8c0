#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "support/clock.h"
#include "support/date_time.h"
#include "support/uuid.h"

namespace taskdock::store {

struct User {
  support::Uuid id;
  std::string email;  // in lower case; no two users share one
  std::string name;
  support::Timestamp created_at;
};

/// The hash that a user's password is checked against; nothing for a user who has no password.
using PasswordHash = std::optional<std::string>;

struct Credentials {
  User user;
  PasswordHash password_hash;
};

/// What to change of a user; what is absent stays as it is.
struct UserChange {
  std::optional<std::string> email = {};  // in lower case
  std::optional<std::string> name = {};
};

/// A user with the number of their tasks.
struct UserSummary {
  User user;
  std::int64_t tasks = 0;
};

/// What a log-in begins: a program or device that acts for the user.
struct Session {
  support::Uuid id;
  support::Uuid user_id;
  std::optional<std::string> user_agent;
  support::Timestamp created_at;
  support::Timestamp last_used_at;
  support::Timestamp expires_at;
};

struct SessionPage {
  std::vector<Session> sessions;
  std::int64_t total = 0;  // on all pages together
};

/// The SHA-256 of a refresh token or of a token for scripts; the token itself is not stored.
using TokenHash = std::array<std::uint8_t, 32>;

/// What a script may do with its token: only read, or write as well.
enum class TokenScope { read, write };

/// What a script uses in place of a session, so that it acts for the user.
struct ScriptToken {
  support::Uuid id;
  support::Uuid user_id;
  std::string name;
  TokenScope scope;
  support::Timestamp created_at;
  std::optional<support::Timestamp> expires_at;         // nothing: it does not expire
  std::optional<support::Timestamp> last_used_at = {};  // nothing: it has not been used
};

/// What lets a program act for a user: a session, or a token for scripts.
struct Grant {
  enum class Kind { session, script_token };

  Kind kind = Kind::session;
  support::Uuid id = {};

  bool operator==(const Grant&) const = default;
};

/// Who makes a request: a user, and what lets the program that sends it act for them.
struct Caller {
  User user;
  Grant grant;
  TokenScope scope = TokenScope::write;
  std::optional<support::Timestamp> last_used_at = {};  // of the session or the token
};

/// How a refresh token was replaced by the next one.
struct Rotation {
  support::Timestamp at;
  std::array<std::uint8_t, 32> next_seed;  // what the next token is made from, beside the spent one
  support::Uuid access_token_id;           // of the access token that came with it
};

/// The result of using a refresh token.
struct Refreshed {
  User user;
  support::Uuid session_id;
  Rotation rotation;  // the new one, or the earlier one if the token had just been replaced
};

/// The SHA-256 of what makes a request the same as another.
using RequestHash = std::array<std::uint8_t, 32>;

/// The answer to a request with an Idempotency-Key, as it was first given.
struct KeptAnswer {
  std::int64_t status = 0;
  std::string headers;  // as JSON
  std::string body;
};

/// How long such an answer is kept, and how many of a user's: beyond that the oldest is forgotten.
inline constexpr std::chrono::hours answer_lifetime{24};
inline constexpr std::int64_t max_kept_answers = 10'000;

enum class Priority { low, medium, high, urgent };

/// What the next date of a recurring task is counted from.
enum class RecurrenceFrom { due, completion };

/// How many values an enumeration that is kept has.
template <class Enumeration>
inline constexpr std::int64_t value_count = 0;
template <>
inline constexpr std::int64_t value_count<TokenScope> = 2;
template <>
inline constexpr std::int64_t value_count<Priority> = 4;
template <>
inline constexpr std::int64_t value_count<RecurrenceFrom> = 2;

/// The words that stand for the values of such an enumeration wherever people see it, in the order
/// of the enumerators.
template <class Enumeration>
inline constexpr auto words = nullptr;
template <>
inline constexpr std::array<std::string_view, 4> words<Priority> = {"low", "medium", "high",
                                                                    "urgent"};
template <>
inline constexpr std::array<std::string_view, 2> words<RecurrenceFrom> = {"due", "completion"};

/// What the owner of a task writes into it, declared once for all of its forms: each member is an
/// `As` of its type, or an `Added` if it is one of those that the API did not have at first.
template <template <class> class As, template <class> class Added = As>
struct TaskMembers {
  As<std::string> title = {};
  As<std::optional<std::string>> description = {};
  Added<std::optional<support::DateOrTime>> due_date = {};
  Added<std::optional<support::Timestamp>> remind_at = {};
  Added<std::optional<Priority>> priority = {};
  Added<std::vector<std::string>> tags =
      {};  // no two with one key (support::fold), none with a comma
  Added<std::optional<std::string>> recurrence = {};  // a support::Recurrence, as it was written
  Added<RecurrenceFrom> recurrence_from = {};
};

/// A member of a type beside its name.
template <class Member>
struct Named {
  const char* name;
  Member member;
};
template <class Member>
Named(const char*, Member) -> Named<Member>;

/// The names of these members, which are also those of their columns. `Content` is one of the
/// forms.
template <class Content>
inline constexpr auto task_members = std::tuple{
    Named{"title", &Content::title},           Named{"description", &Content::description},
    Named{"due_date", &Content::due_date},     Named{"remind_at", &Content::remind_at},
    Named{"priority", &Content::priority},     Named{"tags", &Content::tags},
    Named{"recurrence", &Content::recurrence}, Named{"recurrence_from", &Content::recurrence_from}};

/// Calls `visit(from, to)` with each of these members as pointers into two of the forms.
template <class From, class To, class Visit>
constexpr void for_each_task_member(Visit visit) {
  const auto visit_pairs = [&](const auto&... from) {
    std::apply([&](const auto&... to) { (visit(from.member, to.member), ...); }, task_members<To>);
  };
  std::apply(visit_pairs, task_members<From>);
}

using TaskContent = TaskMembers<std::type_identity_t>;

/// What replaces a task's content. What is absent of the added members stays as it is, since a
/// client that does not know them must not clear them.
using TaskReplacement = TaskMembers<std::type_identity_t, std::optional>;

struct Task : TaskContent {
  support::Uuid id = {};
  bool is_completed = false;
  support::Uuid user_id = {};
  support::Timestamp created_at = {};
  support::Timestamp updated_at = {};
  std::int64_t revision = 0;  // the number, among the owner's changes, of the last one of this task
  std::optional<support::Timestamp> completed_at = {};  // nothing while the task is open
  std::optional<support::Uuid> parent_task_id = {};     // the first of the series that it continues
  std::optional<support::Uuid> next_task_id = {};       // the one that continues this one
};

/// What to change of a task's content. What is absent stays as it is; where the content itself may
/// be absent, an inner std::nullopt clears it.
using TaskContentChange = TaskMembers<std::optional>;

/// What to change of a task.
struct TaskChange {
  enum class Completion { keep, open, completed, toggle };

  TaskContentChange content = {};
  Completion completion = Completion::keep;
};

/// A deleted task that can still be restored.
struct TrashedTask : Task {
  support::Timestamp deleted_at = {};
};

/// That a task was deleted.
struct Tombstone {
  support::Uuid id = {};
  std::int64_t revision = 0;  // the number of the deletion among the owner's changes
  support::Timestamp deleted_at = {};
};

/// What became of a task: the task as it is now, or that it was deleted.
using Change = std::variant<Task, Tombstone>;

/// Tasks of which it is time to remind their owner.
struct DueReminders {
  std::vector<Task> tasks;
  std::optional<support::Timestamp> next = {};  // when to ask again
};

/// A tag, with the number of tasks that have it.
struct Tag {
  std::string name;
  std::int64_t open = 0;
  std::int64_t total = 0;
};

}  // namespace taskdock::store
