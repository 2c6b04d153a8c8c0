#include "security/password.h"

#include <argon2.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

namespace taskdock::security {

namespace {

constexpr std::uint32_t memory_kib = 19456;
constexpr std::uint32_t passes = 2;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t tag_bytes = 32;

constexpr std::uint32_t max_memory_kib = 40 * 1024;  // of all hashes that run

// For each hash that may run. At about 25 ms a hash, the last caller in the queue waits less than a
// second.
constexpr unsigned max_waiting_per_hash = 32;

// A client that is refused immediately may try again immediately, which costs more than to let it
// wait.
constexpr std::chrono::milliseconds pause_before_refusal{250};

/// The beginning of every PHC string that hash() returns. It can be compared as text, since hash()
/// writes the parameters in one way only.
const std::string& our_prefix() {
  static const std::string prefix =
      "$argon2id$v=" + std::to_string(ARGON2_VERSION_NUMBER) + "$m=" + std::to_string(memory_kib) +
      ",t=" + std::to_string(passes) + ",p=" + std::to_string(lanes) + '$';
  return prefix;
}

}  // namespace

/// The right to run one hash, held until destruction. The constructor waits for it, or throws
/// TooBusy.
class PasswordHasher::Place {
 public:
  explicit Place(PasswordHasher& hasher) : hasher_(hasher) {
    const support::Gauge::Hold waits(&hasher_.waiting_);
    if (!hasher_.admitted_.try_acquire_for(pause_before_refusal)) throw TooBusy();
    hasher_.working_.acquire();
    hasher_.running_.add();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    hasher_.running_.remove();
    hasher_.working_.release();
    hasher_.admitted_.release();
  }

 private:
  PasswordHasher& hasher_;
};

unsigned PasswordHasher::max_at_once(unsigned cores) {
  return std::clamp(cores / 2, 1U, max_memory_kib / memory_kib);
}

PasswordHasher::PasswordHasher(support::RandomSource& random, unsigned at_once)
    : random_(random), admitted_(at_once * (1 + max_waiting_per_hash)), working_(at_once) {}

std::string PasswordHasher::hash(std::string_view password) {
  std::array<std::uint8_t, salt_bytes> salt;
  random_.fill(salt);
  // The library's length includes the terminating zero.
  std::string encoded(
      argon2_encodedlen(passes, memory_kib, lanes, salt_bytes, tag_bytes, Argon2_id) - 1, '\0');
  const Place place(*this);
  const int result = argon2id_hash_encoded(passes, memory_kib, lanes, password.data(),
                                           password.size(), salt.data(), salt.size(), tag_bytes,
                                           encoded.data(), encoded.size() + 1);
  if (result == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  if (result != ARGON2_OK) throw std::runtime_error(argon2_error_message(result));
  encoded.resize(encoded.find('\0') == std::string::npos ? encoded.size() : encoded.find('\0'));
  return encoded;
}

bool PasswordHasher::verify(std::string_view password, const std::string& hash) {
  const Place place(*this);
  const int result = argon2id_verify(hash.c_str(), password.data(), password.size());
  if (result == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  return result == ARGON2_OK;
}

void PasswordHasher::verify_nobody(std::string_view password) {
  // Well-formed and with the current parameters, so that it takes as long; salt and tag are zeros.
  verify(password, our_prefix() + std::string(22, 'A') + '$' + std::string(43, 'A'));
}

bool PasswordHasher::needs_rehash(std::string_view hash) {
  return !hash.starts_with(our_prefix());
}

}  // namespace taskdock::security
