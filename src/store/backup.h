#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "store/cancellation.h"
#include "store/progress.h"

namespace taskdock::store {

/// Takes a part of what is written. What it throws ends the work.
using Sink = std::function<void(std::string_view)>;

/// A database as it is at one moment, to be copied. It may be of an older version, and others may
/// read and write it meanwhile: they do not wait for this, and only the log grows, since what it
/// has cannot be moved into the database before this ends. Takes little memory, however large the
/// database is. Belongs to one thread at a time.
///
/// Like a change that is made in one go: the copy has all that returned before this was made, and
/// nothing of what came later.
class Backup {
 public:
  /// Holds the state that the database `file` has now. Throws Unusable for what is no database of
  /// ours; Unavailable.
  explicit Backup(const std::filesystem::path& file);
  ~Backup();

  Backup(const Backup&) = delete;
  Backup& operator=(const Backup&) = delete;

  /// How large the copy will be.
  std::uint64_t bytes() const;

  /// Gives all of the copy to `to`, a part at a time, with rests so that others can write. It is
  /// one file, without a log: whoever opens it needs nothing else. Throws Damaged, Unavailable.
  void write(const Sink& to, const Progress& progress);

  struct SaveOptions {
    bool may_replace = false;  // what has the copy's name
    bool is_verified = false;  // whether all of the copy is read and checked, which takes long
    bool yields = true;        // rests as it copies, so that others can write meanwhile
    Cancellation* cancellation = nullptr;
  };

  /// Writes the copy to `copy`, for this user alone (mode 0600), under another name until it is
  /// complete and on the disk. A copy that cannot be opened as a database does not get the name;
  /// one that is damaged does not either if it `is_verified`. Once it is written, this no longer
  /// holds the state of the database, and is of no further use. Throws Damaged, Unavailable,
  /// Cancelled.
  void save(const std::filesystem::path& copy, const SaveOptions& options,
            const Progress& progress);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Whether `file` begins as a database does, and has the size that its beginning says
/// (sqlite.org/fileformat2.html, 1.3): what was emptied, cut off or overwritten by something else
/// has not. Reads no more than the beginning, so that damage further on is not found.
bool looks_whole(const std::filesystem::path& file) noexcept;

}  // namespace taskdock::store
