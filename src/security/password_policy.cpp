#include "security/password_policy.h"

#include "support/text.h"

namespace taskdock::security {

PasswordPolicy::PasswordPolicy(std::istream& denylist) {
  // Some editors write it before the first line (Unicode 15.0, 23.8, "Byte Order Mark").
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  bool is_first = true;
  for (std::string line; std::getline(denylist, line); is_first = false) {
    if (is_first && line.starts_with(mark)) line.erase(0, mark.size());
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) denied_.insert(std::move(line));
  }
}

const char* PasswordPolicy::fault(std::string_view password, std::string_view email) const {
  if (const char* fault = same_as_email_fault(password, email)) return fault;
  if (denied_.contains(std::string(password))) return "Password is on the list of denied ones";
  return nullptr;
}

const char* PasswordPolicy::same_as_email_fault(std::string_view password, std::string_view email) {
  if (password.empty() || !support::equals_ignoring_case(password, email)) return nullptr;
  return "Password and email must not be the same";
}

}  // namespace taskdock::security
