#pragma once

#include <functional>
#include <string>
#include <vector>

namespace taskdock::cli {

/// A value as it was given, and what gave it: a flag, a variable or an argument, by its name.
struct Given {
  std::string text;
  std::string source;
};

/// What one command takes: options, each with its environment variable, and arguments.
class OptionList {
 public:
  /// Takes a value. Throws WrongValue, which says what is wrong with the text and what would do,
  /// and leaves it to the caller to name the source.
  using Read = std::function<void(const Given&)>;

  struct Option {
    std::string flag;      // with its dashes; empty for what only a variable may give
    std::string variable;  // empty: there is none
    std::string value;     // what the help calls the value; empty: it takes none
    std::string shown_default;
    std::string description;
    Read read;  // called for each value that is given
    bool is_repeatable = false;
  };

  struct Argument {
    std::string name;
    std::string description;
    Read read;
    bool is_required = true;
  };

  /// An option whose variable is named after it: --log-level is TASKDOCK_LOG_LEVEL. A flag wins
  /// over its variable, and an empty variable is one that is not set.
  void add(const std::string& flag, const std::string& value, const std::string& shown_default,
           const std::string& description, Read read);
  /// The same, for an option that may be given several times: each value is read. Its flags
  /// together win over its variable.
  void add_repeatable(const std::string& flag, const std::string& value,
                      const std::string& shown_default, const std::string& description, Read read);
  /// An option without a variable.
  void add_flag_only(const std::string& flag, const std::string& value,
                     const std::string& shown_default, const std::string& description, Read read);
  /// An option without a value and a variable; `read` is called if it is given.
  void add_switch(const std::string& flag, const std::string& description, Read read);
  /// A secret, which must not be visible on a command line: only a variable can give it, which is
  /// removed from the environment when it is read. An empty variable counts as given.
  void add_variable_only(const std::string& variable, const std::string& description, Read read);
  /// An argument, which must be given.
  void add_argument(const std::string& name, const std::string& description, Read read);

  /// An argument, which may be given.
  void add_optional_argument(const std::string& name, const std::string& description, Read read);

  const std::vector<Option>& options() const { return options_; }
  const std::vector<Argument>& arguments() const { return arguments_; }

 private:
  std::vector<Option> options_;
  std::vector<Argument> arguments_;
};

}  // namespace taskdock::cli
