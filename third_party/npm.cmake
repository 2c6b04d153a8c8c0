# What comes from npm: files out of a package's tarball, which npm brings without what the package
# depends on and without running its scripts. Tarballs are kept in build/third_party, outside the build
# trees, so that every preset shares one download and a build without a network works once it has been
# there.

# Puts the files `ARGN` of the npm package `name` at `version` into `directory`/package. The package's
# tarball must have the SHA-512 `sha512`. Whoever has no npm puts it at `directory`/NAME-VERSION.tgz.
function(taskdock_fetch_npm_files name version sha512 directory)
  set(tarball ${directory}/${name}-${version}.tgz)
  if(NOT EXISTS ${tarball})
    find_program(NPM npm)
    if(NOT NPM)
      message(FATAL_ERROR "npm is needed to fetch ${name}; or put its tarball at ${tarball}")
    endif()
    message(STATUS "Fetching ${name} ${version}")
    file(MAKE_DIRECTORY ${directory})
    execute_process(
      COMMAND ${NPM} pack --silent --pack-destination ${directory} ${name}@${version}
      WORKING_DIRECTORY ${directory} OUTPUT_QUIET ERROR_VARIABLE complaint RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR "npm could not fetch ${name} ${version}: ${complaint}")
    endif()
  endif()
  file(SHA512 ${tarball} actual)
  if(NOT actual STREQUAL sha512)
    message(FATAL_ERROR "${tarball} is not the pinned one; remove it to fetch it again")
  endif()
  list(TRANSFORM ARGN PREPEND package/ OUTPUT_VARIABLE members)
  file(ARCHIVE_EXTRACT INPUT ${tarball} DESTINATION ${directory} PATTERNS ${members})
endfunction()
