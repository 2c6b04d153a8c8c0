#include "support/uuid.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include "testing/fakes.h"

namespace taskdock::support {

namespace {

using namespace std::chrono_literals;
using testing::CountingRandom;
using testing::FakeClock;

/// Randomness that is one byte, over and over.
class ConstantRandom final : public RandomSource {
 public:
  explicit ConstantRandom(std::uint8_t byte) : byte_(byte) {}
  void fill(std::span<std::uint8_t> bytes) override {
    std::fill(bytes.begin(), bytes.end(), byte_);
  }

 private:
  std::uint8_t byte_;
};

std::uint64_t milliseconds_of(const Uuid& id) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 6; ++i) value = value << 8 | id.bytes[i];
  return value;
}

std::uint64_t milliseconds_of(const Clock& clock) {
  return static_cast<std::uint64_t>(
      std::chrono::floor<std::chrono::milliseconds>(clock.now()).time_since_epoch().count());
}

bool is_version_7(const Uuid& id) {
  return id.bytes[6] >> 4 == 7 && id.bytes[8] >> 6 == 2;
}

/// The next `count` ids, each of which must be version 7 and above the one before.
std::vector<Uuid> take_rising(UuidGenerator& ids, std::size_t count) {
  std::vector<Uuid> taken{ids.next()};
  while (taken.size() < count) {
    taken.push_back(ids.next());
    REQUIRE(taken[taken.size() - 2] < taken.back());
    REQUIRE(is_version_7(taken.back()));
  }
  return taken;
}

}  // namespace

TEST_CASE("support/uuid: a new id is of version 7 and begins with the clock's milliseconds") {
  FakeClock clock;
  CountingRandom random;
  UuidGenerator ids(clock, random);
  const Uuid id = ids.next();
  CHECK(is_version_7(id));
  CHECK(milliseconds_of(id) == milliseconds_of(clock));
}

TEST_CASE("support/uuid: the 74 random bits are all used") {
  FakeClock clock;
  ConstantRandom zeros(0);
  ConstantRandom ones(0xff);
  const std::string time = "019b92ce-9dfb-";
  CHECK(UuidGenerator(clock, zeros).next().to_string().substr(14) == "7000-8000-000000000000");
  CHECK(UuidGenerator(clock, ones).next().to_string().substr(14) == "7fff-bfff-ffffffffffff");
}

TEST_CASE("support/uuid: ids rise inside one millisecond") {
  FakeClock clock;
  SystemRandom random;
  UuidGenerator ids(clock, random);
  const auto taken = take_rising(ids, 20'000);
  CHECK(milliseconds_of(taken.front()) == milliseconds_of(clock));
}

TEST_CASE("support/uuid: ids rise though the random source gives the same each time") {
  FakeClock clock;
  ConstantRandom zeros(0);
  UuidGenerator ids(clock, zeros);
  const auto taken = take_rising(ids, 1000);
  CHECK(milliseconds_of(taken.back()) == milliseconds_of(clock));
}

TEST_CASE("support/uuid: ids inside one millisecond are not each other's neighbours") {
  FakeClock clock;
  SystemRandom random;
  UuidGenerator ids(clock, random);
  std::set<int> steps;
  for (int i = 0; i < 64; ++i) {
    const Uuid one = ids.next();
    const Uuid other = ids.next();
    steps.insert(other.bytes[15] - one.bytes[15]);
  }
  CHECK(steps.size() > 1);
}

TEST_CASE("support/uuid: ids rise though the clock is set back, and follow it once it is ahead") {
  FakeClock clock;
  SystemRandom random;
  UuidGenerator ids(clock, random);
  const Uuid before = ids.next();
  clock.advance(-24h);
  const auto taken = take_rising(ids, 1000);
  CHECK(before < taken.front());
  clock.advance(48h);
  const Uuid after = ids.next();
  CHECK(taken.back() < after);
  CHECK(milliseconds_of(after) == milliseconds_of(clock));
}

TEST_CASE("support/uuid: when all 74 bits are used up the next millisecond is borrowed") {
  FakeClock clock;
  ConstantRandom ones(0xff);
  UuidGenerator ids(clock, ones);
  const Uuid last = ids.next();
  REQUIRE(last.to_string().substr(14) == "7fff-bfff-ffffffffffff");
  const Uuid first = ids.next();
  CHECK(is_version_7(first));
  CHECK(last < first);
  CHECK(milliseconds_of(first) == milliseconds_of(clock) + 1);
  // The borrowed millisecond comes; what was given away in it stays behind what follows.
  clock.advance(1ms);
  const auto taken = take_rising(ids, 100);
  CHECK(first < taken.front());
}

TEST_CASE("support/uuid: a carry out of the low bits goes into the high ones") {
  // The first id takes 12 bits of ones but the top and 62 low bits of ones.
  class AlmostFull final : public RandomSource {
   public:
    void fill(std::span<std::uint8_t> bytes) override {
      std::fill(bytes.begin(), bytes.end(), std::uint8_t{0xff});
      bytes.back() = 0x00;  // little endian: the high byte of rand_a
    }
  };
  FakeClock clock;
  AlmostFull random;
  UuidGenerator ids(clock, random);
  REQUIRE(ids.next().to_string().substr(14) == "70ff-bfff-ffffffffffff");
  const Uuid next = ids.next();
  CHECK(next.to_string().substr(14, 9) == "7100-8000");
  CHECK(milliseconds_of(next) == milliseconds_of(clock));
}

TEST_CASE("support/uuid: ids of many threads are unique, and each thread sees its own rise") {
  SystemClock clock;
  SystemRandom random;
  UuidGenerator ids(clock, random);
  std::vector<std::vector<Uuid>> taken(8);
  {
    std::vector<std::jthread> threads;
    for (std::vector<Uuid>& mine : taken) {
      threads.emplace_back([&ids, &mine] {
        for (int i = 0; i < 5000; ++i) mine.push_back(ids.next());
      });
    }
  }
  std::set<Uuid> all;
  for (const std::vector<Uuid>& mine : taken) {
    CHECK(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  CHECK(all.size() == 8 * 5000);
}

TEST_CASE("support/uuid: ids go on above one that is given, wherever the clock stands") {
  FakeClock clock;
  SystemRandom random;
  UuidGenerator before(clock, random);
  Uuid largest;
  for (int i = 0; i < 100; ++i) largest = before.next();
  clock.advance(-2h);
  UuidGenerator ids(clock, random);
  ids.never_below(largest);
  const auto taken = take_rising(ids, 100);
  CHECK(largest < taken.front());
  CHECK(is_version_7(taken.front()));
  // A smaller one changes nothing.
  ids.never_below(largest);
  CHECK(taken.back() < ids.next());
}

TEST_CASE("support/uuid: an id of another version says nothing about the time") {
  FakeClock clock;
  SystemRandom random;
  UuidGenerator ids(clock, random);
  ids.never_below(*Uuid::parse("ffffffff-ffff-4fff-bfff-ffffffffffff"));
  CHECK(milliseconds_of(ids.next()) == milliseconds_of(clock));
}

TEST_CASE("support/uuid: the text of an id is lower case and sorts like its bytes") {
  const auto id = Uuid::parse("0123ABCD-89ef-7FFF-bfff-fedcba987654");
  REQUIRE(id);
  CHECK(id->bytes == std::array<std::uint8_t, 16>{0x01, 0x23, 0xab, 0xcd, 0x89, 0xef, 0x7f, 0xff,
                                                  0xbf, 0xff, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54});
  CHECK(id->to_string() == "0123abcd-89ef-7fff-bfff-fedcba987654");

  SystemClock clock;
  SystemRandom random;
  UuidGenerator ids(clock, random);
  for (int i = 0; i < 1000; ++i) {
    const Uuid one = ids.next();
    const Uuid other = ids.next();
    REQUIRE(one.to_string() < other.to_string());
    REQUIRE(Uuid::parse(one.to_string()) == one);
  }
}

TEST_CASE("support/uuid: only 8-4-4-4-12 hexadecimal digits are an id") {
  const std::string good = "0123abcd-89ef-7fff-bfff-fedcba987654";
  REQUIRE(Uuid::parse(good));
  for (const std::string& bad :
       {std::string(), std::string("0"), good + "0", good + " ", " " + good, good.substr(1),
        good.substr(0, 35), "{" + good + "}", "urn:uuid:" + good,
        std::string("0123abcd89ef7fffbffffedcba987654"), std::string(36, '-'),
        std::string("0123abcd-89ef-7fff-bfff-fedcba98765g"),
        std::string("0123abcd-89ef-7fff-bffff-edcba987654"),
        std::string("0123abcd089ef-7fff-bfff-fedcba987654"),
        std::string("+123abcd-89ef-7fff-bfff-fedcba987654"),
        std::string("0x23abcd-89ef-7fff-bfff-fedcba987654"),
        std::string("0123abcd-89ef-7fff-bfff-fedcba98765\0", 36)}) {
    CAPTURE(bad);
    CHECK_FALSE(Uuid::parse(bad));
  }
}

TEST_CASE("support/uuid: no other byte in any place makes an id") {
  const std::string good = "0123abcd-89ef-7fff-bfff-fedcba987654";
  for (std::size_t place = 0; place < good.size(); ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = good;
      text[place] = static_cast<char>(byte);
      const bool is_hyphen_place = good[place] == '-';
      const bool is_digit = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
                            (byte >= 'A' && byte <= 'F');
      REQUIRE(Uuid::parse(text).has_value() == (is_hyphen_place ? byte == '-' : is_digit));
    }
  }
}

}  // namespace taskdock::support
