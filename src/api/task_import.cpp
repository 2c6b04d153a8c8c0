#include "api/task_import.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/imported_task.h"
#include "security/digest.h"
#include "support/clock.h"

namespace taskdock::api {

namespace {

constexpr std::size_t max_waiting = 512;

/// Adds the tasks of a file to those of a user.
class TaskImport {
 public:
  TaskImport(const ImportOptions& options, store::Changes& changes, const ImportTarget& target)
      : options_(options),
        changes_(changes),
        target_(target),
        owner_(target.owner),
        has_history_(changes.task_totals(owner_).revision > 0),
        largest_id_(changes.largest_task_id()),
        skips_equal_(options.equal != EqualTask::import) {}

  /// Adds what still waits for that.
  const Imported& finish() {
    add_waiting();
    return result_;
  }

  /// Finds out whether the file was imported before, from its first tasks, before any is added.
  void look_at(const std::vector<formats::ImportedTask>& first) {
    if (options_.equal || !has_history_) return;
    std::size_t without_id = 0;
    std::size_t known = 0;
    for (const formats::ImportedTask& task : first) {
      if (has_id(task)) continue;
      ++without_id;
      if (is_own(find_equal(task, content_of(task)).holder)) ++known;
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
    } else if (deleted_at && *deleted_at < target_.deleted_since) {
      ++result_.expired;
    } else if (here.holder == store::IdHolder::own_trash) {
      bring_back(here.id, deleted_at.has_value());
    } else if (here.key) {
      const support::Uuid id = new_id(imported, target_.ids);
      import(std::move(imported), id);
      changes_.note_imported(owner_, *here.key, id);
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
    // Of a task without a time of its own, for which `id` was found: if it is imported, it gets a
    // new id, which is noted with this key.
    std::optional<support::Uuid> key = {};
  };

  static bool has_id(const formats::ImportedTask& task) { return !task.id.value_or("").empty(); }

  static bool is_own(store::IdHolder holder) {
    return holder != store::IdHolder::nobody && holder != store::IdHolder::another;
  }

  void import(formats::ImportedTask imported, const support::Uuid& id) {
    const auto deleted_at = imported.deleted_at;
    store::Task task = to_task(std::move(imported), owner_, target_.now);
    task.id = id;
    if (task.parent_task_id) task.parent_task_id = id_here(*task.parent_task_id).id;
    if (task.next_task_id) task.next_task_id = id_here(*task.next_task_id).id;
    ++result_.imported;
    largest_id_ = std::max(largest_id_, std::optional(id));
    if (deleted_at) {
      add_waiting();
      changes_.import_to_trash(std::move(task), *deleted_at, target_.now);
      return;
    }
    waiting_ids_.insert(id);
    waiting_.push_back(std::move(task));
    if (waiting_.size() == max_waiting) add_waiting();
  }

  void add_waiting() {
    changes_.import_tasks(std::exchange(waiting_, {}), target_.now);
    waiting_ids_.clear();
  }

  /// Takes the task `id` out of the trash as it is there, unless it is in the trash in the file
  /// too.
  void bring_back(const support::Uuid& id, bool is_deleted_in_file) {
    if (is_deleted_in_file) {
      ++result_.deleted;
    } else {
      add_waiting();
      changes_.restore_task(owner_, id, support::first_moment, target_.now);
      ++result_.imported;
    }
  }

  /// The id that the task has or gets here.
  KnownId id_here(const formats::ImportedTask& task) {
    const auto id = support::Uuid::parse(task.id.value_or(""));
    if (id && is_version_7(*id)) return id_here(*id);
    // If it has another id, other times than that of its creation may have changed since.
    if (has_id(task)) return find_by_source(task.created_at, "id " + *task.id);
    const std::string content = content_of(task);
    for (;;) {
      const KnownId here = find_equal(task, content);
      if (skips_equal_ || !is_own(here.holder)) return here;
    }
  }

  /// The id of the task that `source` tells from all others of the owner. It is made from that, so
  /// that it is the same whenever the task is imported; but one without a `time` would be of 1970,
  /// and the task the last in every list. So that is only the key by which another id is found. It
  /// is the id of tasks that were imported before there were such keys.
  KnownId find_by_source(const std::optional<support::Timestamp>& time, const std::string& source) {
    const support::Uuid made = derived_id(time.value_or(support::Timestamp{}), owner_, source);
    if (time) return with_holder(made);
    KnownId found = with_holder(changes_.find_imported(owner_, made).value_or(made));
    found.key = made;
    return found;
  }

  /// The id of a task without one of its own. What makes it another one than all others is its
  /// content and the number among those with the same, of which this is the next.
  KnownId find_equal(const formats::ImportedTask& task, const std::string& content) {
    return find_by_source(earliest_time(task), next_of_equal(content));
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
    // Nobody has an id above the largest, and in most files each id is above those before it.
    if (largest_id_ < id) return store::IdHolder::nobody;
    if (waiting_ids_.contains(id)) return store::IdHolder::own_task;
    return changes_.holder_of_task_id(owner_, id);
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
  const ImportTarget& target_;
  const support::Uuid& owner_;
  const bool has_history_;                   // the owner had tasks before
  std::optional<support::Uuid> largest_id_;  // of all tasks, of anybody, those that wait among them
  bool skips_equal_;
  Imported result_;
  // Tasks that are to be added, at once, since that takes less time; and their ids.
  std::vector<store::Task> waiting_;
  std::set<support::Uuid> waiting_ids_;
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
                     const ImportTarget& target) {
  TaskImport kept(options, changes, target);
  ImportReading reading(format, source, target.now);
  std::vector<formats::ImportedTask> tasks = reading.next();
  for (kept.look_at(tasks); !tasks.empty(); tasks = reading.next()) {
    for (formats::ImportedTask& task : tasks) kept.add(std::move(task));
  }
  return kept.finish();
}

Imported import_file(const formats::Format& format, ImportSource& source,
                     const ImportOptions& options, store::Store& store, const ImportTarget& target,
                     bool is_dry) {
  try {
    return store.change(
        [&](store::Changes& changes) {
          const Imported result = import_file(format, source, options, changes, target);
          if (is_dry) throw DryRun(result);
          return result;
        },
        store::ChangeSize::large);
  } catch (const DryRun& run) {
    return run.result;
  }
}

}  // namespace taskdock::api
