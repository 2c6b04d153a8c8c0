#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "store/change_listener.h"
#include "store/changes.h"
#include "store/snapshot.h"
#include "store/statistics.h"
#include "store/types.h"

namespace taskdock::store {

/// How many there may be; absent means without limit.
struct Limits {
  std::optional<std::int64_t> users = {};
  std::optional<std::int64_t> tasks_per_user = {};
};

struct StoreOptions {
  std::size_t readers = 1;  // how many snapshots can be open at once, at least one
  Limits limits = {};
  // Whether a database may be created, or brought to this version's schema. A command beside a
  // running server must not: the server works with the schema that it found.
  bool may_migrate = true;
};

/// How much one change changes. A single one makes one call that changes something, as the last
/// thing that it does: so it throws, if at all, before anything has changed, and needs no way back
/// of its own. A large one, of more than some dozen tasks, is committed by itself.
enum class ChangeSize : std::uint8_t { single, usual, large };

/// Everything Taskdock keeps: users, their sessions, their tokens for scripts and their tasks.
///
/// What callers may rely on, and what every implementation must guarantee:
///
/// - A change is made as a whole or not at all. When change() returns, it is on the disk and
///   survives a loss of power; when change() throws, nothing of it was kept. (Only where the disk
///   itself fails in the middle of a commit, which is Unavailable, nobody knows what it has kept:
///   then the change may be found, whole, once the store is opened again.)
/// - Changes are serializable: they happen one after the other, each sees all that were made before
///   it, and nobody else's change comes between what it reads and what it writes.
/// - A snapshot sees one moment: it contains every change that returned before it was taken, and no
///   part of a change without the rest. Changes do not wait for snapshots, nor snapshots for
///   changes.
/// - This holds across processes, too: what another process changes in the same database is seen by
///   the next snapshot and the next change here.
///
/// Any thread may call it. Every call may throw Unavailable besides what it names.
class Store {
 public:
  /// Opens the database `file`, creates it if it is not there, and brings an older schema up to
  /// date. Throws Unusable for what is no database of ours, is newer than this version, or would
  /// need what `options` does not allow; Unavailable if it cannot be opened, created or written to.
  explicit Store(const std::filesystem::path& file, const StoreOptions& options = {});

  /// Finishes the changes in progress; background work continues at the next start.
  ~Store();

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Makes one change: calls `work(Changes&)` once, on another thread, and returns what it returns
  /// once that is on the disk. What `work` throws is thrown here, with nothing of it kept. `work`
  /// must not wait for anything: all other changes wait for it.
  template <class Work>
  auto change(Work work, ChangeSize size = ChangeSize::usual) {
    using Result = std::invoke_result_t<Work&, Changes&>;
    if constexpr (std::is_void_v<Result>) {
      run([](void* callee, Changes& changes) { (*static_cast<Work*>(callee))(changes); }, &work,
          size);
    } else {
      std::optional<Result> result;
      change([&](Changes& changes) { result.emplace(work(changes)); }, size);
      return std::move(*result);
    }
  }

  /// Records that the session or the token was used at `now`. Does not wait for it: it happens
  /// soon, or not at all if the store is too busy or out of memory.
  void touch(const Grant& grant, support::Timestamp now) noexcept;

  /// Removes for good, of all users, the tasks in the trash that were deleted before, or the
  /// knowledge that tasks were deleted before (ChangePage::pruned_revision). Does not wait for it:
  /// it is done in the background, or not at all if the store is too busy or out of memory.
  void prune_trash(support::Timestamp deleted_before) noexcept;
  void prune_tombstones(support::Timestamp deleted_before) noexcept;

  /// The same with the answers that are too old at `now` (answer_lifetime). No call finds them.
  void prune_answers(support::Timestamp now) noexcept;

  /// A number of this database that no other has, a UUID of version 4, by which clients tell it
  /// from one that was restored. It does not change while the database is open.
  const support::Uuid& epoch() const;

  /// From now on `listener`, or with null nobody, is told of changes. Once this has returned, the
  /// one before is not called any more. It must not be called by a listener.
  void set_listener(ChangeListener* listener);

  /// Whether ChangeListener::on_second is to be called. Nothing wakes up for it otherwise.
  void watch(bool wanted);

  /// The content of the store now. Waits until one of the readers is free.
  Snapshot snapshot();

  /// Returns if the database answers a query, its files are still those that were opened, and no
  /// damage is known; throws otherwise.
  void check();

  /// Notes that a call has thrown Damaged: others may still work, but check() throws it from now
  /// on.
  void note_damage() noexcept;

  /// How it does now. Throws nothing but std::bad_alloc.
  Statistics statistics();

  /// Waits until what was deleted is gone from the database and its log. Returns false if another
  /// connection that reads the database has prevented it for `patience`. The work is done, while
  /// the store is open, also without this call.
  bool finish_background_work(std::chrono::milliseconds patience);

 private:
  struct Parts;
  using Callback = void (*)(void* callee, Changes& changes);

  void run(Callback callback, void* callee, ChangeSize size);

  std::unique_ptr<Parts> parts_;
};

/// The files of the database `file`, by their paths or names: itself, and what is beside it while
/// it is open.
std::array<std::string, 3> files_of(const std::string& file);

/// The library that keeps the database, and its version: "SQLite 3.54.1".
std::string engine_version();

}  // namespace taskdock::store
