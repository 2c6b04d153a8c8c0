# cpp-httplib, the header alone. Debian's binary package is an older, split and shared build, so the
# header comes from Debian's source tarball of the pinned version, or from upstream's pinned commit;
# whichever way it came, its own hash decides whether it is used.
#
# What is fetched is kept in build/third_party, outside the build trees, so that every preset shares
# one download and a build without a network works once it has been there.

set(TASKDOCK_HTTPLIB_VERSION 0.41.0)
set(header_sha256 e9112546cbae828180f72c2ae6da4bfd8d15ae38138bd99b898e5e30128acc28)
set(tarball_sha256 7acb492bffdd95165677d22145c2c4890e6432c5ef53d0f781defe8dec48f567)
set(upstream_commit 073b58796205b928b61f4cae89ab4130b7f1aee0)

set(directory ${PROJECT_SOURCE_DIR}/build/third_party/cpp-httplib-${TASKDOCK_HTTPLIB_VERSION})
set(header ${directory}/httplib.h)

# Sets `result` to whether `header` is there and is the pinned one.
function(taskdock_httplib_is_good result)
  set(${result} FALSE PARENT_SCOPE)
  if(EXISTS ${header})
    file(SHA256 ${header} actual)
    if(actual STREQUAL header_sha256)
      set(${result} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

function(taskdock_fetch_httplib_from_debian)
  taskdock_fetch_from_debian(c/cpp-httplib/cpp-httplib_${TASKDOCK_HTTPLIB_VERSION}+ds.orig.tar.xz
    ${tarball_sha256} ${directory} "*/httplib.h")
  file(GLOB extracted ${directory}/*/httplib.h)
  if(extracted)
    file(COPY_FILE ${extracted} ${header})
  endif()
endfunction()

function(taskdock_fetch_httplib_from_upstream)
  include(FetchContent)
  FetchContent_Declare(cpp_httplib
    GIT_REPOSITORY https://github.com/yhirose/cpp-httplib.git
    GIT_TAG ${upstream_commit})
  FetchContent_Populate(cpp_httplib)
  file(MAKE_DIRECTORY ${directory})
  file(COPY_FILE ${cpp_httplib_SOURCE_DIR}/httplib.h ${header})
endfunction()

taskdock_httplib_is_good(good)
if(NOT good)
  message(STATUS "Fetching cpp-httplib ${TASKDOCK_HTTPLIB_VERSION} from Debian's source archive")
  taskdock_fetch_httplib_from_debian()
  taskdock_httplib_is_good(good)
endif()
if(NOT good)
  message(STATUS "Fetching cpp-httplib ${TASKDOCK_HTTPLIB_VERSION} from upstream")
  taskdock_fetch_httplib_from_upstream()
  taskdock_httplib_is_good(good)
endif()
if(NOT good)
  message(FATAL_ERROR "cpp-httplib ${TASKDOCK_HTTPLIB_VERSION} could not be fetched, or is not the "
    "pinned one: put a header with SHA-256 ${header_sha256} at ${header}")
endif()

add_library(third_party_httplib INTERFACE)
add_library(third_party::httplib ALIAS third_party_httplib)
target_include_directories(third_party_httplib SYSTEM INTERFACE ${directory})
# On the target, so that every file agrees: upstream's backlog of 5 leaves simultaneous connects
# unserved for seconds.
target_compile_definitions(third_party_httplib INTERFACE CPPHTTPLIB_LISTEN_BACKLOG=4096)
target_link_libraries(third_party_httplib INTERFACE Threads::Threads)
