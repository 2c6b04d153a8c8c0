#include "api/task_import.h"

#include <exception>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/imported_task.h"
#include "security/digest.h"

namespace taskdock::api {

namespace {

/// Adds the tasks of a file to those of a user.
class TaskImport {
 public:
  TaskImport(store::Changes& changes, const support::Uuid& owner, support::Timestamp deleted_since,
             support::Timestamp now)
      : changes_(changes),
        owner_(owner),
        deleted_since_(deleted_since),
        now_(now),
        has_history_(changes.task_totals(owner).revision > 0) {}

  const Imported& result() const { return result_; }

  void add(formats::ImportedTask imported) {
    const auto deleted_at = imported.deleted_at;
    const auto id = new_id(imported);
    if (!id || (deleted_at && *deleted_at < deleted_since_)) {
      ++result_.skipped;
      return;
    }
    store::Task task = to_task(std::move(imported), owner_, now_);
    task.id = *id;
    if (task.parent_task_id) task.parent_task_id = id_here(*task.parent_task_id).id;
    if (task.next_task_id) task.next_task_id = id_here(*task.next_task_id).id;
    changes_.import_task(std::move(task), deleted_at, now_);
    ++result_.imported;
  }

 private:
  struct IdHere {
    support::Uuid id;
    bool is_known = false;  // the owner has or had the task
  };

  /// The id that the task gets; nothing if the owner has or had it.
  std::optional<support::Uuid> new_id(const formats::ImportedTask& task) {
    IdHere here;
    const auto id = support::Uuid::parse(task.id.value_or(""));
    if (id && is_version_7(*id)) {
      here = id_here(*id);
    } else {
      // The same task must have the same id whenever it is imported. If it has one in the file,
      // other times than that of its creation may have changed since.
      const bool has_id = !task.id.value_or("").empty();
      const auto time = has_id ? task.created_at : earliest_time(task);
      here.id = derived_id(time.value_or(support::Timestamp{}), owner_,
                           has_id ? "id " + *task.id : content_of(task));
      here.is_known = holder_of(here.id) == store::IdHolder::owner;
    }
    return here.is_known ? std::nullopt : std::optional(here.id);
  }

  /// The id here of the task that has the id `id`, of version 7, in the file: the same, unless
  /// somebody else has it, or had it when the task was imported before.
  IdHere id_here(const support::Uuid& id) {
    const store::IdHolder holder = holder_of(id);
    if (holder == store::IdHolder::owner) return {id, true};
    if (holder == store::IdHolder::nobody && !has_history_) return {id, false};
    const support::Uuid derived = derived_id(support::time_of(id), owner_, "id " + id.to_string());
    const bool is_known = holder_of(derived) == store::IdHolder::owner;
    return {is_known || holder == store::IdHolder::another ? derived : id, is_known};
  }

  store::IdHolder holder_of(const support::Uuid& id) {
    return changes_.holder_of_task_id(owner_, id);
  }

  /// What makes a task without an id of its own another one than all others: its content, and how
  /// many with the same came before it.
  std::string content_of(const formats::ImportedTask& task) {
    const security::Digest digest = security::sha256(text_of(task));
    std::string content(reinterpret_cast<const char*>(digest.data()), digest.size());
    const std::uint32_t before = times_seen_[content.substr(0, 16)]++;
    return "content " + content + std::to_string(before);
  }

  store::Changes& changes_;
  const support::Uuid& owner_;
  const support::Timestamp deleted_since_;
  const support::Timestamp now_;
  const bool has_history_;  // the owner had tasks before
  Imported result_;
  std::unordered_map<std::string, std::uint32_t> times_seen_;
};

/// Ends a change of which nothing is to be kept.
struct DryRun : std::exception {
  explicit DryRun(const Imported& with) : result(with) {}
  Imported result;
};

}  // namespace

Imported import_file(const formats::Format& format, ImportSource& source, store::Changes& changes,
                     const support::Uuid& owner, support::Timestamp deleted_since,
                     support::Timestamp now) {
  TaskImport kept(changes, owner, deleted_since, now);
  ImportReading reading(format, source, now);
  for (;;) {
    std::vector<formats::ImportedTask> tasks = reading.next();
    if (tasks.empty()) return kept.result();
    for (formats::ImportedTask& task : tasks) kept.add(std::move(task));
  }
}

Imported import_file(const formats::Format& format, ImportSource& source, store::Store& store,
                     const support::Uuid& owner, support::Timestamp deleted_since,
                     support::Timestamp now, bool is_dry) {
  try {
    return store.change(
        [&](store::Changes& changes) {
          const Imported result = import_file(format, source, changes, owner, deleted_since, now);
          if (is_dry) throw DryRun(result);
          return result;
        },
        store::ChangeSize::large);
  } catch (const DryRun& run) {
    return run.result;
  }
}

}  // namespace taskdock::api
