#include "system/environment.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

namespace taskdock::system {

TEST_CASE("system/environment: a variable that is taken is gone, from memory too") {
  const char* name = "TASKDOCK_TEST_VARIABLE";
  ::setenv(name, "three grey geese", 1);
  const char* in_memory = std::getenv(name);
  CHECK(take_variable(name) == "three grey geese");
  CHECK(std::string(in_memory).empty());
  CHECK(std::getenv(name) == nullptr);
  CHECK_FALSE(take_variable(name));
  ::setenv(name, "", 1);
  CHECK(take_variable(name) == "");
  CHECK_FALSE(take_variable(name));
}

}  // namespace taskdock::system
