#include "security/password.h"

#include <argon2.h>

#include <array>
#include <new>
#include <semaphore>
#include <stdexcept>

namespace taskdock::security {

namespace {

constexpr std::uint32_t memory_kib = 19456;
constexpr std::uint32_t passes = 2;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t tag_bytes = 32;

// What a PHC string of ours begins with; compared as text, since we write it in one way only.
constexpr std::string_view our_prefix = "$argon2id$v=19$m=19456,t=2,p=1$";

// A well-formed hash with today's parameters whose tag is all zeros: no password leads to it.
const std::string nobodys_hash = std::string(our_prefix) +
                                 "AAAAAAAAAAAAAAAAAAAAAA$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

}  // namespace

class PasswordHasher::Gate {
 public:
  explicit Gate(std::size_t at_once) : places_(static_cast<std::ptrdiff_t>(at_once)) {}

  /// Holds one of the places for as long as it lives.
  class Place {
   public:
    explicit Place(Gate& gate) : gate_(gate) { gate_.places_.acquire(); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { gate_.places_.release(); }

   private:
    Gate& gate_;
  };

 private:
  std::counting_semaphore<> places_;
};

PasswordHasher::PasswordHasher(support::RandomSource& random, std::size_t at_once)
    : random_(random), gate_(std::make_unique<Gate>(at_once)) {}

PasswordHasher::~PasswordHasher() = default;

std::string PasswordHasher::hash(std::string_view password) {
  std::array<std::uint8_t, salt_bytes> salt;
  random_.fill(salt);
  // The library counts the terminating zero in.
  std::string encoded(
      argon2_encodedlen(passes, memory_kib, lanes, salt_bytes, tag_bytes, Argon2_id) - 1, '\0');
  const Gate::Place place(*gate_);
  const int result = argon2id_hash_encoded(passes, memory_kib, lanes, password.data(),
                                           password.size(), salt.data(), salt.size(), tag_bytes,
                                           encoded.data(), encoded.size() + 1);
  if (result == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  if (result != ARGON2_OK) throw std::runtime_error(argon2_error_message(result));
  encoded.resize(encoded.find('\0') == std::string::npos ? encoded.size() : encoded.find('\0'));
  return encoded;
}

bool PasswordHasher::verify(std::string_view password, const std::string& hash) {
  const Gate::Place place(*gate_);
  const int result = argon2id_verify(hash.c_str(), password.data(), password.size());
  if (result == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  return result == ARGON2_OK;
}

void PasswordHasher::verify_nobody(std::string_view password) {
  verify(password, nobodys_hash);
}

bool PasswordHasher::needs_rehash(std::string_view hash) {
  return !hash.starts_with(our_prefix);
}

}  // namespace taskdock::security
