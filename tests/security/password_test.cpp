#include "security/password.h"

#include <argon2.h>
#include <doctest/doctest.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "security/base64url.h"
#include "support/random.h"
#include "testing/fakes.h"

namespace taskdock::security {

namespace {

struct TwoHashes {
  support::SystemRandom random;
  PasswordHasher hasher{random, 4};
};

/// A PHC string of a cheaper Argon2, made beside the code under test.
std::string other_hash(const std::string& password, std::uint32_t passes, std::uint32_t memory_kib,
                       argon2_type type = Argon2_id) {
  const std::array<char, 16> salt{'s', 'a', 'l', 't'};
  std::array<char, 256> encoded{};
  REQUIRE(argon2_hash(passes, memory_kib, 1, password.data(), password.size(), salt.data(),
                      salt.size(), nullptr, 32, encoded.data(), encoded.size(), type,
                      ARGON2_VERSION_13) == ARGON2_OK);
  return encoded.data();
}

/// PHC strings use base64 of the other alphabet.
std::size_t base64_bytes(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  const auto bytes = decode_base64url(text);
  REQUIRE(bytes);
  return bytes->size();
}

}  // namespace

TEST_CASE_FIXTURE(
    TwoHashes,
    "security/password: a hash is a PHC string of Argon2id with the contract's parameters") {
  const std::string prefix = "$argon2id$v=19$m=19456,t=2,p=1$";
  const std::string hash = hasher.hash("correct horse");
  REQUIRE(hash.starts_with(prefix));
  const std::string rest = hash.substr(prefix.size());
  const std::size_t separator = rest.find('$');
  REQUIRE(separator != std::string::npos);
  CHECK(base64_bytes(rest.substr(0, separator)) == 16);
  CHECK(base64_bytes(rest.substr(separator + 1)) == 32);
  CHECK(hash.find('\0') == std::string::npos);
  CHECK_FALSE(PasswordHasher::needs_rehash(hash));
}

TEST_CASE("security/password: the salt is the random source's, and the tag Argon2's") {
  testing::CountingRandom random(1);
  PasswordHasher hasher(random, 1);
  std::array<std::uint8_t, 16> salt;
  for (std::size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<std::uint8_t>(i + 1);
  std::array<char, 256> expected{};
  REQUIRE(argon2id_hash_encoded(2, 19456, 1, "correct horse", 13, salt.data(), salt.size(), 32,
                                expected.data(), expected.size()) == ARGON2_OK);
  CHECK(hasher.hash("correct horse") == expected.data());
}

TEST_CASE_FIXTURE(TwoHashes, "security/password: the right password matches, and no other") {
  const std::string hash = hasher.hash("correct horse");
  CHECK(hasher.verify("correct horse", hash));
  for (const std::string wrong : {"", "correct hors", "correct horse ", " correct horse",
                                  "Correct horse", "correct  horse", "battery staple"}) {
    CAPTURE(wrong);
    CHECK_FALSE(hasher.verify(wrong, hash));
  }
}

TEST_CASE_FIXTURE(TwoHashes,
                  "security/password: an empty password has a hash that only it matches") {
  const std::string hash = hasher.hash("");
  CHECK(hasher.verify("", hash));
  CHECK(hasher.verify(std::string_view(), hash));
  CHECK_FALSE(hasher.verify(std::string_view("\0", 1), hash));
  CHECK_FALSE(hasher.verify("x", hash));
}

TEST_CASE_FIXTURE(
    TwoHashes,
    "security/password: every byte of a long password counts, emoji and zero bytes too") {
  std::string password;
  for (int i = 0; i < 128; ++i) password += "🔑";
  const std::string hash = hasher.hash(password);
  CHECK(hasher.verify(password, hash));
  CHECK_FALSE(hasher.verify(password.substr(0, password.size() - 4), hash));
  std::string last_byte_differs = password;
  last_byte_differs.back() = '\x92';
  CHECK_FALSE(hasher.verify(last_byte_differs, hash));

  const std::string zero("secret\0one", 10);
  const std::string zero_hash = hasher.hash(zero);
  CHECK(hasher.verify(zero, zero_hash));
  CHECK_FALSE(hasher.verify(std::string("secret\0two", 10), zero_hash));
  CHECK_FALSE(hasher.verify("secret", zero_hash));
}

TEST_CASE_FIXTURE(TwoHashes,
                  "security/password: two hashes of one password differ, and both match") {
  const std::string one = hasher.hash("correct horse");
  const std::string other = hasher.hash("correct horse");
  CHECK(one != other);
  CHECK(hasher.verify("correct horse", one));
  CHECK(hasher.verify("correct horse", other));
}

TEST_CASE_FIXTURE(
    TwoHashes,
    "security/password: a hash with other parameters still matches, and is to be made anew") {
  for (const std::string& hash :
       {other_hash("correct horse", 1, 64), other_hash("correct horse", 3, 64),
        other_hash("correct horse", 2, 19457)}) {
    CAPTURE(hash);
    CHECK(hasher.verify("correct horse", hash));
    CHECK_FALSE(hasher.verify("correct hors", hash));
    CHECK(PasswordHasher::needs_rehash(hash));
  }
}

TEST_CASE_FIXTURE(TwoHashes, "security/password: the other Argon2s are not Argon2id") {
  for (const argon2_type type : {Argon2_i, Argon2_d}) {
    const std::string hash = other_hash("correct horse", 2, 64, type);
    CHECK_FALSE(hasher.verify("correct horse", hash));
    CHECK(PasswordHasher::needs_rehash(hash));
  }
}

TEST_CASE_FIXTURE(TwoHashes, "security/password: what is no Argon2id PHC string matches nothing") {
  const std::string good = hasher.hash("x");
  for (const std::string& hash :
       {std::string(), std::string("x"), std::string("plain text"), std::string("$"),
        std::string("$argon2id$"), std::string("$argon2id$v=19$m=19456,t=2,p=1$"),
        std::string("$argon2id$v=19$m=19456,t=2,p=1$$"),
        std::string("$2b$12$abcdefghijklmnopqrstuv"),
        std::string("$argon2id$v=19$m=0,t=0,p=0$c2FsdHNhbHQ$AAAA"),
        std::string("$argon2id$v=19$m=x,t=2,p=1$c2FsdHNhbHQ$AAAA"), good.substr(1),
        good.substr(0, good.size() - 1), good + "A", good + "$", " " + good, good + " ",
        std::string(100'000, 'A'), std::string(10, '\0')}) {
    CAPTURE(hash);
    CHECK_FALSE(hasher.verify("x", hash));
    CHECK_FALSE(hasher.verify("", hash));
  }
}

TEST_CASE_FIXTURE(TwoHashes,
                  "security/password: a hash with one character changed matches no more") {
  const std::string good = other_hash("x", 1, 64);
  REQUIRE(hasher.verify("x", good));
  for (std::size_t at = good.rfind('$') + 1; at < good.size() - 1; ++at) {
    std::string spoiled = good;
    spoiled[at] = spoiled[at] == 'A' ? 'B' : 'A';
    REQUIRE_FALSE(hasher.verify("x", spoiled));
  }
}

TEST_CASE_FIXTURE(TwoHashes,
                  "security/password: checking a password of nobody goes through, whatever it is") {
  CHECK_NOTHROW(hasher.verify_nobody("correct horse"));
  CHECK_NOTHROW(hasher.verify_nobody(""));
  CHECK_NOTHROW(hasher.verify_nobody(std::string(100'000, 'x')));
}

TEST_CASE_FIXTURE(
    TwoHashes,
    "security/password: the hash nobody has is of today's shape, and no password matches it") {
  // As password.cpp keeps it: were it malformed, checking it would take no time at all.
  const std::string nobody =
      "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  CHECK(argon2id_verify(nobody.c_str(), "x", 1) == ARGON2_VERIFY_MISMATCH);
  CHECK(nobody.size() == hasher.hash("x").size());
  for (const char* password : {"", "x", "password", "correct horse"}) {
    CHECK_FALSE(hasher.verify(password, nobody));
  }
}

TEST_CASE("security/password: callers of many threads all get their turn, and right answers") {
  support::SystemRandom random;
  PasswordHasher hasher(random, 2);
  const std::string hash = hasher.hash("correct horse");
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        const std::string mine = hasher.hash("mine");
        right += hasher.verify("correct horse", hash) && hasher.verify("mine", mine) &&
                 !hasher.verify("correct", hash);
      });
    }
  }
  CHECK(right == 8);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// The sanitizers bring an allocator of their own, which this cannot look into.

// Before the first hash of any test: blocks kept for reuse would hide the next hash's.
const int threshold_set = mallopt(M_MMAP_THRESHOLD, 1024 * 1024);

TEST_CASE("security/password: no more hashes run at once than were allowed") {
  // The library's 19 MiB are mapped for each hash and unmapped after it, so how many mappings the
  // allocator holds is how many hashes run. A look between two may miss one; it never sees one too
  // many.
  REQUIRE(threshold_set == 1);
  support::SystemRandom random;
  PasswordHasher hasher(random, 2);
  const std::size_t before = mallinfo2().hblks;
  std::atomic<int> running = 8;
  std::size_t most = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 4; ++j) hasher.verify_nobody("x");
        --running;
      });
    }
    while (running > 0) most = std::max(most, mallinfo2().hblks);
  }
  CHECK(most > before);
  CHECK(most <= before + 2);
}
#endif

TEST_CASE(
    "security/password: beyond a short queue callers are told to come again, and nobody waits "
    "long") {
  support::SystemRandom random;
  PasswordHasher hasher(random, 1);
  std::atomic<int> done{0};
  std::atomic<int> busy{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 200; ++i) {
    callers.emplace_back([&] {
      try {
        hasher.verify_nobody("correct horse");
        ++done;
      } catch (const PasswordHasher::TooBusy&) {
        ++busy;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(done + busy == 200);
  CHECK(done >= 1);
  CHECK(busy >= 1);
  CHECK_NOTHROW(hasher.verify_nobody("correct horse"));
}

TEST_CASE(
    "security/password: hashes take half of the cores, and no more than 40 MiB on any machine") {
  CHECK(PasswordHasher::max_at_once(0) == 1);  // it is not known how many there are
  CHECK(PasswordHasher::max_at_once(1) == 1);
  CHECK(PasswordHasher::max_at_once(2) == 1);
  CHECK(PasswordHasher::max_at_once(4) == 2);
  for (unsigned cores = 0; cores <= 1024; ++cores) {
    CHECK(PasswordHasher::max_at_once(cores) * 19 <= 40);
  }
}

TEST_CASE("security/password: it tells how many run and how many wait") {
  support::SystemRandom random;
  PasswordHasher hasher(random, 1);
  CHECK(hasher.load().running == 0);
  std::atomic<int> left{8};
  std::uint64_t max_running = 0;
  std::uint64_t max_waiting = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 4; ++j) hasher.verify_nobody("x");
        --left;
      });
    }
    while (left > 0) {
      max_running = std::max(max_running, hasher.load().running);
      max_waiting = std::max(max_waiting, hasher.load().waiting);
    }
  }
  CHECK(max_running == 1);
  CHECK(max_waiting >= 1);
  CHECK(max_waiting <= 8);
  CHECK(hasher.load().running == 0);
  CHECK(hasher.load().waiting == 0);
}

}  // namespace taskdock::security
