# Puts the pages of the documentation, and what they are made of, into the executable: compressed, and
# under names with a hash of their content, so that a browser may keep them for ever. Sets
# `embedded_sources` to what has to be compiled.

get_property(api_docs GLOBAL PROPERTY TASKDOCK_API_DOCS)
set(pages ${CMAKE_CURRENT_LIST_DIR})
set(embedded ${CMAKE_CURRENT_BINARY_DIR}/embedded)
file(MAKE_DIRECTORY ${embedded})
set(rows "")
set(symbols "")
set(assembly "")
set(inputs "")
set(count 0)

# Embeds `file` under `name`, after filling in the names of what was embedded before (@...@) if it is
# one of ours. An asset's name gets its hash, and `variable` is set to that.
macro(taskdock_embed file name media_type variable)
  set(content ${embedded}/${name})
  if("${file}" MATCHES "^${pages}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    configure_file(${file} ${content} @ONLY)
  else()
    configure_file(${file} ${content} COPYONLY)
  endif()
  file(SHA256 ${content} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  string(REGEX REPLACE "\\.([a-z]+)$" ".${hash}.\\1" hashed ${name})
  set(${variable} ${hashed})
  # The same content is not compressed again: that would touch what the executable is linked from.
  set(compressed ${embedded}/${hashed}.gz)
  if(NOT EXISTS ${compressed})
    execute_process(COMMAND gzip -9nc ${content} OUTPUT_FILE ${compressed}.part COMMAND_ERROR_IS_FATAL ANY)
    file(RENAME ${compressed}.part ${compressed})
  endif()
  string(APPEND assembly
    "embedded_${count}: .incbin \"${compressed}\"\nembedded_${count}_end:\n.global embedded_${count}, embedded_${count}_end\n")
  string(APPEND symbols "extern const char embedded_${count}[];\nextern const char embedded_${count}_end[];\n")
  string(APPEND rows
    "    {\"${name}\", \"${hashed}\", \"${media_type}\", {embedded_${count}, embedded_${count}_end}},\n")
  list(APPEND inputs ${compressed})
  math(EXPR count "${count} + 1")
endmacro()

taskdock_embed(${api_docs}/swagger-ui-bundle.js swagger-ui-bundle.js text/javascript SWAGGER_UI_JS)
taskdock_embed(${api_docs}/swagger-ui.css swagger-ui.css text/css SWAGGER_UI_CSS)
taskdock_embed(${api_docs}/redoc.standalone.js redoc.standalone.js text/javascript REDOC_JS)
taskdock_embed(${pages}/icon.svg icon.svg image/svg+xml ICON_SVG)
taskdock_embed(${pages}/docs.js docs.js text/javascript DOCS_JS)
taskdock_embed(${pages}/redoc.js redoc.js text/javascript REDOC_START_JS)
taskdock_embed(${pages}/welcome.js welcome.js text/javascript WELCOME_JS)
taskdock_embed(${pages}/page.css page.css text/css PAGE_CSS)
taskdock_embed(${pages}/docs.css docs.css text/css DOCS_CSS)
taskdock_embed(${pages}/redoc.css redoc.css text/css REDOC_CSS)
taskdock_embed(${pages}/docs.html docs.html text/html DOCS_HTML)
taskdock_embed(${pages}/redoc.html redoc.html text/html REDOC_HTML)
taskdock_embed(${pages}/welcome.html welcome.html text/html WELCOME_HTML)

file(CONFIGURE OUTPUT ${embedded}/embedded_files.S @ONLY CONTENT
  ".section .rodata\n@assembly@.section .note.GNU-stack,\"\",%progbits\n")
configure_file(${CMAKE_CURRENT_LIST_DIR}/../embedded_files.cpp.in ${embedded}/embedded_files.cpp @ONLY)
set(embedded_sources ${embedded}/embedded_files.S ${embedded}/embedded_files.cpp)
# The assembler's input does not change with what it includes.
set_source_files_properties(${embedded}/embedded_files.S PROPERTIES OBJECT_DEPENDS "${inputs}")
