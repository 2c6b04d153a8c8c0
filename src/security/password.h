#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "support/random.h"
#include "support/semaphore.h"

namespace taskdock::security {

/// Hashes and checks passwords with Argon2id (RFC 9106; m = 19456 KiB, t = 2, p = 1, as OWASP's
/// Password Storage Cheat Sheet recommends), in PHC strings.
///
/// Each hash takes 19 MiB and tens of milliseconds of a core, so no more than `at_once` run
/// together. Further callers wait their turn, but only so many that it comes soon; beyond that the
/// calls throw TooBusy. Any thread may call it; hold no lock or transaction meanwhile.
class PasswordHasher {
 public:
  /// Too many callers are waiting; trying again later will work.
  class TooBusy : public std::runtime_error {
   public:
    TooBusy() : std::runtime_error("too many passwords are being checked") {}
  };

  /// `at_once` is at least 1. `random` must outlive the hasher.
  PasswordHasher(support::RandomSource& random, unsigned at_once);

  /// The PHC string to keep for `password`. Throws std::bad_alloc when there is no memory for it.
  std::string hash(std::string_view password);

  /// Whether `hash` was made from `password`. A hash that is no Argon2id PHC string matches
  /// nothing.
  bool verify(std::string_view password, const std::string& hash);

  /// Takes the time of verify() for a password nobody has: for accounts that do not exist.
  void verify_nobody(std::string_view password);

  /// Whether `hash` was made with other parameters than hash() uses now.
  static bool needs_rehash(std::string_view hash);

 private:
  class Place;

  support::RandomSource& random_;
  support::Semaphore admitted_;  // those who work and those who wait
  support::Semaphore working_;
};

}  // namespace taskdock::security
