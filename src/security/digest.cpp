#include "security/digest.h"

#include <mbedtls/md.h>

#include <stdexcept>

#include "security/base64url.h"

namespace taskdock::security {

namespace {

const mbedtls_md_info_t* sha256_info() {
  return mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
}

}  // namespace

Digest sha256(std::string_view text) {
  Digest digest;
  if (mbedtls_md(sha256_info(), as_bytes(text).data(), text.size(), digest.data()) != 0) {
    throw std::runtime_error("SHA-256 failed");
  }
  return digest;
}

Digest hmac_sha256(std::span<const std::uint8_t> key, std::string_view text) {
  Digest digest;
  if (mbedtls_md_hmac(sha256_info(), key.data(), key.size(), as_bytes(text).data(), text.size(),
                      digest.data()) != 0) {
    throw std::runtime_error("HMAC-SHA-256 failed");
  }
  return digest;
}

}  // namespace taskdock::security
