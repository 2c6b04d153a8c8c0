# Swagger UI and Redoc: only their ready-made bundles, out of the packages' tarballs, which npm brings
# without what they depend on and without running their scripts. Kept in build/third_party like
# cpp-httplib, and verified by their own hashes.

# Puts the files `ARGN` of the npm package `name` at `version` into `directory`, whose tarball must
# have the SHA-512 `sha512`.
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

set(swagger_ui ${PROJECT_SOURCE_DIR}/build/third_party/swagger-ui-dist-5.35.0)
taskdock_fetch_npm_files(swagger-ui-dist 5.35.0 534eaba4cb56f55dd73c638179a993512af4674f63317e0826e00da44fc465b021c341bc0a0c2bcd4e18997927fe1d3008336c5dd19aad334d1c2dec53cc9551
  ${swagger_ui} swagger-ui-bundle.js swagger-ui.css)

set(redoc ${PROJECT_SOURCE_DIR}/build/third_party/redoc-2.5.4)
taskdock_fetch_npm_files(redoc 2.5.4 33a8d6846d6aa019c7e93166cc99ecb72099f3b1e6398fd4cc39bbf261e262284476557f61c4bda203a8d4d94496724c78bb32c4715edb215ce2c3631d3ac005
  ${redoc} bundles/redoc.standalone.js)

# Redoc shows its maker's logo from another host, and has no option not to. Nothing leaves the machine
# here, so the picture becomes an empty one.
file(READ ${redoc}/package/bundles/redoc.standalone.js script)
string(REPLACE "https://cdn.redoc.ly/redoc/logo-mini.svg" "data:image/gif;base64,R0lGODlhAQABAAAAACw=" offline "${script}")
if(offline STREQUAL script)
  message(FATAL_ERROR "Redoc's bundle no longer has the logo that is taken out of it")
endif()

set(TASKDOCK_API_DOCS ${PROJECT_SOURCE_DIR}/build/third_party/api-docs)
file(CONFIGURE OUTPUT ${TASKDOCK_API_DOCS}/redoc.standalone.js CONTENT "@offline@" @ONLY)
file(COPY ${swagger_ui}/package/swagger-ui-bundle.js ${swagger_ui}/package/swagger-ui.css
  DESTINATION ${TASKDOCK_API_DOCS})
set_property(GLOBAL PROPERTY TASKDOCK_API_DOCS ${TASKDOCK_API_DOCS})
