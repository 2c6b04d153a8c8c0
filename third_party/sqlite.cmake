# SQLite, built from its amalgamation. Debian 12's package is older than 3.51.3, before which two
# connections that write or checkpoint at once could damage a database (the WAL-reset bug), so that no
# second process could be let in. The amalgamation is in the tarball of npm's better-sqlite3, which
# carries upstream's check-in unchanged; nothing of the package's own code is used.
#
# Without npm: put the package's tarball where taskdock_fetch_npm_files looks for it (the error says
# where), or give the directory of upstream's own archive (sqlite.org/download.html, "amalgamation",
# 3.51.3 or later, but not 3.52.0, which its authors have withdrawn) by
#   cmake -DTASKDOCK_SQLITE_DIR=DIR
# Its sqlite3.c was generated with other options and has another hash, so whoever gives it vouches
# for it.

set(TASKDOCK_SQLITE_DIR "" CACHE PATH "sqlite3.c and sqlite3.h to use instead of the pinned ones")
set(source_sha256 75a4760a7b9727a4c4c877aec92eacf39e52a8f2921ce00bd33be6d3a8e8e254)
set(corrected_sha256 f79aa57586ea6e95e3da341ee6cf8836633bb3183fb449c007ed91a8d24a9766)

if(TASKDOCK_SQLITE_DIR)
  set(directory ${TASKDOCK_SQLITE_DIR})
else()
  # The tarball's folder, too, says which version of SQLite: 3.54.1.
  set(package ${PROJECT_SOURCE_DIR}/build/third_party/better-sqlite3-13.2.0)
  set(directory ${package}/package/deps/sqlite3)
  taskdock_fetch_npm_files(better-sqlite3 13.2.0 67c43ff71fee3722b1035bf814da1dc88b51551c354de281ae68f7d89871851d1c78d70163ec0ca1bb7f06fecced3cf03c05e39d946d35a12c0139d465229665
    ${package} deps/sqlite3/sqlite3.c deps/sqlite3/sqlite3.h)
  file(SHA256 ${directory}/sqlite3.c actual)
  if(NOT actual STREQUAL source_sha256)
    message(FATAL_ERROR "${directory}/sqlite3.c is not the pinned one")
  endif()
endif()

include(sqlite_correction.cmake)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${directory}/sqlite3.c)
set(corrected ${CMAKE_CURRENT_BINARY_DIR}/sqlite3.c)
taskdock_correct_sqlite(${directory}/sqlite3.c ${corrected})
if(NOT TASKDOCK_SQLITE_DIR)
  file(SHA256 ${corrected} actual)
  if(NOT actual STREQUAL corrected_sha256)
    message(FATAL_ERROR "sqlite_correction.cmake does not fit the pinned sqlite3.c: see there whether it is needed")
  endif()
endif()

add_library(third_party_sqlite STATIC ${corrected})
add_library(SQLite::SQLite3 ALIAS third_party_sqlite)
target_include_directories(third_party_sqlite SYSTEM PUBLIC ${directory})
target_link_libraries(third_party_sqlite PUBLIC Threads::Threads m PRIVATE taskdock_hardening)

# The same in every preset, so that tests run what people run: optimized, without warnings (it is not
# our source), and without the sanitizers, so that tests stay fast. SQLite's own tests look for
# what sanitizers could find inside it; where it copies or compares our memory, they still check that.
# The thread sanitizer would also complain about the log's shared index, which SQLite reads without a
# lock and checks afterwards.
# No exception passes through it, so it needs no tables to unwind its stack.
target_compile_options(third_party_sqlite PRIVATE -w -O2 -fno-asynchronous-unwind-tables -fno-unwind-tables)
if(TASKDOCK_SANITIZE)
  target_compile_options(third_party_sqlite PRIVATE -fno-sanitize=all)
endif()

# Each as recommended by sqlite.org/compile.html, unless it says why.
target_compile_definitions(third_party_sqlite PRIVATE
  # A connection belongs to one thread at a time, so none needs a lock of its own.
  SQLITE_THREADSAFE=2
  # The count of bytes in use is guarded by one mutex for all connections, and nobody asks for it.
  SQLITE_DEFAULT_MEMSTATUS=0
  # "x" is a column or an error, never a text.
  SQLITE_DQS=0
  # References hold on every connection, also where somebody forgets to ask for it.
  SQLITE_DEFAULT_FOREIGN_KEYS=1
  # What is deleted is overwritten with zeros, also where somebody forgets to ask for it.
  SQLITE_SECURE_DELETE
  # Temporary tables are in memory, unless a connection asks for a file.
  SQLITE_TEMP_STORE=2
  # A schema that somebody has tampered with cannot call functions with side effects.
  SQLITE_TRUSTED_SCHEMA=0
  # A statement's plan does not depend on the values that are bound to it: otherwise a page of another
  # size would prepare the list's statement again.
  SQLITE_ENABLE_QPSG
  # The search index.
  SQLITE_ENABLE_FTS5
  # The pages of a database as rows: a backup reads them in one transaction.
  SQLITE_ENABLE_DBPAGE_VTAB
  # A mistake in what a function says of its result is an error.
  SQLITE_STRICT_SUBTYPE=1
  # Shorter code for LIKE; nobody stores numbers in blobs.
  SQLITE_LIKE_DOESNT_MATCH_BLOBS
  # Our own SQL is not deep, and no client's is run.
  SQLITE_MAX_EXPR_DEPTH=0
  # Small buffers are on the stack.
  SQLITE_USE_ALLOCA
  # Syncs a file's content alone where its size is as it was; known to be there.
  HAVE_FDATASYNC=1
  # One system call instead of two for each page.
  HAVE_PREAD=1 HAVE_PWRITE=1
  # What nobody uses. Without the loading of extensions the static executable needs no dlopen.
  SQLITE_OMIT_LOAD_EXTENSION
  SQLITE_OMIT_DEPRECATED
  SQLITE_OMIT_SHARED_CACHE
  SQLITE_OMIT_PROGRESS_CALLBACK)
