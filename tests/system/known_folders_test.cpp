#include "system/known_folders.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

namespace taskdock::system {

namespace {

/// An environment variable, as it was before when this ends.
class Variable {
 public:
  explicit Variable(const char* name) : name_(name) {
    if (const char* value = std::getenv(name)) before_ = value;
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { set(before_ ? before_->c_str() : nullptr); }

  /// Null: it is not set.
  void set(const char* value) {
    if (value) {
      ::setenv(name_, value, 1);
    } else {
      ::unsetenv(name_);
    }
  }

 private:
  const char* const name_;
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("system/known_folders: a user's data is where XDG_DATA_HOME says, or else below HOME") {
  Variable data_home("XDG_DATA_HOME");
  Variable home("HOME");
  home.set("/home/ann");
  data_home.set("/data/ann");
  CHECK(user_data_folder() == "/data/ann");
  for (const char* not_set : {static_cast<const char*>(nullptr), "", "relative/path"}) {
    data_home.set(not_set);
    CHECK(user_data_folder() == "/home/ann/.local/share");
  }
  home.set("");
  CHECK_FALSE(user_data_folder());
  home.set(nullptr);
  CHECK_FALSE(user_data_folder());
  data_home.set("/data/ann");
  CHECK(user_data_folder() == "/data/ann");
}

}  // namespace taskdock::system
