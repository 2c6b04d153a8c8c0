#include "cli/suggestion.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace taskdock::cli {

namespace {

/// How many characters must be put in, left out or replaced to make `b` of `a` (Levenshtein).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion(const std::string& text, const std::vector<std::string>& names) {
  constexpr std::size_t max_length = 64;  // of what could be one of the names, mistyped
  constexpr std::size_t max_distance = 2;
  if (text.empty() || text.size() > max_length) return {};
  const std::string* nearest = nullptr;
  std::size_t least = std::min(max_distance, text.size() - 1) + 1;
  for (const std::string& name : names) {
    const std::size_t there = distance(text, name);
    if (there >= least) continue;
    least = there;
    nearest = &name;
  }
  return nearest ? "; did you mean '" + *nearest + "'?" : std::string();
}

std::string join(const std::vector<std::string>& names, const std::string& separator) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? std::string() : separator) + name;
  return all;
}

}  // namespace taskdock::cli
