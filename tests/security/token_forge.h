#pragma once

#include <mbedtls/md.h>

#include <string>
#include <string_view>
#include <vector>

#include "security/base64url.h"
#include "security/token.h"

namespace taskdock::security {

/// A token's three parts, to be taken apart, spoiled and put together again.
struct Parts {
  std::string header;
  std::string payload;
  std::string signature;

  std::string token() const { return header + '.' + payload + '.' + signature; }
};

inline Parts parts_of(const std::string& token) {
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  return {token.substr(0, first), token.substr(first + 1, last - first - 1),
          token.substr(last + 1)};
}

inline std::string encoded(std::string_view text) {
  return encode_base64url(as_bytes(text));
}

inline std::vector<std::uint8_t> test_key() {
  std::vector<std::uint8_t> key(32);
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i * 11 + 3);
  return key;
}

/// An HMAC computed beside the code under test.
inline std::string hmac(std::string_view text, const std::vector<std::uint8_t>& key,
                        mbedtls_md_type_t hash = MBEDTLS_MD_SHA256) {
  const mbedtls_md_info_t* info = mbedtls_md_info_from_type(hash);
  std::string tag(mbedtls_md_get_size(info), '\0');
  mbedtls_md_hmac(info, key.data(), key.size(), as_bytes(text).data(), text.size(),
                  reinterpret_cast<unsigned char*>(tag.data()));
  return tag;
}

inline constexpr const char* good_header = R"({"alg":"HS256","typ":"JWT"})";

/// A token whose header and payload are what they are given as, not encoded, under our signature.
inline std::string signed_raw(const std::string& header, const std::string& payload,
                              const std::vector<std::uint8_t>& key = test_key(),
                              mbedtls_md_type_t hash = MBEDTLS_MD_SHA256) {
  const std::string text = header + '.' + payload;
  return text + '.' + encoded(hmac(text, key, hash));
}

/// A token of this header and this payload, JSON texts, under our signature.
inline std::string signed_token(const std::string& header, const std::string& payload,
                                const std::vector<std::uint8_t>& key = test_key(),
                                mbedtls_md_type_t hash = MBEDTLS_MD_SHA256) {
  return signed_raw(encoded(header), encoded(payload), key, hash);
}

}  // namespace taskdock::security
