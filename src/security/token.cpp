#include "security/token.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "security/base64url.h"
#include "security/constant_time.h"
#include "security/digest.h"
#include "support/json_value.h"
#include "support/json_writer.h"

namespace taskdock::security {

namespace {

using support::JsonValue;

// More than any token that sign() returns: an email of 254 characters and a name of 100, escaped
// and encoded, stay below it. A header line cannot be longer.
constexpr std::size_t max_token_bytes = 8192;

std::int64_t to_unix_seconds(support::Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

/// What is_same_secret() does, eight bytes at a time, for texts that every request compares. What
/// differs is collected in a volatile variable, so that the compiler cannot end the loop early.
bool is_same_token(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  volatile std::uint64_t difference = 0;
  std::size_t at = 0;
  for (std::uint64_t x, y; a.size() - at >= sizeof(x); at += sizeof(x)) {
    std::memcpy(&x, a.data() + at, sizeof(x));
    std::memcpy(&y, b.data() + at, sizeof(y));
    difference = difference | (x ^ y);
  }
  const bool is_rest_same = is_same_secret(a.substr(at), b.substr(at));
  return difference == 0 && is_rest_same;
}

std::string encode_text(std::string_view text) {
  return encode_base64url(as_bytes(text));
}

/// The JSON text that a part of a token encodes, or nothing if it is not base64url.
std::optional<std::string> decode_part(std::string_view part) {
  const auto bytes = decode_base64url(part);
  if (!bytes) return std::nullopt;
  return std::string(as_text(*bytes));
}

/// The members `names` of the JSON object that `json` is; nothing if it is none. `json` must
/// outlive them.
template <std::size_t count>
std::optional<std::array<JsonValue, count>> find_members(
    const std::string& json, const std::array<std::string_view, count>& names) {
  const JsonValue object = support::parse_json(json).value;
  if (object.kind != JsonValue::Kind::object) return std::nullopt;
  std::array<JsonValue, count> values;
  support::find_json_members(object, names, values);
  return values;
}

std::optional<support::Uuid> read_id(const JsonValue& value) {
  if (value.kind != JsonValue::Kind::string) return std::nullopt;
  return support::Uuid::parse(support::decode_json_string(value));
}

/// Whether a token's header is one of ours; an extension that must be understood is not (RFC 7515,
/// 4.1.11).
bool is_our_header(const std::string& json) {
  const auto members = find_members<2>(json, {"alg", "crit"});
  if (!members) return false;
  const auto& [algorithm, critical] = *members;
  return algorithm.kind == JsonValue::Kind::string &&
         support::decode_json_string(algorithm) == "HS256" &&
         critical.kind == JsonValue::Kind::absent;
}

}  // namespace

TokenSigner::TokenSigner(std::vector<std::uint8_t> key) : key_(std::move(key)) {
  static std::atomic<std::uint64_t> count{0};
  number_ = ++count;
  if (key_.size() < min_key_bytes) throw std::invalid_argument("the signing key is too short");
}

std::string TokenSigner::sign(const Claims& claims) const {
  std::string payload = R"({"sub":")" + claims.user_id.to_string();
  payload += R"(","sid":")" + claims.session_id.to_string() + R"(","email":)";
  support::append_json_string(payload, claims.email);
  payload += R"(,"name":)";
  support::append_json_string(payload, claims.name);
  payload += R"(,"iat":)" + std::to_string(to_unix_seconds(claims.issued_at));
  payload += R"(,"exp":)" + std::to_string(to_unix_seconds(claims.expires_at));
  payload += R"(,"jti":")" + claims.token_id.to_string() + R"("})";

  std::string token = encode_text(R"({"alg":"HS256","typ":"JWT"})") + '.' + encode_text(payload);
  return token + '.' + encode_base64url(hmac_sha256(key_, token));
}

std::optional<Subject> TokenSigner::verify(std::string_view token, support::Timestamp now) const {
  // The content of a token never changes, and a thread often receives the same token many times.
  struct Known {
    std::uint64_t signer = 0;
    std::string token;
    Contents contents;
  };
  thread_local Known last;
  if (last.signer != number_ || !is_same_token(last.token, token)) {
    const auto contents = read(token);
    if (!contents) return std::nullopt;
    last = {number_, std::string(token), *contents};
  }
  if (last.contents.expires_at <= to_unix_seconds(now)) return std::nullopt;
  return last.contents.subject;
}

bool TokenSigner::is_forged(std::string_view token) const {
  std::size_t parts = 0;
  for (std::string_view rest = token; !rest.empty() || parts == 0; ++parts) {
    const std::string_view part = rest.substr(0, rest.find('.'));
    if (part.empty() || !decode_base64url(part)) return false;
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  return parts == 3 && !read(token);
}

std::optional<TokenSigner::Contents> TokenSigner::read(std::string_view token) const {
  if (token.size() > max_token_bytes) return std::nullopt;
  const std::size_t header_end = token.find('.');
  const std::size_t payload_end = token.rfind('.');
  if (header_end == std::string_view::npos || header_end == payload_end) return std::nullopt;
  const std::string_view payload_part = token.substr(
      header_end + 1, payload_end - header_end - 1);  // with a dot in it, it cannot be decoded

  const auto signature = decode_base64url(token.substr(payload_end + 1));
  const Digest expected = hmac_sha256(key_, token.substr(0, payload_end));
  if (!signature || !is_same_secret(as_text(*signature), as_text(expected))) return std::nullopt;

  const auto header = decode_part(token.substr(0, header_end));
  if (!header || !is_our_header(*header)) return std::nullopt;
  const auto payload = decode_part(payload_part);
  if (!payload) return std::nullopt;
  const auto claims = find_members<3>(*payload, {"sub", "sid", "exp"});
  if (!claims) return std::nullopt;

  const auto user_id = read_id((*claims)[0]);
  const auto session_id = read_id((*claims)[1]);
  const auto expires_at = support::parse_json_integer((*claims)[2]);
  if (!user_id || !session_id || !expires_at) return std::nullopt;
  return Contents{{*user_id, *session_id}, *expires_at};
}

}  // namespace taskdock::security
