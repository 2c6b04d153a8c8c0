# SQLiteCpp, built from Debian's source archive: Debian's own library wants a SQLite that loads
# extensions. Elsewhere from upstream's tag. Whichever way it came, the hash of its files decides
# whether it is used. Needs the target SQLite::SQLite3.

set(TASKDOCK_SQLITECPP_VERSION 3.2.1)
set(tarball_sha256 70c67d5680c47460f82a7abf8e6b0329bf2fb10795a982a6d8abc06adb42d693)
set(files_sha256 6776a84c16601b8095dd319abd02a7c7b4c5f570d84797ecc705480dcade2103)

set(directory ${PROJECT_SOURCE_DIR}/build/third_party/SQLiteCpp-${TASKDOCK_SQLITECPP_VERSION})

# Sets `result` to whether the library's files are there and are the pinned ones.
function(taskdock_sqlitecpp_is_good result)
  set(hashes "")
  file(GLOB files ${directory}/include/SQLiteCpp/*.h ${directory}/src/*.cpp)
  foreach(file IN LISTS files)
    file(SHA256 ${file} hash)
    string(APPEND hashes ${hash})
  endforeach()
  string(SHA256 actual "${hashes}")
  if(actual STREQUAL files_sha256)
    set(${result} TRUE PARENT_SCOPE)
  else()
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()

function(taskdock_fetch_sqlitecpp_from_upstream)
  include(FetchContent)
  FetchContent_Declare(sqlitecpp
    GIT_REPOSITORY https://github.com/SRombauts/SQLiteCpp.git
    GIT_TAG ${TASKDOCK_SQLITECPP_VERSION}
    GIT_SUBMODULES "")
  FetchContent_Populate(sqlitecpp)
  file(COPY ${sqlitecpp_SOURCE_DIR}/include ${sqlitecpp_SOURCE_DIR}/src DESTINATION ${directory})
endfunction()

taskdock_sqlitecpp_is_good(good)
if(NOT good)
  message(STATUS "Fetching SQLiteCpp ${TASKDOCK_SQLITECPP_VERSION} from Debian's source archive")
  # The tarball's only folder has the name of `directory`.
  taskdock_fetch_from_debian(s/sqlitecpp/sqlitecpp_${TASKDOCK_SQLITECPP_VERSION}.orig.tar.gz
    ${tarball_sha256} ${PROJECT_SOURCE_DIR}/build/third_party
    "*/include/SQLiteCpp/*.h" "SQLiteCpp-${TASKDOCK_SQLITECPP_VERSION}/src/*.cpp")
  taskdock_sqlitecpp_is_good(good)
endif()
if(NOT good)
  message(STATUS "Fetching SQLiteCpp ${TASKDOCK_SQLITECPP_VERSION} from upstream")
  taskdock_fetch_sqlitecpp_from_upstream()
  taskdock_sqlitecpp_is_good(good)
endif()
if(NOT good)
  message(FATAL_ERROR "SQLiteCpp ${TASKDOCK_SQLITECPP_VERSION} could not be fetched, or is not the "
    "pinned one: unpack sqlitecpp_${TASKDOCK_SQLITECPP_VERSION}.orig.tar.gz, with SHA-256 "
    "${tarball_sha256}, in ${PROJECT_SOURCE_DIR}/build/third_party")
endif()

file(GLOB sources ${directory}/src/*.cpp)
add_library(SQLiteCpp STATIC ${sources})
target_include_directories(SQLiteCpp SYSTEM PUBLIC ${directory}/include)
target_compile_definitions(SQLiteCpp PUBLIC SQLITE_OMIT_LOAD_EXTENSION)
target_link_libraries(SQLiteCpp PUBLIC SQLite::SQLite3 PRIVATE taskdock_hardening)
target_compile_options(SQLiteCpp PRIVATE -w)
