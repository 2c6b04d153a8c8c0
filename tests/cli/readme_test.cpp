#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "api/routes.h"
#include "cli/outcome.h"
#include "testing/paths.h"

namespace taskdock::testing {

namespace {

std::string readme() {
  std::ostringstream text;
  text << std::ifstream(source_directory() / "README.md").rdbuf();
  return text.str();
}

std::set<std::string> all_matches(const std::string& text, const std::regex& pattern) {
  return {std::sregex_token_iterator(text.begin(), text.end(), pattern, 0),
          std::sregex_token_iterator()};
}

}  // namespace

TEST_CASE("cli/readme: the table of endpoints is the route table") {
  std::set<std::string> rows;
  for (const api::Route& route : api::routes()) {
    rows.insert("| `" + std::string(route.method) + "` | `" + route.path + "` | " +
                std::string(route.summary) + " |");
  }
  CHECK(all_matches(readme(), std::regex(R"(\| `[A-Z]+` \| `/.*\|)")) == rows);
}

TEST_CASE("cli/readme: the flags and variables are those of --help") {
  const std::string output = run({"--help"}).output;
  const std::regex flag("--[a-z-]+");
  const std::regex variable("TASKDOCK_[A-Z_]+");
  CHECK(all_matches(readme(), variable) == all_matches(output, variable));

  const std::set<std::string> documented = all_matches(readme(), flag);
  for (const std::string& offered : all_matches(
           output + run({"user", "add", "--help"}).output + run({"token", "add", "--help"}).output,
           flag)) {
    if (offered != "--help" && offered != "--version") CHECK(documented.contains(offered));
  }
}

}  // namespace taskdock::testing
