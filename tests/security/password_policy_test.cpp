#include "security/password_policy.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

namespace taskdock::security {

namespace {

const char* const email = "ann@example.com";

/// Whether `policy` lets ann choose `password`.
bool takes(const PasswordPolicy& policy, const std::string& password) {
  return policy.fault(password, email) == nullptr;
}

}  // namespace

TEST_CASE("security/password_policy: without a list anything goes but the email, in any case") {
  const PasswordPolicy policy;
  for (const char* good : {"password", "ann@example.co", "ann@example.com ", "xann@example.com"}) {
    CAPTURE(good);
    CHECK(takes(policy, good));
  }
  for (const char* bad : {"ann@example.com", "ANN@Example.COM"}) {
    CAPTURE(bad);
    CHECK_FALSE(takes(policy, bad));
    CHECK(PasswordPolicy::same_as_email_fault(bad, email) != nullptr);
  }
  CHECK(PasswordPolicy::same_as_email_fault("correct horse", email) == nullptr);
}

TEST_CASE("security/password_policy: a list without passwords is none") {
  CHECK_FALSE(PasswordPolicy().has_list());
  for (const std::string text : {"", "\n\r\n", "\xEF\xBB\xBF"}) {
    std::istringstream list(text);
    CHECK_FALSE(PasswordPolicy(list).has_list());
  }
  std::istringstream list("password");
  CHECK(PasswordPolicy(list).has_list());
}

TEST_CASE("security/password_policy: what is missing is not compared with what is missing") {
  CHECK(PasswordPolicy().fault("", "") == nullptr);
  CHECK(PasswordPolicy::same_as_email_fault("", "") == nullptr);
}

TEST_CASE("security/password_policy: a list has one password per line, each as it would be typed") {
  std::istringstream list("\xEF\xBB\xBFpassword\r\n\n with space \nп@роль\nlast");
  const PasswordPolicy policy(list);
  for (const char* bad : {"password", " with space ", "п@роль", "last"}) {
    CAPTURE(bad);
    CHECK_FALSE(takes(policy, bad));
    // An account that has it already may still change its email.
    CHECK(PasswordPolicy::same_as_email_fault(bad, email) == nullptr);
  }
  for (const char* good : {"Password", "password\r", "with space", "passwor", "password\nlast"}) {
    CAPTURE(good);
    CHECK(takes(policy, good));
  }
  CHECK_FALSE(takes(policy, email));
}

}  // namespace taskdock::security
