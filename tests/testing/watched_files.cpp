#include "testing/watched_files.h"

#include <cerrno>
#include <new>
#include <stdexcept>

namespace taskdock::testing {

namespace {

/// What SQLite takes for the open file; the usual VFS's own is behind it.
struct WatchedFile : sqlite3_file {
  FileWatcher* watcher;
  const char* path;  // SQLite keeps it until the file is closed
  int last_error;

  sqlite3_file* usual() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

WatchedFile& watched(sqlite3_file* file) {
  return *static_cast<WatchedFile*>(file);
}

/// `code`, with `error` where SQLite looks for the reason.
int fail(WatchedFile& file, int error, int code) {
  file.last_error = error;
  errno = error;
  return code;
}

int close_file(sqlite3_file* file) {
  return watched(file).usual()->pMethods->xClose(watched(file).usual());
}

int read_file(sqlite3_file* of, void* to, int size, sqlite3_int64 offset) {
  WatchedFile& file = watched(of);
  const int error = file.watcher->decide({.call = read_call, .path = file.path}).error;
  if (error != 0) {
    return fail(file, error, error == EIO ? SQLITE_IOERR_CORRUPTFS : SQLITE_IOERR_READ);
  }
  return file.usual()->pMethods->xRead(file.usual(), to, size, offset);
}

int write_file(sqlite3_file* of, const void* from, int size, sqlite3_int64 offset) {
  WatchedFile& file = watched(of);
  const auto write = file.usual()->pMethods->xWrite;
  const FileOutcome outcome = file.watcher->decide(
      {.call = write_call,
       .path = file.path,
       .offset = static_cast<std::uint64_t>(offset),
       .bytes = {static_cast<const char*>(from), static_cast<std::size_t>(size)}});
  if (outcome.error == 0) return write(file.usual(), from, size, offset);
  if (outcome.is_partial) write(file.usual(), from, size / 2, offset);
  if (outcome.error == ENOSPC) return fail(file, 0, SQLITE_FULL);
  return fail(file, outcome.error, SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* of, sqlite3_int64 size) {
  WatchedFile& file = watched(of);
  const int error = file.watcher
                        ->decide({.call = truncate_call,
                                  .path = file.path,
                                  .offset = static_cast<std::uint64_t>(size)})
                        .error;
  if (error != 0) return fail(file, error, SQLITE_IOERR_TRUNCATE);
  return file.usual()->pMethods->xTruncate(file.usual(), size);
}

int sync_file(sqlite3_file* of, int /*flags*/) {
  WatchedFile& file = watched(of);
  const int error = file.watcher->decide({.call = sync_call, .path = file.path}).error;
  return error == 0 ? SQLITE_OK : fail(file, error, SQLITE_IOERR_FSYNC);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return watched(file).usual()->pMethods->xFileSize(watched(file).usual(), size);
}

int lock_file(sqlite3_file* of, int level) {
  WatchedFile& file = watched(of);
  const int error = file.watcher->decide({.call = lock_call, .path = file.path}).error;
  if (error != 0) return fail(file, error, SQLITE_IOERR_LOCK);
  return file.usual()->pMethods->xLock(file.usual(), level);
}

int unlock_file(sqlite3_file* file, int level) {
  return watched(file).usual()->pMethods->xUnlock(watched(file).usual(), level);
}

int check_reserved_lock(sqlite3_file* file, int* result) {
  return watched(file).usual()->pMethods->xCheckReservedLock(watched(file).usual(), result);
}

int control_file(sqlite3_file* of, int request, void* argument) {
  WatchedFile& file = watched(of);
  if (request == SQLITE_FCNTL_LAST_ERRNO && file.last_error != 0) {
    *static_cast<int*>(argument) = file.last_error;
    return SQLITE_OK;
  }
  return file.usual()->pMethods->xFileControl(file.usual(), request, argument);
}

int sector_size(sqlite3_file* file) {
  return watched(file).usual()->pMethods->xSectorSize(watched(file).usual());
}

int device_characteristics(sqlite3_file* file) {
  return watched(file).usual()->pMethods->xDeviceCharacteristics(watched(file).usual());
}

int map_index(sqlite3_file* of, int region, int size, int extends, void volatile** to) {
  WatchedFile& file = watched(of);
  const int error = file.watcher->decide({.call = map_call, .path = file.path}).error;
  if (error != 0) {
    *to = nullptr;
    return fail(file, error, error == ENOSPC ? SQLITE_IOERR_SHMSIZE : SQLITE_IOERR_SHMMAP);
  }
  return file.usual()->pMethods->xShmMap(file.usual(), region, size, extends, to);
}

int lock_index(sqlite3_file* of, int offset, int count, int flags) {
  WatchedFile& file = watched(of);
  if ((flags & SQLITE_SHM_LOCK) != 0) {
    const int error = file.watcher->decide({.call = lock_call, .path = file.path}).error;
    if (error != 0) return fail(file, error, SQLITE_IOERR_SHMLOCK);
  }
  return file.usual()->pMethods->xShmLock(file.usual(), offset, count, flags);
}

void index_barrier(sqlite3_file* file) {
  watched(file).usual()->pMethods->xShmBarrier(watched(file).usual());
}

int unmap_index(sqlite3_file* file, int removes) {
  return watched(file).usual()->pMethods->xShmUnmap(watched(file).usual(), removes);
}

// Of version 2: files are not mapped into memory, but for the index of the log.
constexpr sqlite3_io_methods methods = {.iVersion = 2,
                                        .xClose = close_file,
                                        .xRead = read_file,
                                        .xWrite = write_file,
                                        .xTruncate = truncate_file,
                                        .xSync = sync_file,
                                        .xFileSize = file_size,
                                        .xLock = lock_file,
                                        .xUnlock = unlock_file,
                                        .xCheckReservedLock = check_reserved_lock,
                                        .xFileControl = control_file,
                                        .xSectorSize = sector_size,
                                        .xDeviceCharacteristics = device_characteristics,
                                        .xShmMap = map_index,
                                        .xShmLock = lock_index,
                                        .xShmBarrier = index_barrier,
                                        .xShmUnmap = unmap_index,
                                        .xFetch = nullptr,
                                        .xUnfetch = nullptr};

}  // namespace

/// The calls of the VFS itself, which is known by its pAppData.
struct WatchedCalls {
  static WatchedFiles& of(sqlite3_vfs* vfs) { return *static_cast<WatchedFiles*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* to, int flags,
                  int* flags_out) {
    auto* const file = ::new (static_cast<void*>(to)) WatchedFile{};
    file->watcher = &of(vfs).watcher_;
    file->path = name;
    const int error =
        file->watcher->decide({.call = open_call, .path = name, .flags = flags}).error;
    if (error != 0) return fail(*file, error, SQLITE_CANTOPEN);
    sqlite3_vfs* const usual = of(vfs).usual_;
    const int result = usual->xOpen(usual, name, file->usual(), flags, flags_out);
    if (result == SQLITE_OK) file->pMethods = &methods;
    return result;
  }

  static int remove(sqlite3_vfs* vfs, const char* path, int syncs_directory) {
    const int error =
        of(vfs)
            .watcher_
            .decide({.call = remove_call, .path = path, .syncs_directory = syncs_directory != 0})
            .error;
    if (error != 0) {
      errno = error;
      return SQLITE_IOERR_DELETE;
    }
    return of(vfs).usual_->xDelete(of(vfs).usual_, path, 0);
  }
};

WatchedFiles::WatchedFiles(FileWatcher& watcher)
    : watcher_(watcher), usual_(sqlite3_vfs_find(nullptr)), vfs_(*usual_) {
  // What is not about the content of files stays the usual VFS's.
  vfs_.szOsFile = static_cast<int>(sizeof(WatchedFile)) + usual_->szOsFile;
  vfs_.zName = "taskdock-watched";
  vfs_.pNext = nullptr;
  vfs_.pAppData = this;
  vfs_.xOpen = WatchedCalls::open;
  vfs_.xDelete = WatchedCalls::remove;
  if (sqlite3_vfs_register(&vfs_, 1) != SQLITE_OK) throw std::runtime_error("sqlite3_vfs_register");
}

WatchedFiles::~WatchedFiles() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(usual_, 1);
}

}  // namespace taskdock::testing
