#include "security/constant_time.h"

// This header of mbedTLS 2.28 has no extern "C" of its own.
extern "C" {
#include <mbedtls/constant_time.h>
}

namespace taskdock::security {

bool is_same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && mbedtls_ct_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace taskdock::security
