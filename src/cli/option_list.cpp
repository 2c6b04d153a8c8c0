#include "cli/option_list.h"

#include <cctype>
#include <utility>

namespace taskdock::cli {

namespace {

std::string variable_of(const std::string& flag) {
  std::string variable = "TASKDOCK_";
  for (const char c : flag.substr(2)) {
    variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable;
}

}  // namespace

void OptionList::add(const std::string& flag, const std::string& value,
                     const std::string& shown_default, const std::string& description, Read read) {
  options_.push_back({flag, variable_of(flag), value, shown_default, description, std::move(read)});
}

void OptionList::add_repeatable(const std::string& flag, const std::string& value,
                                const std::string& shown_default, const std::string& description,
                                Read read) {
  add(flag, value, shown_default, description, std::move(read));
  options_.back().is_repeatable = true;
}

void OptionList::add_flag_only(const std::string& flag, const std::string& value,
                               const std::string& shown_default, const std::string& description,
                               Read read) {
  options_.push_back({flag, {}, value, shown_default, description, std::move(read)});
}

void OptionList::add_switch(const std::string& flag, const std::string& description, Read read) {
  options_.push_back({flag, {}, {}, {}, description, std::move(read)});
}

void OptionList::add_variable_only(const std::string& variable, const std::string& description,
                                   Read read) {
  options_.push_back({{}, variable, {}, {}, description, std::move(read)});
}

void OptionList::add_argument(const std::string& name, const std::string& description, Read read) {
  arguments_.push_back({name, description, std::move(read)});
}

void OptionList::add_optional_argument(const std::string& name, const std::string& description,
                                       Read read) {
  arguments_.push_back({name, description, std::move(read), false});
}

}  // namespace taskdock::cli
