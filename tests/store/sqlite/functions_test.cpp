#include "store/sqlite/functions.h"

#include <doctest/doctest.h>

#include <string>

#include "store/sqlite/fixtures.h"

namespace taskdock::store::sqlite {

TEST_CASE_FIXTURE(
    OpenDatabase,
    "store/sqlite/functions: words get their owner's prefix, and what a migration makes of an "
    "older version is what that version had") {
  const auto result = [&](const std::string& call) {
    return connection.database().execAndGet("SELECT " + call).getString();
  };
  CHECK(result("taskdock_words(1, 'Käse, Milk')") == "11kase 11milk");
  CHECK(result("taskdock_words(33, 'milk')") == "211milk");
  CHECK(result("taskdock_tag_words(1, 'At home,Shop')") == "11at 11home 11 11shop");
  const std::string zeros(26, '0');
  CHECK(result("taskdock_words(zeroblob(16), 'Milk 2')") == zeros + "milk " + zeros + "2");
  CHECK(result("taskdock_words(x'ffffffffffffffffffffffffffffffff', 'x')") ==
        std::string(25, 'v') + "sx");
  for (const char* call : {"taskdock_words(1, NULL)", "taskdock_tag_words(1, NULL)"}) {
    CHECK(connection.database().execAndGet("SELECT " + std::string(call)).isNull());
  }
}

}  // namespace taskdock::store::sqlite
