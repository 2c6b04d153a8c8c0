#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/data_directory.h"
#include "cli/directory_lock.h"
#include "cli/failure.h"
#include "cli/values.h"
#include "store/store.h"

/// What the commands about users and their tokens share.
namespace taskdock::cli {

/// The store of a data directory for one piece of work, also while a server runs. It must not be
/// kept open while something takes long.
class StoreAtWork {
 public:
  /// Throws Failure, with what to do.
  explicit StoreAtWork(const std::filesystem::path& data);

  store::Store& operator*() const { return *store_; }
  store::Store* operator->() const { return store_.get(); }

 private:
  const DataDirectory directory_;
  const SharedLock lock_;
  const std::unique_ptr<store::Store> store_;
};

/// A command about users, or what is theirs: its run() prepares the process and says plainly what
/// the store cannot do.
class UserCommand : public Command {
 public:
  void declare(OptionList& list) override;
  ExitStatus run() final;

 protected:
  /// Whether it may be the first to use the data directory.
  virtual bool makes_database() const { return false; }
  /// Whether it can take long, so that somebody may interrupt it: then that is said, and nothing is
  /// left of a file that it writes. Not where it asks for a password (system/terminal.h).
  virtual bool takes_long() const { return false; }
  virtual void work() = 0;

  const std::filesystem::path& data() const { return data_.path(); }

 private:
  DataOption data_;
  LogOption log_;
};

/// A command about one user, whom the argument EMAIL names.
class OneUserCommand : public UserCommand {
 public:
  void declare(OptionList& list) override;

 protected:
  /// The email as it is kept.
  const std::string& email() const { return email_; }

 private:
  std::string email_;
};

/// Throws Failure where nobody has the email.
store::Credentials find_user(store::Store& store, const std::string& email);

/// Asks for a new password for the user with `email`, and returns its hash. Throws WrongValue for
/// what sign-up would not take either.
std::string ask_for_password_hash(const security::PasswordPolicy& policy, const std::string& email);

}  // namespace taskdock::cli
