#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/build_info.h"
#include "cli/standard_streams.h"
#include "cli/suggestion.h"
#include "http/server.h"
#include "store/store.h"
#include "system/environment.h"

namespace taskdock::cli {

namespace {

std::string version_text() {
  return std::string("taskdock ") + version() + " (" + commit() + ")\n" + store::engine_version() +
         "\ncpp-httplib " + http::http_library_version();
}

/// A command and its place on the command line. CLI11 only splits the command line and prints the
/// help: values are parsed by the commands that declare them, which can say what is wrong with one.
struct Branch {
  CLI::App* app = nullptr;
  std::string name;  // such as "user list"
  std::unique_ptr<Command> command;
  OptionList list;
  std::map<std::string, CLI::Option*> by_flag;
  std::vector<CLI::Option*> arguments;  // in the order of the list's
};

class CommandLine {
 public:
  CommandLine();

  std::unique_ptr<Command> read(int argc, char** argv);

 private:
  CLI::App* add_app(CLI::App& parent, const std::string& name, const std::string& description);
  CLI::Option* add_text(CLI::App& app, const std::string& name, const std::string& description);
  void add_options(CLI::App& app, const OptionList& list,
                   std::map<std::string, CLI::Option*>& by_flag);
  void cut(int argc, char** argv);
  void require_value(const std::string& last) const;
  Branch& chosen();
  [[noreturn]] void refuse_group(const CLI::App& group) const;
  void check_surplus(const Branch& branch) const;
  void check_options_before(const Branch& branch) const;
  std::vector<Given> find(const Branch& branch, const OptionList::Option& option) const;

  std::deque<std::string> texts_;  // CLI11 needs them for its results, which are read elsewhere
  CLI::App root_{"A task-management backend in one executable: accounts and tasks over HTTP.",
                 "taskdock"};
  std::map<std::string, CLI::App*> groups_;
  std::map<std::string, CLI::Option*> root_options_;  // those of the first command
  std::vector<Branch> branches_;
};

/// What is printed below the options: the variables that have no option, and how an argument is
/// given that looks like an option.
std::string footer(const OptionList& list) {
  std::string text;
  if (!list.arguments().empty()) {
    text = "Behind -- all words are arguments, also those that begin with a dash.";
  }
  for (const OptionList::Option& option : list.options()) {
    if (!option.flag.empty()) continue;
    if (!text.empty()) text += '\n';
    text += option.variable + ": " + option.description;
  }
  return text;
}

CommandLine::CommandLine() {
  root_.set_version_flag("--version", version_text(), "Print the versions and exit");
  root_.set_help_flag("-h,--help", "Print this help and exit");
  root_.require_subcommand(0, 1);
  root_.allow_extras();
  for (const CommandGroup& group : all_command_groups()) {
    // Made when the first of its commands is, so that the help has the order of the table.
    groups_[group.name] = nullptr;
  }
  for (const CommandEntry& entry : all_commands()) {
    const std::string name = entry.name;
    const std::size_t space = name.find(' ');
    CLI::App* parent = &root_;
    if (space != std::string::npos) {
      CLI::App*& group = groups_.at(name.substr(0, space));
      for (const CommandGroup& known : all_command_groups()) {
        if (!group && known.name == name.substr(0, space)) {
          group = add_app(root_, known.name, known.description);
          group->require_subcommand(0, 1);
        }
      }
      parent = group;
    }
    Branch branch;
    branch.app = add_app(*parent, space == std::string::npos ? name : name.substr(space + 1),
                         entry.description);
    branch.name = name;
    branch.command = entry.make();
    branch.command->declare(branch.list);
    add_options(*branch.app, branch.list, branch.by_flag);
    for (const OptionList::Argument& argument : branch.list.arguments()) {
      branch.arguments.push_back(add_text(*branch.app, argument.name, argument.description));
      branch.arguments.back()->required(argument.is_required)->option_text(" ");
    }
    branches_.push_back(std::move(branch));
  }
  const Branch& first = branches_.front();
  add_options(root_, first.list, root_options_);
  root_.footer("These are the options of " + first.name +
               ". For those of another command: taskdock COMMAND --help.\n" + footer(first.list));
}

CLI::App* CommandLine::add_app(CLI::App& parent, const std::string& name,
                               const std::string& description) {
  CLI::App* app = parent.add_subcommand(name, description);
  // The options of taskdock itself may stand behind a command, too.
  app->fallthrough();
  app->allow_extras();
  return app;
}

CLI::Option* CommandLine::add_text(CLI::App& app, const std::string& name,
                                   const std::string& description) {
  return app.add_option(name, texts_.emplace_back(), description);
}

void CommandLine::add_options(CLI::App& app, const OptionList& list,
                              std::map<std::string, CLI::Option*>& by_flag) {
  for (const OptionList::Option& option : list.options()) {
    if (option.flag.empty()) continue;
    if (option.value.empty()) {
      by_flag[option.flag] = app.add_flag(option.flag, option.description)->disable_flag_override();
      continue;
    }
    std::string text = option.value + " [" + option.shown_default + ']';
    if (!option.variable.empty()) text += " (" + option.variable + ')';
    CLI::Option* added = add_text(app, option.flag, option.description)->option_text(text);
    if (option.is_repeatable) added->multi_option_policy(CLI::MultiOptionPolicy::Join);
    by_flag[option.flag] = added;
  }
  app.footer(footer(list));
}

/// Ends the options: each word behind it is an argument, even if it begins with a dash (POSIX,
/// 12.2, guideline 10).
constexpr const char* end_of_options = "--";

/// What a word behind the end of the options begins with if it would be an option otherwise: CLI11
/// would take it for one. No word of a command line can have this character.
constexpr char argument_mark = '\0';

std::string without_mark(const std::string& word) {
  return word.starts_with(argument_mark) ? word.substr(1) : word;
}

bool is_repeatable(const CLI::Option& option) {
  return option.get_multi_option_policy() == CLI::MultiOptionPolicy::Join;
}

void check_given_once(const std::map<std::string, CLI::Option*>& options) {
  for (const auto& [flag, option] : options) {
    if (option->count() > 1 && !is_repeatable(*option)) {
      throw WrongValue(flag + " is given more than once");
    }
  }
}

void check_arguments(const Branch& branch) {
  for (std::size_t i = 0; i < branch.arguments.size(); ++i) {
    if (branch.arguments[i]->count() > 0 || !branch.list.arguments()[i].is_required) continue;
    const std::string& name = branch.list.arguments()[i].name;
    std::string what = branch.name;
    what.append(" needs ").append(name);
    what.append(": taskdock ").append(branch.name).append(" ").append(name);
    throw WrongValue(what);
  }
}

/// Refuses an option for a value: CLI11 takes the next word, whatever it is.
void check_values(const Branch& branch, const std::map<std::string, CLI::Option*>& by_flag) {
  for (const OptionList::Option& option : branch.list.options()) {
    const auto found = by_flag.find(option.flag);
    if (found == by_flag.end()) continue;
    for (const std::string& text : found->second->results()) {
      if (!branch.by_flag.contains(text.substr(0, text.find('=')))) continue;
      throw WrongValue(option.flag + " needs a value: " + option.flag + ' ' + option.value +
                       ", and not " + text);
    }
  }
}

/// Refuses the command line if `last`, with no value behind it, needs one.
void CommandLine::require_value(const std::string& last) const {
  for (const Branch& branch : branches_) {
    for (const OptionList::Option& option : branch.list.options()) {
      if (option.value.empty() || option.flag != last) continue;
      throw WrongValue(option.flag + " needs a value: " + option.flag + ' ' + option.value);
    }
  }
}

/// Lets CLI11 split the command line, and says in plain words what is wrong if it cannot.
void CommandLine::cut(int argc, char** argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  auto end = std::find(words.begin(), words.end(), end_of_options);
  for (auto word = words.begin(); word != end; ++word) {
    // CLI11 would take the next word for the value.
    if (word->starts_with("--") && word->find('=') == word->size() - 1) {
      throw WrongValue(word->substr(0, word->size() - 1) + ": the value behind '=' is empty");
    }
  }
  const std::string last = end == words.begin() ? "" : *std::prev(end);
  if (end != words.end()) {
    require_value(last);
    for (end = words.erase(end); end != words.end(); ++end) {
      if (end->starts_with('-')) end->insert(0, 1, argument_mark);
    }
  }
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the end
  try {
    root_.parse(std::move(words));
  } catch (const CLI::Success&) {
    throw;
  } catch (const CLI::ParseError& error) {
    check_given_once(root_options_);
    for (const Branch& branch : branches_) {
      check_given_once(branch.by_flag);
      if (branch.app->count() > 0) check_arguments(branch);
    }
    require_value(last);
    throw WrongValue(error.what());
  }
}

/// The command that was named, or the first where none was.
Branch& CommandLine::chosen() {
  for (Branch& branch : branches_) {
    if (branch.app->count() > 0) return branch;
  }
  for (const auto& [name, group] : groups_) {
    if (group->count() > 0) refuse_group(*group);
  }
  return branches_.front();
}

/// Says which commands a group has.
void CommandLine::refuse_group(const CLI::App& group) const {
  std::vector<std::string> names;
  for (const CLI::App* app : group.get_subcommands({})) names.push_back(app->get_name());
  const std::string& name = group.get_name();
  // What the group does not know falls through to the root.
  const std::vector<std::string> surplus = root_.remaining();
  if (surplus.empty()) {
    throw WrongValue(name + " needs a command: taskdock " + name + ' ' + join(names, "|"));
  }
  const std::string word = without_mark(surplus.front());
  throw WrongValue(name + ": '" + word + "' is not one of its commands, which are " + join(names) +
                   suggestion(word, names));
}

/// Refuses words that are neither commands nor options, and suggests similar ones.
void CommandLine::check_surplus(const Branch& branch) const {
  std::vector<std::string> surplus = root_.remaining(true);
  if (surplus.empty()) return;
  const bool is_argument = surplus.front().starts_with(argument_mark);
  std::string word = without_mark(surplus.front());
  const std::string help = "taskdock " + branch.name + " --help lists what it takes";
  if (!is_argument && word.starts_with('-') && word.size() > 1) {
    word = word.substr(0, word.find('='));
    std::vector<std::string> flags = {"--help"};
    for (const auto& [flag, option] : branch.by_flag) flags.push_back(flag);
    throw WrongValue(branch.name + " has no option " + word + suggestion(word, flags) + " (" +
                     help + ')');
  }
  if (branch.app->count() > 0) {
    throw WrongValue(branch.name + " does not take the argument '" + word + "' (" + help + ')');
  }
  std::vector<std::string> names;
  for (const CLI::App* app : root_.get_subcommands({})) names.push_back(app->get_name());
  throw WrongValue("'" + word + "' is not one of the commands, which are " + join(names) +
                   suggestion(word, names) + " (taskdock --help explains them)");
}

/// Options before the command are the command's where it has them, and otherwise mean nothing.
void CommandLine::check_options_before(const Branch& branch) const {
  for (const auto& [flag, option] : root_options_) {
    if (option->count() == 0) continue;
    const auto own = branch.by_flag.find(flag);
    if (own == branch.by_flag.end()) {
      throw WrongValue(branch.name + " does not take " + flag + " (taskdock " + branch.name +
                       " --help lists what it takes)");
    }
    if (own->second->count() > 0 && !is_repeatable(*option)) {
      throw WrongValue(flag + " is given more than once");
    }
  }
}

/// The values that an option was given, and by what.
std::vector<Given> CommandLine::find(const Branch& branch, const OptionList::Option& option) const {
  std::vector<Given> values;
  if (!option.flag.empty()) {
    const auto before = root_options_.find(option.flag);
    for (const CLI::Option* given : {before == root_options_.end() ? nullptr : before->second,
                                     branch.by_flag.at(option.flag)}) {
      if (!given) continue;
      for (const std::string& text : given->results()) values.push_back({text, option.flag});
    }
  }
  if (!values.empty() || option.variable.empty()) return values;
  if (option.flag.empty()) {
    if (const auto secret = system::take_variable(option.variable)) {
      values.push_back({*secret, option.variable});
    }
    return values;
  }
  const char* value = std::getenv(option.variable.c_str());
  if (value && *value != '\0') values.push_back({value, option.variable});
  return values;
}

void take(const OptionList::Read& read, const Given& given) {
  try {
    read(given);
  } catch (const WrongValue& error) {
    throw WrongValue(given.source + ": " + error.what());
  }
}

std::unique_ptr<Command> CommandLine::read(int argc, char** argv) {
  try {
    cut(argc, argv);
  } catch (const CLI::Success& asked) {
    std::ostringstream text;
    root_.exit(asked, text);
    write_output(text.str());
    return nullptr;
  }
  Branch& branch = chosen();
  check_values(branch, root_options_);
  check_values(branch, branch.by_flag);
  check_surplus(branch);
  check_options_before(branch);
  for (std::size_t i = 0; i < branch.arguments.size(); ++i) {
    const OptionList::Argument& argument = branch.list.arguments()[i];
    if (branch.arguments[i]->count() == 0) continue;
    take(argument.read, {without_mark(branch.arguments[i]->results().front()), argument.name});
  }
  for (const OptionList::Option& option : branch.list.options()) {
    for (const Given& given : find(branch, option)) take(option.read, given);
  }
  return std::move(branch.command);
}

}  // namespace

std::unique_ptr<Command> read_command_line(int argc, char** argv) {
  return CommandLine().read(argc, argv);
}

}  // namespace taskdock::cli
