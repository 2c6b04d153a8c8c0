#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/read.h"
#include "cli/failure.h"
#include "cli/suggestion.h"
#include "http/trusted_proxies.h"
#include "security/throttle.h"
#include "support/text.h"
#include "system/listener.h"

/// What the values of options stand for. Those that can fail throw WrongValue, which says what is
/// wrong with the text and what would do.
namespace taskdock::cli {

/// A whole number in decimal from `min` to `max`.
std::int64_t read_whole(const std::string& text, std::int64_t min, std::int64_t max);

/// A limit from 1 on, or nothing for "none".
std::optional<std::int64_t> read_limit(const std::string& text);

/// A numeric address. No name is looked up (a static executable cannot), but localhost is known.
std::string read_address(const std::string& text);

/// Places to listen, separated by commas: http://HOST:PORT with a numeric address or localhost, or
/// unix:PATH; a relative path is one in the current directory. "none" is the empty list.
std::vector<system::Endpoint> read_endpoints(const std::string& text);

/// Addresses and networks of proxies, and the word unix, separated by commas. "none" is the empty
/// list.
http::TrustedProxies read_trusted_proxies(const std::string& text);

/// A number and a unit, s, m, h or d for seconds to days, such as 24h; from one second on.
std::chrono::seconds read_duration(const std::string& text);

/// COUNT/SECONDS.
security::Allowance read_allowance(const std::string& text);
/// The same the other way round.
std::string to_text(const security::Allowance& allowance);

/// The parts of a list that is separated by commas, without the spaces around them; none for
/// "none".
std::vector<std::string> split(const std::string& text);

/// The secret in the first line of a file, or, where `text` is fd:N, of the open file descriptor N.
std::string read_secret_line(const std::string& text);

/// A path, which must not be empty.
std::filesystem::path read_path(const std::string& text);

/// An existing directory, as an absolute path.
std::filesystem::path read_directory(const std::string& text);

/// `path`, which need not exist, as an absolute path without links.
std::filesystem::path resolve(const std::filesystem::path& path);

/// Whether `path` is `directory` or below it. Neither need exist.
bool is_within(const std::filesystem::path& path, const std::filesystem::path& directory);

/// One of several words, each of which stands for a value.
template <class Value>
using Words = std::map<std::string, Value>;

template <class Value>
Value read_word(const std::string& text, const Words<Value>& words) {
  if (const auto found = words.find(text); found != words.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [word, value] : words) names.push_back(word);
  throw WrongValue("'" + text + "' is not one of " + join(names) + suggestion(text, names));
}

/// The value that `text` stands for by a rule of the API. What is wrong with it is said in a
/// sentence about `name`.
template <class Rule>
std::string read_by_rule(const std::string& text, const Rule& rule, std::string_view name) {
  if (!support::is_utf8(text)) throw WrongValue(std::string(name) + " is not valid UTF-8");
  try {
    return api::read_text(rule, text, name);
  } catch (const api::ValidationError& error) {
    throw WrongValue(api::sentence_of(error.faults().front()));
  }
}

/// Web origins, separated by commas, as browsers send them: scheme and host in lower case, without
/// the scheme's own port, or null (RFC 6454, 6.1; url.spec.whatwg.org, "origin"). "none" is the
/// empty list.
std::vector<std::string> read_origins(const std::string& text);

/// Hosts, each with a port or without, separated by commas; in lower case, without doubles. "none"
/// is the empty list.
std::vector<std::string> read_hosts(const std::string& text);

}  // namespace taskdock::cli
