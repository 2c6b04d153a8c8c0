# Puts the pages, and what they are made of, into the executable: compressed, and under names with a hash of their
# content, so that a browser may keep them for ever. Sets `embedded_sources` to what has to be compiled.

get_property(api_docs GLOBAL PROPERTY TASKDOCK_API_DOCS)
get_property(preact GLOBAL PROPERTY TASKDOCK_PREACT)
set(pages ${CMAKE_CURRENT_LIST_DIR}/pages)
set(web ${CMAKE_CURRENT_LIST_DIR}/../web)
set(embedded ${CMAKE_CURRENT_BINARY_DIR}/embedded)
file(MAKE_DIRECTORY ${embedded}/pages ${embedded}/web)
set(rows "")
set(symbols "")
set(assembly "")
set(inputs "")
set(count 0)

# Embeds `content` as the file `name`, which is served below the path `place`, or, if that is empty, by a handler of
# its own. Sets `variable` to the last part of its path, which has its hash.
macro(taskdock_embed content name place media_type variable)
  file(SHA256 ${content} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  get_filename_component(hashed ${name} NAME)
  string(REGEX REPLACE "\\.([a-z]+)$" ".${hash}.\\1" hashed ${hashed})
  set(${variable} ${hashed})
  set(path "")
  if(NOT "${place}" STREQUAL "")
    set(path ${place}${hashed})
  endif()
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
    "    {\"${name}\", \"${path}\", \"${hash}\", \"${media_type}\", {embedded_${count}, embedded_${count}_end}},\n")
  list(APPEND inputs ${compressed})
  math(EXPR count "${count} + 1")
endmacro()

# Embeds the page's file `name`, after filling in the names of what was embedded before (@...@).
macro(taskdock_embed_page name place media_type variable)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${pages}/${name})
  configure_file(${pages}/${name} ${embedded}/pages/${name} @ONLY)
  taskdock_embed(${embedded}/pages/${name} ${name} "${place}" ${media_type} ${variable})
endmacro()

taskdock_embed(${api_docs}/swagger-ui-bundle.js swagger-ui-bundle.js /assets/ text/javascript SWAGGER_UI_JS)
taskdock_embed(${api_docs}/swagger-ui.css swagger-ui.css /assets/ text/css SWAGGER_UI_CSS)
taskdock_embed(${api_docs}/redoc.standalone.js redoc.standalone.js /assets/ text/javascript REDOC_JS)
taskdock_embed_page(icon.svg /assets/ image/svg+xml ICON_SVG)
taskdock_embed_page(docs.js /assets/ text/javascript DOCS_JS)
taskdock_embed_page(redoc.js /assets/ text/javascript REDOC_START_JS)
taskdock_embed_page(welcome.js /assets/ text/javascript WELCOME_JS)
taskdock_embed_page(page.css /assets/ text/css PAGE_CSS)
taskdock_embed_page(docs.css /assets/ text/css DOCS_CSS)
taskdock_embed_page(redoc.css /assets/ text/css REDOC_CSS)
taskdock_embed_page(docs.html "" text/html DOCS_HTML)
taskdock_embed_page(redoc.html "" text/html REDOC_HTML)
taskdock_embed_page(welcome.html "" text/html WELCOME_HTML)

# The web application: index.html and whatever that leads to. Its files refer to each other as "./name.js" or
# "./style.css", so that they work as they are. Here its modules become one file, app.js, and its style sheets another,
# app.css, since each file that a browser asks for takes it some milliseconds. References to what stays a file of its own
# get the name with the hash. References in comments, as to types, do not count.
#
# The modules are put one behind the other, each after those that it imports, without their imports and the word
# `export`. That is right as long as no two of them declare the same name and all imports and exports have one form,
# which tests/web/joined.test.mjs checks.
set(media_type_of_js text/javascript)
set(media_type_of_css text/css)
set(media_type_of_svg image/svg+xml)
set(media_type_of_webmanifest application/manifest+json)
set(waiting index.html)
set(done "")
set(joined_modules "")
set(joined_styles "")
set(names_of_preact "")
# Not joined: a module of somebody else, and a script that is none.
set(scripts_apart preact.js first_look.js)

# Sets `text` to what is in the web application's file `name`, and `references` to the files that it refers to.
macro(taskdock_read_of_web name)
  set(original ${web}/${name})
  if("${name}" STREQUAL preact.js)
    set(original ${preact})
  elseif(NOT EXISTS ${original})
    message(FATAL_ERROR "In src/web there is no ${name}, to which another file refers")
  else()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${original})
  endif()
  file(READ ${original} text)
  string(REGEX REPLACE "\n[ \t]*(\\*|/[*/])[^\n]*" "\n" code "\n${text}")
  string(REGEX MATCHALL "\"\\./[a-z0-9_-]+\\.[a-z]+" references "${code}")
  list(TRANSFORM references REPLACE "^\"\\./" "")
  list(REMOVE_DUPLICATES references)
endmacro()

# Adds `text`, the module `name`, to those that are joined.
macro(taskdock_join_module name)
  set(names "\nimport {([^}]*)} from \"\\./preact\\.js\";")
  if("\n${text}" MATCHES "${names}")
    string(REGEX MATCHALL "[A-Za-z_]+" imported "${CMAKE_MATCH_1}")
    list(APPEND names_of_preact ${imported})
  endif()
  string(REGEX REPLACE "\nimport {[^}]*} from \"\\./[a-z0-9_]+\\.js\";" "" module "\n${text}")
  string(REGEX REPLACE "\nexport (async|class|const|function|let) " "\n\\1 " module "${module}")
  if("${module}" MATCHES "\n(import|export) [^\n]*")
    message(FATAL_ERROR "In src/web/${name} this has not the form that can be joined: ${CMAKE_MATCH_0}")
  endif()
  string(APPEND joined_modules "\n// ${name}\n${module}")
endmacro()

# Embeds `text` as the web application's file `name`.
macro(taskdock_embed_text_of_web name)
  foreach(reference IN LISTS done)
    if(DEFINED hashed_${reference})
      string(REPLACE "\"./${reference}" "\"./${hashed_${reference}}" text "${text}")
    endif()
  endforeach()
  set(place /app/)
  if("${name}" STREQUAL index.html)
    set(place "")
  endif()
  string(REGEX REPLACE "^.*\\." "" ending ${name})
  set(media_type_of_html text/html)
  file(CONFIGURE OUTPUT ${embedded}/web/${name} @ONLY CONTENT "@text@")
  taskdock_embed(${embedded}/web/${name} web/${name} "${place}" ${media_type_of_${ending}} hashed_${name})
endmacro()

# Takes in the file `name` of the web application, if that is done with all that it refers to; otherwise that waits, too.
macro(taskdock_take_in name)
  taskdock_read_of_web(${name})
  set(missing ${references})
  list(REMOVE_ITEM missing ${done} "")
  if(missing)
    list(APPEND waiting ${missing})
    list(REMOVE_DUPLICATES waiting)
  else()
    if("${name}" MATCHES "\\.css$")
      string(APPEND joined_styles "${text}")
    elseif("${name}" MATCHES "\\.js$" AND NOT "${name}" IN_LIST scripts_apart)
      taskdock_join_module(${name})
    else()
      if("${name}" STREQUAL index.html)
        set(page "${text}")
        list(REMOVE_DUPLICATES names_of_preact)
        list(JOIN names_of_preact ", " imported)
        set(text "import { ${imported} } from \"./preact.js\";\n${joined_modules}")
        taskdock_embed_text_of_web(app.js)
        set(text "${joined_styles}")
        taskdock_embed_text_of_web(app.css)
        string(REGEX REPLACE "(<link rel=\"stylesheet\" href=\"\\./[a-z]+\\.css\">\n)+"
          "<link rel=\"stylesheet\" href=\"./${hashed_app.css}\">\n" text "${page}")
        string(REPLACE "\"./main.js\"" "\"./${hashed_app.js}\"" text "${text}")
      endif()
      taskdock_embed_text_of_web(${name})
    endif()
    list(APPEND done ${name})
    list(REMOVE_ITEM waiting ${name})
  endif()
endmacro()

while(waiting)
  set(before ${waiting})
  foreach(name IN LISTS before)
    taskdock_take_in(${name})
  endforeach()
  if("${waiting}" STREQUAL "${before}")
    message(FATAL_ERROR "In src/web these refer to each other in a circle: ${waiting}")
  endif()
endwhile()

# A service worker keeps its name, and is served by a handler of its own. It says which page it came with, so that a
# browser that compares it with the one it has finds another one beside each other page.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${web}/worker.js)
file(READ ${web}/worker.js text)
string(REPLACE "\"source\"" "\"${hashed_index.html}\"" text "${text}")
file(CONFIGURE OUTPUT ${embedded}/web/worker.js @ONLY CONTENT "@text@")
taskdock_embed(${embedded}/web/worker.js web/worker.js "" text/javascript hashed_worker.js)

file(CONFIGURE OUTPUT ${embedded}/embedded_files.S @ONLY CONTENT
  ".section .rodata\n@assembly@.section .note.GNU-stack,\"\",%progbits\n")
configure_file(${CMAKE_CURRENT_LIST_DIR}/embedded_files.cpp.in ${embedded}/embedded_files.cpp @ONLY)
set(embedded_sources ${embedded}/embedded_files.S ${embedded}/embedded_files.cpp)
# The assembler's input does not change with what it includes.
set_source_files_properties(${embedded}/embedded_files.S PROPERTIES OBJECT_DEPENDS "${inputs}")
