// Email addresses. What is accepted has one normal form, and nothing in it that a header, a log or
// a page would have to escape.
#include <algorithm>
#include <string>

#include "api/account_types.h"
#include "api/email.h"
#include "api/read.h"
#include "property.h"
#include "support/json_writer.h"
#include "support/text.h"

using taskdock::fuzz::require;

namespace api = taskdock::api;
namespace support = taskdock::support;

namespace {

void check_accepted(const std::string& email) {
  require(email.size() <= api::max_email_length, "an email is not too long");
  require(std::count(email.begin(), email.end(), '@') == 1, "an email has exactly one @");
  require(std::all_of(email.begin(), email.end(), [](char c) { return c > ' ' && c < 0x7f; }),
          "an email is visible ASCII");
  require(support::trim(email) == email, "there is no white space around an email");
  require(support::printable(email) == email, "an email can be printed");

  const std::string name = api::default_name(email);
  require(!name.empty() && name.size() <= 64 && email.starts_with(name + '@'),
          "the default name is the part before the @");
  const std::string domain = email.substr(name.size() + 1);
  require(
      ('.' + domain + '.').find("..") == std::string::npos && domain.find('.') != std::string::npos,
      "the domain has at least two labels, and none of them is empty");

  require(api::email_fault(' ' + email), "an email does not begin with a space");
  require(api::email_fault(email + '\n'), "an email does not end with a line feed");
  require(api::email_fault(email + '@'), "an email has no second @");
  require(api::email_fault('.' + email), "no email begins with a dot");
  require(api::email_fault(email + '.'), "no email ends with a dot");
}

/// What a log-in with `email` reads as its email.
std::string read_log_in(const std::string& email, bool& accepted) {
  std::string body = R"({"password":"x","email":)";
  support::append_json_string(body, email);
  body += '}';
  api::Faults faults;
  const auto request = api::read_body<api::LoginRequest>(body, faults);
  accepted = faults.empty();
  return request.email;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string email(taskdock::fuzz::as_text(data, size));
  const std::string lower = support::to_lower_ascii(email);
  const bool is_accepted = !api::email_fault(email);
  require(is_accepted == !api::email_fault(lower),
          "whether an email is taken is a question of no case");
  require(support::to_lower_ascii(lower) == lower, "lower case stays as it is");
  if (!is_accepted) return 0;
  check_accepted(email);

  bool accepted = false;
  const std::string normal = read_log_in(" \t" + email + "\n", accepted);
  require(accepted && normal == lower, "an email is read in its normal form");
  require(read_log_in(normal, accepted) == normal && accepted, "the normal form stays as it is");
  return 0;
}
