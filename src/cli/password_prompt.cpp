#include "cli/password_prompt.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "api/account_types.h"
#include "cli/failure.h"
#include "system/terminal.h"

namespace taskdock::cli {

namespace {

// More than the longest password has in UTF-8.
constexpr std::size_t max_bytes = 1024;

std::optional<char> read_byte() {
  try {
    return system::read_input_byte();
  } catch (const std::system_error& error) {
    throw Failure(ExitStatus::failed,
                  "the password cannot be read from standard input: " + error.code().message());
  }
}

/// The next line of standard input, without its end; nothing if there is none.
std::optional<std::string> read_line() {
  std::string line;
  for (;;) {
    const std::optional<char> c = read_byte();
    if (!c && line.empty()) return std::nullopt;
    if (!c || *c == '\n') break;
    if (line.size() == max_bytes) {
      throw WrongValue("the password is too long: it may have at most " +
                       std::to_string(api::new_password.max) + " characters");
    }
    line += *c;
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::optional<std::string> ask(const std::string& question) {
  std::fprintf(stderr, "%s: ", question.c_str());
  auto line = read_line();
  if (!line) std::fputc('\n', stderr);  // a line brings its own
  return line;
}

/// Throws Failure if the terminal would show the password.
std::unique_ptr<system::HiddenTyping> hide_typing() {
  try {
    return std::make_unique<system::HiddenTyping>();
  } catch (const std::system_error& error) {
    throw Failure(ExitStatus::failed,
                  "the terminal cannot be set up for a password: " + error.code().message());
  }
}

std::optional<std::string> ask_twice(const std::string& email) {
  const auto hidden = hide_typing();
  auto password = ask("New password for " + email);
  if (password && ask("Repeat the password") != password) {
    throw WrongValue("the two passwords are not the same");
  }
  return password;
}

}  // namespace

std::string read_new_password(const std::string& email) {
  auto password = system::input_is_terminal() ? ask_twice(email) : read_line();
  if (!password) {
    throw WrongValue("no password was given on standard input: its first line is the password");
  }
  return std::move(*password);
}

}  // namespace taskdock::cli
