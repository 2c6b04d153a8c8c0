# Preact with htm, which the web application is made with: one ready-made file out of the tarball of npm's htm.

set(htm ${PROJECT_SOURCE_DIR}/build/third_party/htm-3.1.1)
taskdock_fetch_npm_files(htm 3.1.1 f7cdd5ca0f0dc1413b26467a3663aaa4267eb21d5b2afda2613954933956980e490f669c2a8c5de0a5716cc9b15fff399ad7dd9c399316834a720e43180bf135
  ${htm} preact/standalone.module.js)
set(preact ${htm}/package/preact/standalone.module.js)
file(SHA256 ${preact} actual)
if(NOT actual STREQUAL 72284e8e9079c87817145df1110f74e8a2aa040b2fc384922e18dfcb46fc1fd7)
  message(FATAL_ERROR "${preact} is not the pinned one")
endif()
set_property(GLOBAL PROPERTY TASKDOCK_PREACT ${preact})
