#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support/metrics.h"
#include "support/random.h"
#include "system/semaphore.h"

namespace taskdock::security {

/// Hashes and checks passwords with Argon2id (RFC 9106; m = 19456 KiB, t = 2, p = 1, as OWASP's
/// Password Storage Cheat Sheet recommends), in PHC strings.
///
/// Each hash takes 19 MiB of memory and tens of milliseconds of one core, so at most `at_once` run
/// at the same time. Further calls wait, at most 32 for each that may run; beyond that a call
/// throws TooBusy after a short pause. Thread-safe. The caller should hold no lock or transaction,
/// since every call but needs_rehash() takes long.
class PasswordHasher {
 public:
  /// Too many calls are waiting; try again later.
  class TooBusy : public std::runtime_error {
   public:
    TooBusy() : std::runtime_error("too many passwords are being checked") {}
  };

  /// How many hashes may run at once on `cores` processor cores: half of the cores work for all
  /// other requests, and together the hashes take at most 40 MiB, however many cores there are, so
  /// that clients nobody knows cannot make the server need more than 128 MiB.
  static unsigned max_at_once(unsigned cores);

  /// `at_once` must be at least 1. `random` must outlive the hasher.
  PasswordHasher(support::RandomSource& random, unsigned at_once);

  /// Returns the PHC string to store for `password`. Throws TooBusy, and std::bad_alloc when there
  /// is not enough memory.
  std::string hash(std::string_view password);

  /// Whether `hash` was made from `password`; false if `hash` is not an Argon2id PHC string. Throws
  /// TooBusy, and std::bad_alloc when there is not enough memory.
  bool verify(std::string_view password, const std::string& hash);

  /// Takes as long as verify() and has no result: called for an account that does not exist, so
  /// that the time of an answer does not tell whether it does. Throws as verify() does.
  void verify_nobody(std::string_view password);

  /// Whether `hash` was made with other parameters than hash() uses now.
  static bool needs_rehash(std::string_view hash);

  /// How many calls run and wait now.
  struct Load {
    std::uint64_t running;
    std::uint64_t waiting;
  };
  Load load() const { return {running_.value(), waiting_.value()}; }

 private:
  class Place;

  support::RandomSource& random_;
  system::Semaphore admitted_;  // calls that run or wait
  system::Semaphore working_;   // calls that run
  support::Gauge running_;
  support::Gauge waiting_;
};

}  // namespace taskdock::security
