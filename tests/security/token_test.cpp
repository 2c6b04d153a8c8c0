#include "security/token.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "security/token_forge.h"
#include "testing/fakes.h"

namespace taskdock::security {

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using support::Uuid;
using testing::FakeClock;

constexpr const char* user_text = "0199b0c1-0000-7000-8000-0123456789ab";
constexpr const char* session_text = "0199b0c1-0000-7000-8000-fedcba987654";

/// A signer, a clock and a token that is good for half an hour by it.
struct OneSigner {
  FakeClock clock;
  TokenSigner signer{test_key()};
  Claims claims{.user_id = *Uuid::parse(user_text),
                .session_id = *Uuid::parse(session_text),
                .email = "ann@example.com",
                .name = "Ann",
                .issued_at = clock.now(),
                .expires_at = clock.now() + 30min,
                .token_id = *Uuid::parse("0199b0c1-0000-7000-8000-000000000001")};
  std::string token = signer.sign(claims);

  bool accepts(const std::string& text) const {
    return signer.verify(text, clock.now()).has_value();
  }
  std::int64_t now_seconds() const {
    return std::chrono::floor<std::chrono::seconds>(clock.now()).time_since_epoch().count();
  }
  std::string good_payload() const {
    return payload("\"exp\":" + std::to_string(now_seconds() + 60));
  }
  static std::string payload(const std::string& members) {
    return R"({"sub":")"s + user_text + R"(","sid":")" + session_text + "\"," + members + '}';
  }
  bool accepts_payload(const std::string& json) const {
    return accepts(signed_token(good_header, json));
  }
  bool accepts_header(const std::string& json) const {
    return accepts(signed_token(json, good_payload()));
  }
};

nlohmann::json json_of(const std::string& part) {
  const auto bytes = decode_base64url(part);
  REQUIRE(bytes);
  return nlohmann::json::parse(*bytes);
}

}  // namespace

TEST_CASE_FIXTURE(OneSigner, "security/token: a token we made names its user until it expires") {
  CHECK(signer.verify(token, clock.now())->user_id == claims.user_id);
  CHECK(signer.verify(token, clock.now())->session_id == claims.session_id);
  clock.advance(30min - 1s);
  CHECK(accepts(token));
  clock.advance(999'999us - std::chrono::microseconds(clock.now().time_since_epoch() % 1s));
  CHECK(accepts(token));  // the last microsecond before the second that exp names
  clock.advance(1us);
  CHECK_FALSE(accepts(token));
  clock.advance(24h * 365);
  CHECK_FALSE(accepts(token));
}

TEST_CASE_FIXTURE(OneSigner,
                  "security/token: a token holds the claims the contract names, in whole seconds") {
  const Parts parts = parts_of(token);
  CHECK(json_of(parts.header) == nlohmann::json{{"alg", "HS256"}, {"typ", "JWT"}});
  CHECK(json_of(parts.payload) == nlohmann::json{{"sub", user_text},
                                                 {"sid", session_text},
                                                 {"email", "ann@example.com"},
                                                 {"name", "Ann"},
                                                 {"iat", 1'767'695'400},
                                                 {"exp", 1'767'695'400 + 1800},
                                                 {"jti", claims.token_id.to_string()}});
}

TEST_CASE_FIXTURE(OneSigner,
                  "security/token: the signature is HMAC-SHA-256 over the first two parts") {
  const Parts parts = parts_of(token);
  CHECK(parts.signature == encoded(hmac(parts.header + '.' + parts.payload, test_key())));
}

TEST_CASE(
    "security/token: RFC 7515's example A.1 has the signature we compute, and its words are read") {
  const auto key = decode_base64url(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  REQUIRE(key);
  const std::string signed_part =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
      "fQ";
  // The forge that all the attacks below rely on computes what the RFC says.
  CHECK(encoded(hmac(signed_part, *key)) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  // Its header, with white space and the members the other way round, is good enough for us.
  const std::string header = parts_of(signed_part + ".x").header;
  const std::string payload = OneSigner::payload("\"exp\":1300819380");
  const TokenSigner signer(*key);
  const auto at = [](std::int64_t second) {
    return support::Timestamp(std::chrono::seconds(second));
  };
  const std::string token = signed_raw(header, encoded(payload), *key);
  CHECK(signer.verify(token, at(1300819379)));
  CHECK_FALSE(signer.verify(token, at(1300819380)));
}

TEST_CASE_FIXTURE(
    OneSigner, "security/token: awkward names and emails neither break a token nor inject claims") {
  for (const std::string& text : {R"(","sub":"x","exp":1,"a":")"s, "\\"s, "\"\n\t\x01"s,
                                  "水🥛é"s, ""s, std::string(100, '\x01')}) {
    claims.name = text;
    claims.email = text;
    const std::string made = signer.sign(claims);
    CHECK(signer.verify(made, clock.now()).value().user_id == claims.user_id);
    CHECK(json_of(parts_of(made).payload)["name"] == text);
  }
}

TEST_CASE_FIXTURE(OneSigner, "security/token: the longest name and email a user can have fit") {
  claims.email = std::string(242, 'a') + "@example.com";
  for (const std::string character : {"\x01", "🥛", "\""}) {
    claims.name.clear();
    for (int i = 0; i < 100; ++i) claims.name += character;
    CHECK(accepts(signer.sign(claims)));
  }
}

TEST_CASE_FIXTURE(OneSigner,
                  "security/token: what was shown before does not lend itself to another") {
  const auto named = [&](const TokenSigner& by, const std::string& text) {
    const auto subject = by.verify(text, clock.now());
    return subject ? subject->session_id.to_string() : "nobody";
  };
  TokenSigner other(std::vector<std::uint8_t>(32, 9));
  const std::string second_session = "0199b0c1-0000-7000-8000-000000000002";
  claims.session_id = *Uuid::parse(second_session);
  const std::string second = signer.sign(claims);
  std::string forged = second;
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  for (int i = 0; i < 2; ++i) {
    CHECK(named(signer, token) == session_text);
    CHECK(named(other, token) == "nobody");
    CHECK(named(signer, second) == second_session);
    CHECK(named(signer, forged) == "nobody");
    CHECK(named(other, other.sign(claims)) == second_session);
    CHECK(named(signer, other.sign(claims)) == "nobody");
    CHECK(named(signer, "") == "nobody");
  }
  clock.advance(30min);
  CHECK(named(signer, second) == "nobody");
}

TEST_CASE("security/token: a key of fewer than 32 bytes signs nothing") {
  CHECK_THROWS_AS(TokenSigner(std::vector<std::uint8_t>{}), std::invalid_argument);
  CHECK_THROWS_AS(TokenSigner(std::vector<std::uint8_t>(31, 1)), std::invalid_argument);
  CHECK_NOTHROW(TokenSigner(std::vector<std::uint8_t>(32, 1)));
}

TEST_CASE_FIXTURE(OneSigner, "security/token: another key's signature is worth nothing") {
  REQUIRE(accepts_payload(good_payload()));
  const auto accepts_key = [&](const std::vector<std::uint8_t>& key) {
    return accepts(signed_token(good_header, good_payload(), key));
  };
  CHECK_FALSE(accepts_key({}));
  CHECK_FALSE(accepts_key(std::vector<std::uint8_t>(32, 0)));
  for (std::size_t i = 0; i < 32; ++i) {
    auto key = test_key();
    key[i] ^= 1;
    CHECK_FALSE(accepts_key(key));
  }
  auto longer = test_key();
  longer.push_back(1);
  CHECK_FALSE(accepts_key(longer));
}

TEST_CASE_FIXTURE(OneSigner,
                  "security/token: no algorithm but HS256 is accepted, though our key signed it") {
  for (const char* algorithm :
       {"none", "None", "NONE", "nOnE", "", "hs256", "Hs256", "HS256 ", " HS256", "HS384", "HS512",
        "RS256", "ES256", "PS256", "EdDSA", "HMAC", "sha256", "HS256\\u0000", "A128KW"}) {
    CAPTURE(algorithm);
    CHECK_FALSE(accepts_header(R"({"alg":")"s + algorithm + R"(","typ":"JWT"})"));
  }
}

TEST_CASE_FIXTURE(OneSigner,
                  "security/token: an alg that is not a text, or not there, is refused") {
  for (const char* header : {R"({"typ":"JWT"})", R"({"alg":null})", R"({"alg":256})",
                             R"({"alg":true})", R"({"alg":["HS256"]})", R"({"alg":{"HS256":1}})",
                             R"({"ALG":"HS256"})", R"({"x":{"alg":"HS256"}})", "{}"}) {
    CAPTURE(header);
    CHECK_FALSE(accepts_header(header));
  }
}

TEST_CASE_FIXTURE(OneSigner,
                  "security/token: an unsigned token is refused, whatever its header says") {
  for (const char* algorithm : {"none", "None", "NONE", "HS256"}) {
    const std::string header = encoded(R"({"alg":")"s + algorithm + R"("})");
    const std::string text = header + '.' + encoded(good_payload());
    CHECK_FALSE(accepts(text));
    CHECK_FALSE(accepts(text + '.'));
    CHECK_FALSE(accepts(text + ".AA"));
    CHECK_FALSE(accepts(text + '.' + encoded(std::string(32, '\0'))));
  }
}

TEST_CASE_FIXTURE(OneSigner, "security/token: HMACs of other hashes are refused under any header") {
  for (const auto hash :
       {MBEDTLS_MD_SHA512, MBEDTLS_MD_SHA384, MBEDTLS_MD_SHA224, MBEDTLS_MD_SHA1}) {
    CHECK_FALSE(accepts(signed_token(good_header, good_payload(), test_key(), hash)));
    CHECK_FALSE(accepts(signed_token(R"({"alg":"HS512"})", good_payload(), test_key(), hash)));
  }
}

TEST_CASE_FIXTURE(OneSigner, "security/token: a header that asks for an extension is refused") {
  for (const char* critical : {R"(["exp"])", R"(["b64"])", "[]", "null", "\"\"", "{}", "false"}) {
    CAPTURE(critical);
    CHECK_FALSE(accepts_header(R"({"alg":"HS256","crit":)"s + critical + '}'));
    CHECK_FALSE(accepts_header(R"({"crit":)"s + critical + R"(,"alg":"HS256"})"));
  }
}

TEST_CASE_FIXTURE(OneSigner,
                  "security/token: header members that lead elsewhere are not followed") {
  // A key, or a place to get one from, inside the token: our own key decides all the same.
  const std::string jwk =
      R"({"alg":"HS256","jwk":{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}})";
  CHECK_FALSE(accepts(signed_token(jwk, good_payload(), std::vector<std::uint8_t>(32, 0))));
  CHECK_FALSE(accepts(signed_token(R"({"alg":"HS256","kid":"/dev/null"})", good_payload(), {})));
}

TEST_CASE_FIXTURE(OneSigner, "security/token: a bit flipped anywhere spoils a token") {
  REQUIRE(accepts(token));  // from now on the signer remembers it
  for (std::size_t at = 0; at < token.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string spoiled = token;
      spoiled[at] = static_cast<char>(spoiled[at] ^ (1 << bit));
      CAPTURE(at);
      CAPTURE(bit);
      REQUIRE_FALSE(accepts(spoiled));
    }
  }
}

TEST_CASE_FIXTURE(OneSigner,
                  "security/token: a bit flipped in any byte of the signature spoils it") {
  const Parts parts = parts_of(token);
  const auto signature = decode_base64url(parts.signature);
  REQUIRE(signature);
  REQUIRE(signature->size() == 32);
  for (std::size_t bit = 0; bit < 256; ++bit) {
    auto spoiled = *signature;
    spoiled[bit / 8] = static_cast<std::uint8_t>(spoiled[bit / 8] ^ (1 << bit % 8));
    CHECK_FALSE(accepts(Parts{parts.header, parts.payload, encode_base64url(spoiled)}.token()));
  }
}

TEST_CASE_FIXTURE(OneSigner, "security/token: every shortened token is refused") {
  for (std::size_t length = 0; length < token.size(); ++length) {
    REQUIRE_FALSE(accepts(token.substr(0, length)));
    REQUIRE_FALSE(accepts(token.substr(token.size() - length)));
  }
}

TEST_CASE_FIXTURE(OneSigner,
                  "security/token: a signature with bytes cut off or put on is refused") {
  const Parts parts = parts_of(token);
  const std::string tag = hmac(parts.header + '.' + parts.payload, test_key());
  const auto accepts_tag = [&](const std::string& bytes) {
    return accepts(Parts{parts.header, parts.payload, encoded(bytes)}.token());
  };
  REQUIRE(accepts_tag(tag));
  for (std::size_t length = 0; length < tag.size(); ++length) {
    CHECK_FALSE(accepts_tag(tag.substr(0, length)));
  }
  CHECK_FALSE(accepts_tag(tag + '\0'));
  CHECK_FALSE(accepts_tag('\0' + tag));
  CHECK_FALSE(accepts_tag(tag + tag));
  CHECK_FALSE(accepts_tag(tag + std::string(1000, 'x')));
}

TEST_CASE_FIXTURE(OneSigner, "security/token: a signature has one spelling") {
  const Parts parts = parts_of(token);
  CHECK_FALSE(accepts(token + '='));
  CHECK_FALSE(accepts(token + "=="));
  // 32 bytes leave two bits of the last character unused: three more spellings of one value.
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  int accepted = 0;
  for (const char last : alphabet) {
    std::string signature = parts.signature;
    signature.back() = last;
    accepted += accepts(Parts{parts.header, parts.payload, signature}.token());
  }
  CHECK(accepted == 1);
}

TEST_CASE_FIXTURE(
    OneSigner,
    "security/token: header and payload must be strict base64url, though our key signed them") {
  const std::string header = encoded(good_header);
  const std::string payload = encoded(good_payload());
  REQUIRE(accepts(signed_raw(header, payload)));
  for (const char* spoil : {"=", "==", " ", "\n", "+", "/", "%", "\xc3\xa9", "A"}) {
    CAPTURE(spoil);
    CHECK_FALSE(accepts(signed_raw(header + spoil, payload)));
    CHECK_FALSE(accepts(signed_raw(spoil + header, payload)));
    CHECK_FALSE(accepts(signed_raw(header, payload + spoil)));
    CHECK_FALSE(accepts(signed_raw(header, spoil + payload)));
  }
  CHECK_FALSE(accepts(signed_raw(header, payload + '\0')));
}

TEST_CASE_FIXTURE(OneSigner, "security/token: exactly three parts, none of them empty") {
  const Parts parts = parts_of(token);
  for (const std::string& text :
       {""s, "."s, ".."s, "..."s, "...."s, "abc"s, parts.header, parts.header + '.' + parts.payload,
        '.' + token, token + '.', ".." + token, token + "..", token + '.' + parts.signature,
        parts.header + ".." + parts.signature, '.' + parts.payload + '.' + parts.signature,
        parts.header + '.' + parts.payload + ".." + parts.signature,
        parts.header + ".." + parts.payload + '.' + parts.signature,
        parts.header + '.' + parts.payload + parts.signature, parts.signature}) {
    CAPTURE(text);
    CHECK_FALSE(accepts(text));
  }
}

TEST_CASE_FIXTURE(OneSigner,
                  "security/token: four or five parts are refused, though our key signed them") {
  const std::string header = encoded(good_header);
  const std::string payload = encoded(good_payload());
  CHECK_FALSE(accepts(signed_raw(header, payload + '.' + payload)));
  CHECK_FALSE(accepts(signed_raw(header, '.' + payload)));
  CHECK_FALSE(accepts(signed_raw(header, payload + '.')));
  CHECK_FALSE(accepts(signed_raw(header + '.', payload)));
  CHECK_FALSE(accepts(signed_raw(header + ".." + header, payload + '.' + payload)));
  CHECK_FALSE(accepts(signed_raw("", payload)));
  CHECK_FALSE(accepts(signed_raw(header, "")));
  CHECK_FALSE(accepts(signed_raw("", "")));
}

TEST_CASE_FIXTURE(OneSigner,
                  "security/token: white space and zero bytes around or within are refused") {
  const Parts parts = parts_of(token);
  for (const std::string& space : {" "s, "\t"s, "\n"s, "\r\n"s, "\0"s, "\xc2\xa0"s}) {
    CHECK_FALSE(accepts(space + token));
    CHECK_FALSE(accepts(token + space));
    CHECK_FALSE(accepts(parts.header + space + '.' + parts.payload + '.' + parts.signature));
    CHECK_FALSE(accepts(parts.header + '.' + space + parts.payload + '.' + parts.signature));
    CHECK_FALSE(accepts(parts.header + '.' + parts.payload + '.' + space + parts.signature));
  }
}

TEST_CASE_FIXTURE(
    OneSigner,
    "security/token: a header or payload that is no JSON object is refused, though signed") {
  for (const std::string& json :
       {""s, "x"s, "null"s, "[]"s, "\"text\""s, "1"s, "{"s, "{}}"s, "{} {}"s,
        "["s + good_payload() + ']', "["s + good_header + ']', "\xff"s, R"({"alg":"HS256",})"s,
        std::string(3000, '['), good_payload() + '\0', good_payload() + "\0{}"s}) {
    CAPTURE(json);
    CHECK_FALSE(accepts_header(json));
    CHECK_FALSE(accepts_payload(json));
  }
}

TEST_CASE_FIXTURE(
    OneSigner,
    "security/token: without a whole number in exp that is still to come, a token is refused") {
  const std::int64_t now = now_seconds();
  for (const std::string& expiry : {std::to_string(now),
                                    std::to_string(now - 1),
                                    "0"s,
                                    "-1"s,
                                    "-9223372036854775808"s,
                                    "-9223372036854775809"s,
                                    "9223372036854775808"s,
                                    "18446744073709551615"s,
                                    "18446744073709551616"s,
                                    "1e999"s,
                                    "1e18"s,
                                    std::to_string(now + 60) + ".5",
                                    std::to_string(now + 60) + ".0",
                                    std::to_string(now + 60) + "e0",
                                    '"' + std::to_string(now + 60) + '"',
                                    "null"s,
                                    "true"s,
                                    "[" + std::to_string(now + 60) + ']',
                                    "{}"s,
                                    "NaN"s,
                                    "Infinity"s,
                                    "0x7fffffff"s,
                                    "+" + std::to_string(now + 60),
                                    "0" + std::to_string(now + 60),
                                    "1" + std::string(400, '0')}) {
    CAPTURE(expiry);
    CHECK_FALSE(accepts_payload(payload("\"exp\":" + expiry)));
  }
  CHECK(accepts_payload(payload("\"exp\":" + std::to_string(now + 1))));
  CHECK(accepts_payload(payload("\"exp\":9223372036854775807")));
}

TEST_CASE_FIXTURE(OneSigner, "security/token: exp is required, at the top level, under this name") {
  const std::string later = std::to_string(now_seconds() + 60);
  CHECK_FALSE(accepts_payload(payload("\"iat\":1")));
  CHECK_FALSE(accepts_payload(payload("\"EXP\":" + later)));
  CHECK_FALSE(accepts_payload(payload("\"claims\":{\"exp\":" + later + '}')));
}

TEST_CASE_FIXTURE(OneSigner,
                  "security/token: without UUIDs as text in sub and sid a token is refused") {
  const std::string rest = ",\"exp\":" + std::to_string(now_seconds() + 60) + '}';
  const std::string user = "\""s + user_text + '"';
  for (const auto& [claim, other] : {std::pair{"sub", "sid"}, std::pair{"sid", "sub"}}) {
    const std::string good_other = "\""s + other + "\":" + user;
    const auto with = [&](const std::string& value) {
      return '{' + good_other + ",\"" + claim + "\":" + value + rest;
    };
    for (const std::string& value :
         {"null"s, "1"s, "true"s, "[]"s, "{}"s, "\"\""s, "\"ann@example.com\""s,
          "\""s + user_text + " \"", '[' + user + ']', "\"{"s + user_text + "}\"",
          "\""s + std::string(user_text).substr(1) + '"', "\"../../etc/passwd\""s}) {
      const std::string payload = with(value);
      CAPTURE(payload);
      CHECK_FALSE(accepts_payload(payload));
    }
    CHECK_FALSE(accepts_payload('{' + good_other + rest));
    CHECK(accepts_payload(with(user)));
  }
  CHECK_FALSE(accepts_payload(R"({"SUB":)" + user + R"(,"SID":)" + user + rest));
}

TEST_CASE_FIXTURE(
    OneSigner, "security/token: of a member given twice the last counts, for every check alike") {
  const std::string later = std::to_string(now_seconds() + 60);
  CHECK_FALSE(accepts_payload(payload("\"exp\":" + later + ",\"exp\":1")));
  CHECK_FALSE(accepts_payload(payload("\"exp\":" + later + ",\"exp\":null")));
  CHECK(accepts_payload(payload("\"exp\":1,\"exp\":" + later)));
  CHECK_FALSE(accepts_header(R"({"alg":"HS256","alg":"none"})"));
  CHECK(accepts_header(R"({"alg":"none","alg":"HS256"})"));
  const std::string other = "0199b0c1-0000-7000-8000-00000000000f";
  const std::string twice =
      signed_token(good_header, payload(R"("sub":")" + other + R"(","exp":)" + later));
  CHECK(signer.verify(twice, clock.now()).value().user_id == Uuid::parse(other));
}

TEST_CASE_FIXTURE(
    OneSigner,
    "security/token: a token over the length bound is refused, though our key signed it") {
  const auto padded = [&](std::size_t bytes) {
    return signed_token(good_header, payload("\"exp\":" + std::to_string(now_seconds() + 60) +
                                             ",\"pad\":\"" + std::string(bytes, 'x') + '"'));
  };
  REQUIRE(padded(5900).size() <= 8192);
  CHECK(accepts(padded(5900)));
  REQUIRE(padded(6100).size() > 8192);
  CHECK_FALSE(accepts(padded(6100)));
}

TEST_CASE_FIXTURE(OneSigner, "security/token: a mebibyte of anything is refused") {
  constexpr std::size_t mebibyte = 1024 * 1024;
  for (const char filler : {'.', 'A', '=', '{', '\0', ' '}) {
    CHECK_FALSE(accepts(std::string(mebibyte, filler)));
    CHECK_FALSE(accepts(token + std::string(mebibyte, filler)));
    CHECK_FALSE(accepts(std::string(mebibyte, filler) + token));
  }
  CHECK_FALSE(accepts(signed_token(good_header, std::string(mebibyte, '['))));
}

TEST_CASE_FIXTURE(OneSigner, "security/token: parts of two good tokens do not make a third") {
  Claims other = claims;
  other.user_id = *Uuid::parse("0199b0c1-0000-7000-8000-00000000000f");
  const Parts ours = parts_of(token);
  const Parts theirs = parts_of(signer.sign(other));
  REQUIRE(accepts(theirs.token()));
  CHECK_FALSE(accepts(Parts{ours.header, ours.payload, theirs.signature}.token()));
  CHECK_FALSE(accepts(Parts{ours.header, theirs.payload, ours.signature}.token()));
}

TEST_CASE("security/token: forged is what has a token's form and another key's signature") {
  OneSigner f;
  CHECK_FALSE(f.signer.is_forged(f.token));
  f.clock.advance(1h);
  CHECK_FALSE(f.accepts(f.token));
  CHECK_FALSE(f.signer.is_forged(f.token));  // it has only expired
  CHECK(f.signer.is_forged(TokenSigner(std::vector<std::uint8_t>(32, 9)).sign(f.claims)));
  CHECK(f.signer.is_forged("e30.e30.e30"));
  for (const std::string text : {"", "null", "undefined", "x", "a.b", "a.b.c.d", "..", "a..c",
                                 "a.b.", ".b.c", "a b.c.d", "e30.e30.e3!"}) {
    CAPTURE(text);
    CHECK_FALSE(f.signer.is_forged(text));  // what a careless client sends
  }
}

}  // namespace taskdock::security
