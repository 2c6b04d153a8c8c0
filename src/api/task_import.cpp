#include "api/task_import.h"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/imported_task.h"
#include "security/digest.h"
#include "support/clock.h"

namespace taskdock::api {

namespace {

/// Adds the tasks of a file to those of a user.
class TaskImport {
 public:
  TaskImport(const ImportOptions& options, store::Changes& changes, const support::Uuid& owner,
             support::Timestamp deleted_since, support::Timestamp now)
      : options_(options),
        changes_(changes),
        owner_(owner),
        deleted_since_(deleted_since),
        now_(now),
        has_history_(changes.task_totals(owner).revision > 0),
        skips_equal_(options.equal != EqualTask::import) {}

  const Imported& result() const { return result_; }

  /// Finds out whether the file was imported before, from its first tasks, before any is added.
  void look_at(const std::vector<formats::ImportedTask>& first) {
    if (options_.equal || !has_history_) return;
    std::size_t without_id = 0;
    std::size_t known = 0;
    for (const formats::ImportedTask& task : first) {
      if (has_id(task)) continue;
      ++without_id;
      if (is_own(holder_of(id_of(task, next_of_equal(content_of(task)))))) ++known;
    }
    equal_seen_.clear();
    skips_equal_ = known * 2 > without_id;
  }

  void add(formats::ImportedTask imported) {
    const auto deleted_at = imported.deleted_at;
    const KnownId here = id_here(imported);
    if (here.holder == store::IdHolder::own_task) {
      ++(has_id(imported) ? result_.known : result_.equal);
    } else if (is_own(here.holder) && !options_.with_deleted) {
      ++result_.deleted;
    } else if (deleted_at && *deleted_at < deleted_since_) {
      ++result_.expired;
    } else if (here.holder == store::IdHolder::own_trash) {
      bring_back(here.id, deleted_at.has_value());
    } else {
      if (here.holder == store::IdHolder::own_deleted) changes_.forget_deletion(here.id);
      import(std::move(imported), here.id);
    }
  }

 private:
  /// An id, and who has it: of others than the owner, nobody.
  struct KnownId {
    support::Uuid id;
    store::IdHolder holder = store::IdHolder::nobody;
  };

  static bool has_id(const formats::ImportedTask& task) { return !task.id.value_or("").empty(); }

  static bool is_own(store::IdHolder holder) {
    return holder != store::IdHolder::nobody && holder != store::IdHolder::another;
  }

  void import(formats::ImportedTask imported, const support::Uuid& id) {
    const auto deleted_at = imported.deleted_at;
    store::Task task = to_task(std::move(imported), owner_, now_);
    task.id = id;
    if (task.parent_task_id) task.parent_task_id = id_here(*task.parent_task_id).id;
    if (task.next_task_id) task.next_task_id = id_here(*task.next_task_id).id;
    changes_.import_task(std::move(task), deleted_at, now_);
    ++result_.imported;
  }

  /// Takes the task `id` out of the trash as it is there, unless it is in the trash in the file
  /// too.
  void bring_back(const support::Uuid& id, bool is_deleted_in_file) {
    if (is_deleted_in_file) {
      ++result_.deleted;
    } else {
      changes_.restore_task(owner_, id, support::first_moment, now_);
      ++result_.imported;
    }
  }

  /// The id that the task has or gets here.
  KnownId id_here(const formats::ImportedTask& task) {
    const auto id = support::Uuid::parse(task.id.value_or(""));
    if (id && is_version_7(*id)) return id_here(*id);
    // The same task must have the same id whenever it is imported. If it has one in the file, other
    // times than that of its creation may have changed since.
    if (has_id(task)) {
      return with_holder(
          derived_id(task.created_at.value_or(support::Timestamp{}), owner_, "id " + *task.id));
    }
    const std::string content = content_of(task);
    for (;;) {
      const KnownId here = with_holder(id_of(task, next_of_equal(content)));
      if (skips_equal_ || !is_own(here.holder)) return here;
    }
  }

  /// The id here of the task that has the id `id`, of version 7, in the file: the same, unless
  /// somebody else has it, or had it when the task was imported before.
  KnownId id_here(const support::Uuid& id) {
    const store::IdHolder holder = holder_of(id);
    if (is_own(holder)) return {id, holder};
    if (holder == store::IdHolder::nobody && !has_history_) return {id};
    const KnownId derived =
        with_holder(derived_id(support::time_of(id), owner_, "id " + id.to_string()));
    if (is_own(derived.holder) || holder == store::IdHolder::another) return derived;
    return {id};
  }

  KnownId with_holder(const support::Uuid& id) { return {id, holder_of(id)}; }

  store::IdHolder holder_of(const support::Uuid& id) {
    return changes_.holder_of_task_id(owner_, id);
  }

  /// The id of a task without one of its own. What makes it another one than all others is its
  /// content and, as it comes from next_of_equal, the number among those with the same.
  support::Uuid id_of(const formats::ImportedTask& task, const std::string& numbered_content) {
    return derived_id(earliest_time(task).value_or(support::Timestamp{}), owner_, numbered_content);
  }

  static std::string content_of(const formats::ImportedTask& task) {
    const security::Digest digest = security::sha256(text_of(task));
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
  }

  std::string next_of_equal(const std::string& content) {
    const std::uint32_t number = equal_seen_[content.substr(0, 16)]++;
    return "content " + content + std::to_string(number);
  }

  const ImportOptions& options_;
  store::Changes& changes_;
  const support::Uuid& owner_;
  const support::Timestamp deleted_since_;
  const support::Timestamp now_;
  const bool has_history_;  // the owner had tasks before
  bool skips_equal_;
  Imported result_;
  // How many tasks with such a content there were, by the beginning of its digest.
  std::unordered_map<std::string, std::uint32_t> equal_seen_;
};

/// Ends a change of which nothing is to be kept.
struct DryRun : std::exception {
  explicit DryRun(const Imported& with) : result(with) {}
  Imported result;
};

}  // namespace

Imported import_file(const formats::Format& format, ImportSource& source,
                     const ImportOptions& options, store::Changes& changes,
                     const support::Uuid& owner, support::Timestamp deleted_since,
                     support::Timestamp now) {
  TaskImport kept(options, changes, owner, deleted_since, now);
  ImportReading reading(format, source, now);
  std::vector<formats::ImportedTask> tasks = reading.next();
  for (kept.look_at(tasks); !tasks.empty(); tasks = reading.next()) {
    for (formats::ImportedTask& task : tasks) kept.add(std::move(task));
  }
  return kept.result();
}

Imported import_file(const formats::Format& format, ImportSource& source,
                     const ImportOptions& options, store::Store& store, const support::Uuid& owner,
                     support::Timestamp deleted_since, support::Timestamp now, bool is_dry) {
  try {
    return store.change(
        [&](store::Changes& changes) {
          const Imported result =
              import_file(format, source, options, changes, owner, deleted_since, now);
          if (is_dry) throw DryRun(result);
          return result;
        },
        store::ChangeSize::large);
  } catch (const DryRun& run) {
    return run.result;
  }
}

}  // namespace taskdock::api
