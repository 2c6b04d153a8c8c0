#pragma once

#include <filesystem>
#include <string>

#include "cli/option_list.h"
#include "security/password_policy.h"
#include "support/log.h"

/// Options that several commands take.
namespace taskdock::cli {

/// --data.
class DataOption {
 public:
  DataOption();
  void declare(OptionList& list);

  /// The data directory. Throws WrongValue where none was given and there is no home directory.
  const std::filesystem::path& path() const;

 private:
  std::filesystem::path path_;
};

/// --log-level, of a log on standard error.
class LogOption {
 public:
  void declare(OptionList& list);

  /// Starts the log. Throws Failure, which names the log file, where it cannot be written.
  void start() const;

 protected:
  support::LogOptions options_;
};

/// --password-denylist.
class DenylistOption {
 public:
  void declare(OptionList& list);

  /// The policy with the list's passwords, or, where none was given, without a list. Throws
  /// WrongValue, which names the file, where it cannot be read or has no passwords in it.
  security::PasswordPolicy load() const;

 private:
  Given file_;  // its text is empty where none was given
};

}  // namespace taskdock::cli
