#include "support/fnv1a.h"

#include <doctest/doctest.h>

namespace taskdock::support {

TEST_CASE("support/fnv1a: the hashes are those of the specification's test vectors") {
  // draft-eastlake-fnv, appendix C.
  const auto hash = []<class Value>(Value /*type*/, std::string_view text) {
    Fnv1a<Value> sum;
    for (const char& c : text) sum.add({&c, 1});
    return sum.value();
  };
  CHECK(hash(std::uint32_t{}, "") == 0x811c9dc5);
  CHECK(hash(std::uint32_t{}, "a") == 0xe40c292c);
  CHECK(hash(std::uint32_t{}, "foobar") == 0xbf9cf968);
  CHECK(hash(std::uint64_t{}, "") == 0xcbf29ce484222325);
  CHECK(hash(std::uint64_t{}, "a") == 0xaf63dc4c8601ec8c);
  CHECK(hash(std::uint64_t{}, "foobar") == 0x85944171f73967e8);
}

}  // namespace taskdock::support
