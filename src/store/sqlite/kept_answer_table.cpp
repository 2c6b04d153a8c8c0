#include "store/sqlite/kept_answer_table.h"

#include "store/errors.h"

namespace taskdock::store::sqlite {

namespace {

/// How large all kept answers of a user may be. An answer to a batch can have a megabyte; one to a
/// single task is much smaller than what is left for each of max_kept_answers.
constexpr std::int64_t max_kept_bytes = std::int64_t{32} * 1024 * 1024;

}  // namespace

KeptAnswerTable::KeptAnswerTable(SQLite::Database& database, UserNumbers& numbers)
    : numbers_(numbers),
      // The answer to another request can be large, and is not read.
      find_(database,
            "SELECT request_hash = ?3, status, iif(request_hash = ?3, headers, ''),"
            " iif(request_hash = ?3, body, '')"
            " FROM kept_answers INDEXED BY kept_answers_by_key"
            " WHERE owner = ?1 AND key = ?2 AND created_at > ?4"),
      count_(database, "SELECT kept_answers, kept_bytes FROM task_totals WHERE owner = ?"),
      replace_(database,
               "DELETE FROM kept_answers INDEXED BY kept_answers_by_key"
               " WHERE owner = ? AND key = ?"),
      insert_(database,
              "INSERT INTO kept_answers (owner, key, request_hash, created_at, status, headers,"
              " body) VALUES (?, ?, ?, ?, ?, ?, ?)"),
      remove_oldest_(database,
                     "DELETE FROM kept_answers WHERE number ="
                     " (SELECT number FROM kept_answers INDEXED BY kept_answers_by_user"
                     " WHERE owner = ? ORDER BY number LIMIT 1)"),
      any_before_(database,
                  "SELECT 1 FROM kept_answers INDEXED BY kept_answers_by_time"
                  " WHERE created_at < ? LIMIT 1"),
      remove_before_(database,
                     "DELETE FROM kept_answers WHERE number IN"
                     " (SELECT number FROM kept_answers INDEXED BY kept_answers_by_time"
                     " WHERE created_at < ? ORDER BY created_at LIMIT ?)") {}

std::optional<KeptAnswer> KeptAnswerTable::find(const support::Uuid& user_id,
                                                const std::string& key, const RequestHash& request,
                                                support::Timestamp now) {
  LentStatement find = find_.lend();
  find.bind(numbers_.of(user_id)).bind(key).bind(request).bind(now - answer_lifetime);
  if (!find.step()) return std::nullopt;
  if (find.integer() == 0) throw KeyTaken();
  KeptAnswer answer;
  answer.status = find.integer();
  answer.headers = find.text();
  answer.body = find.text();
  return answer;
}

void KeptAnswerTable::add(const support::Uuid& user_id, const std::string& key,
                          const RequestHash& request, const KeptAnswer& answer,
                          support::Timestamp now) {
  const UserNumber owner = numbers_.of(user_id);
  // One that is too old may still be there.
  replace_.lend().bind(owner).bind(key).step();
  const auto new_bytes = static_cast<std::int64_t>(answer.headers.size() + answer.body.size());
  const auto is_full = [&] {
    LentStatement counted = count_.lend();
    if (!counted.bind(owner).step()) throw UserNotFound();
    const std::int64_t count = counted.integer();
    const std::int64_t bytes = counted.integer();
    return count >= max_kept_answers || (count > 0 && bytes + new_bytes > max_kept_bytes);
  };
  while (is_full()) remove_oldest_.lend().bind(owner).step();
  insert_.lend()
      .bind(owner)
      .bind(key)
      .bind(request)
      .bind(now)
      .bind(answer.status)
      .bind(answer.headers)
      .bind(answer.body)
      .step();
}

bool KeptAnswerTable::any_before(support::Timestamp moment) {
  return any_before_.lend().bind(moment).step();
}

std::int64_t KeptAnswerTable::remove_before(support::Timestamp moment, std::int64_t max) {
  LentStatement remove = remove_before_.lend();
  remove.bind(moment).bind(max).step();
  return remove.changed_rows();
}

}  // namespace taskdock::store::sqlite
