# What comes from Debian's source archive: from the mirror this machine already uses, fetched and
# verified by apt's own helper.

# Unpacks the files `ARGN` (patterns of CMake's ARCHIVE_EXTRACT; all of them without any) of the source
# tarball `path` (below the archive's pool/main/) into `directory`, if its SHA-256 is `sha256`. Does
# nothing where there is no apt or no mirror has the tarball: the caller looks at what is there.
function(taskdock_fetch_from_debian path sha256 directory)
  find_program(APT_GET apt-get)
  find_program(APT_HELPER apt-helper PATHS /usr/lib/apt /usr/libexec/apt)
  if(NOT APT_GET OR NOT APT_HELPER)
    return()
  endif()
  execute_process(COMMAND ${APT_GET} indextargets --format "$(SITE)"
    OUTPUT_VARIABLE sites ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "\n" ";" sites "${sites}")
  list(REMOVE_DUPLICATES sites)
  list(FILTER sites INCLUDE REGEX "/debian/?$")
  cmake_path(GET path FILENAME tarball)
  file(MAKE_DIRECTORY ${directory})
  foreach(site IN LISTS sites)
    execute_process(
      COMMAND ${APT_HELPER} download-file ${site}/pool/main/${path} ${directory}/${tarball}
        SHA256:${sha256}
      RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(NOT failed)
      file(ARCHIVE_EXTRACT INPUT ${directory}/${tarball} DESTINATION ${directory} PATTERNS ${ARGN})
      return()
    endif()
  endforeach()
endfunction()
