#include "api/email.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "testing/text.h"

namespace taskdock::api {

namespace {

using testing::repeated;

// 62 characters with its dot.
const std::string label = std::string(61, 'd') + '.';

}  // namespace

TEST_CASE("api/email: an address with a dot-atom and a domain is taken") {
  const std::vector<std::string> taken = {
      "ann@example.com",
      "a@b.c",
      "first.last@example.com",
      "o'brien+tag=1@mail.example.co.uk",
      "!#$%&'*+-/=?^_`{|}~@example.com",
      "1@2.3",
      "ANN@EXAMPLE.COM",
      "a@xn--bcher-kva.example",
      "a@a-b--c.example",
      std::string(64, 'a') + "@example.com",
      "a@" + std::string(63, 'd') + ".com",
      "a@" + repeated(label, 4) + "abcd",  // 254 characters
  };
  for (const std::string& email : taken) {
    CAPTURE(email);
    const char* fault = email_fault(email);
    CHECK_MESSAGE(fault == nullptr, fault);
  }
  CHECK(taken.back().size() == 254);
}

TEST_CASE("api/email: what is no address is refused, and it is said why") {
  const std::string too_long = "The email address is too long.";
  const std::string no_at = "An email address must have an @-sign.";
  const std::string two_at = "An email address must have exactly one @-sign.";
  const std::string local = "The part before the @-sign is not valid.";
  const std::string domain = "The part after the @-sign is not a valid domain name.";
  const std::vector<std::pair<std::string, std::string>> refused = {
      {"", no_at},
      {"ann", no_at},
      {"ann.example.com", no_at},
      {"a@b@c.d", two_at},
      {"a@@b.c", two_at},
      {"@example.com", local},
      {".a@example.com", local},
      {"a.@example.com", local},
      {"a..b@example.com", local},
      {"a b@example.com", local},
      {"\"a b\"@example.com", local},
      {"a(b)@example.com", local},
      {"a,b@example.com", local},
      {"a\n@example.com", local},
      {std::string("a\0@example.com", 14), local},
      {"b\xc3\xbc@example.com", local},
      {std::string(65, 'a') + "@example.com", local},
      {"a@", domain},
      {"a@localhost", domain},
      {"a@.com", domain},
      {"a@example.", domain},
      {"a@exa..mple.com", domain},
      {"a@-example.com", domain},
      {"a@example-.com", domain},
      {"a@exa_mple.com", domain},
      {"a@exa mple.com", domain},
      {"a@[127.0.0.1]", domain},
      {"a@example.com\n", domain},
      {"a@b\xc3\xbc"
       "cher.example",
       domain},
      {"a@" + std::string(64, 'd') + ".com", domain},
      {"a@" + repeated(label, 4) + "abcde", too_long},  // 255 characters
  };
  for (const auto& [email, reason] : refused) {
    const auto& shown_email = email;
    CAPTURE(shown_email);
    const char* fault = email_fault(email);
    REQUIRE(fault != nullptr);
    CHECK(fault == reason);
  }
}

TEST_CASE("api/email: who has given no name is called by the part before the @") {
  CHECK(default_name("ann.b+c@example.com") == "ann.b+c");
}

}  // namespace taskdock::api
