// Access tokens: only what was signed with the key is accepted, and of that only what has the
// declared form. An input is tried as a token, as the two parts of a token that are signed here,
// and as the text in a token's claims.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "property.h"
#include "security/base64url.h"
#include "security/digest.h"
#include "security/token.h"

using taskdock::fuzz::require;

namespace security = taskdock::security;
namespace support = taskdock::support;

namespace {

const std::vector<std::uint8_t> key(32, 7);
const security::TokenSigner signer(key);
const support::Timestamp now{std::chrono::seconds(1'767'695'400)};

std::string encode(std::string_view text) {
  return security::encode_base64url(security::as_bytes(text));
}

/// `token` without its last part, signed again.
std::string sign(const std::string& header_and_payload) {
  return header_and_payload + '.' +
         security::encode_base64url(security::hmac_sha256(key, header_and_payload));
}

void check_base64url(std::string_view text) {
  const std::string encoded = encode(text);
  const auto decoded = security::decode_base64url(encoded);
  require(decoded && security::as_text(*decoded) == text, "what is encoded is decoded to the same");
  if (const auto bytes = security::decode_base64url(text)) {
    require(security::encode_base64url(*bytes) == text, "each value has one encoding");
  }
}

/// An input that is accepted as it stands was signed with the key; the corpus has one.
void check_as_token(std::string_view text) {
  if (!signer.verify(text, now)) return;
  const std::string token(text);
  require(std::count(token.begin(), token.end(), '.') == 2, "a token has three parts");
  require(sign(token.substr(0, token.rfind('.'))) == token, "a token is signed with the key");
}

/// Header and payload are divided by the first line feed.
void check_as_parts(std::string_view text) {
  const std::size_t line_feed = text.find('\n');
  if (line_feed == std::string_view::npos) return;
  const std::string_view header = text.substr(0, line_feed);
  const std::string_view payload = text.substr(line_feed + 1);
  const std::string token = sign(encode(header) + '.' + encode(payload));
  const auto subject = signer.verify(token, now);

  const auto other_key = std::vector<std::uint8_t>(32, 8);
  require(!security::TokenSigner(other_key).verify(token, now), "another key accepts no token");
  if (!subject) return;

  const auto header_json = nlohmann::json::parse(header);
  require(header_json.at("alg") == "HS256", "the algorithm is HS256");
  require(!header_json.contains("crit"), "no extension is asked for");
  const auto claims = nlohmann::json::parse(payload);
  require(support::Uuid::parse(claims.at("sub").get<std::string>()) == subject->user_id,
          "the user is the one of the token");
  require(support::Uuid::parse(claims.at("sid").get<std::string>()) == subject->session_id,
          "the session is the one of the token");
  require(claims.at("exp").is_number_integer(), "the end is a whole number");
  const auto expires_at = claims.at("exp").get<std::int64_t>();
  require(expires_at > now.time_since_epoch() / std::chrono::seconds(1),
          "the end is still to come");
  // Later than any moment in microseconds there is no moment to try.
  if (expires_at > 9'000'000'000'000) return;
  require(!signer.verify(token, support::Timestamp(std::chrono::seconds(expires_at))),
          "at its end a token is no longer accepted");
}

void check_as_claims(std::string_view text) {
  std::string ascii(text);
  std::transform(ascii.begin(), ascii.end(), ascii.begin(),
                 [](char c) { return static_cast<char>(c & 0x7f); });
  ascii.resize(std::min<std::size_t>(ascii.size(), 350));
  security::Claims claims{.user_id = {},
                          .session_id = {},
                          .email = ascii.substr(0, ascii.size() / 2),
                          .name = ascii.substr(ascii.size() / 2),
                          .issued_at = now,
                          .expires_at = now + std::chrono::seconds(1),
                          .token_id = {}};
  for (std::size_t i = 0; i < 16 && i < text.size(); ++i) {
    claims.user_id.bytes[i] = static_cast<std::uint8_t>(text[i]);
    claims.session_id.bytes[15 - i] = static_cast<std::uint8_t>(text[text.size() - 1 - i]);
  }
  const std::string token = signer.sign(claims);
  const auto subject = signer.verify(token, now);
  require(subject && subject->user_id == claims.user_id && subject->session_id == claims.session_id,
          "what is signed is verified");
  require(!signer.verify(token, claims.expires_at), "a token ends");
  const auto payload = security::decode_base64url(
      token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1));
  const auto json = nlohmann::json::parse(security::as_text(*payload));
  require(json.at("email") == claims.email && json.at("name") == claims.name,
          "the texts in a token are those that were signed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = taskdock::fuzz::as_text(data, size);
  check_base64url(text);
  check_as_token(text);
  check_as_parts(text);
  check_as_claims(text);
  return 0;
}
