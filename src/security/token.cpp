#include "security/token.h"

// This header of mbedTLS 2.28 forgets to say that it declares C functions.
extern "C" {
#include <mbedtls/constant_time.h>
}

#include <atomic>
#include <stdexcept>
#include <utility>

#include "security/base64url.h"
#include "security/digest.h"
#include "support/json_object.h"
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

/// Whether two texts are equal, in a time that depends on their lengths only.
bool is_same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && mbedtls_ct_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string encode_text(std::string_view text) {
  return encode_base64url(as_bytes(text));
}

/// The JSON object that a part of a token encodes, or nothing if it encodes something else.
std::optional<support::JsonObject> decode_part(std::string_view part) {
  const auto bytes = decode_base64url(part);
  if (!bytes) return std::nullopt;
  support::ParsedJson parsed = support::parse_json_object(as_text(*bytes));
  if (parsed.outcome != support::ParsedJson::Outcome::object) return std::nullopt;
  return std::move(parsed.object);
}

std::optional<support::Uuid> find_id(const support::JsonObject& claims, std::string_view name) {
  const JsonValue* value = claims.find(name);
  if (!value || value->kind != JsonValue::Kind::string) return std::nullopt;
  return support::Uuid::parse(value->string);
}

bool is_our_header(const support::JsonObject& header) {
  const JsonValue* algorithm = header.find("alg");
  return algorithm && algorithm->kind == JsonValue::Kind::string && algorithm->string == "HS256" &&
         !header.find("crit");
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
  if (last.signer != number_ || !is_same(last.token, token)) {
    const auto contents = read(token);
    if (!contents) return std::nullopt;
    last = {number_, std::string(token), *contents};
  }
  if (last.contents.expires_at <= to_unix_seconds(now)) return std::nullopt;
  return last.contents.subject;
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
  if (!signature || !is_same(as_text(*signature), as_text(expected))) return std::nullopt;

  const auto header = decode_part(token.substr(0, header_end));
  if (!header || !is_our_header(*header)) return std::nullopt;
  const auto payload = decode_part(payload_part);
  if (!payload) return std::nullopt;

  const JsonValue* expires = payload->find("exp");
  if (!expires || expires->kind != JsonValue::Kind::integer) return std::nullopt;
  const auto user_id = find_id(*payload, "sub");
  const auto session_id = find_id(*payload, "sid");
  if (!user_id || !session_id) return std::nullopt;
  return Contents{{*user_id, *session_id}, expires->integer};
}

}  // namespace taskdock::security
