# Swagger UI and Redoc: only their ready-made bundles, out of the packages' tarballs from npm.

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
