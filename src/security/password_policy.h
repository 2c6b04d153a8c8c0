#pragma once

#include <istream>
#include <string>
#include <string_view>
#include <unordered_set>

namespace taskdock::security {

/// Which passwords may not be chosen, beside those of the wrong length: the account's own email,
/// and those on the operator's list (NIST SP 800-63B, 5.1.1.2). Any thread may use it.
class PasswordPolicy {
 public:
  /// Without a list.
  PasswordPolicy() = default;
  /// With a list of passwords, one per line, each as it would be typed.
  explicit PasswordPolicy(std::istream& denylist);

  /// Whether there is a list, with at least one password.
  bool has_list() const { return !denied_.empty(); }

  /// Why `password` is not accepted for the account with `email` (in lower case), as a sentence;
  /// null if it is accepted, as the empty one is: the rule about the length refuses that.
  const char* fault(std::string_view password, std::string_view email) const;

  /// The same for an account that already has the password, and gets a new email.
  static const char* same_as_email_fault(std::string_view password, std::string_view email);

 private:
  std::unordered_set<std::string> denied_;
};

}  // namespace taskdock::security
