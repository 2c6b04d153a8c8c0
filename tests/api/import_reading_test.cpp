#include "api/import_reading.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "testing/fakes.h"

namespace taskdock::api {

namespace {

const support::Timestamp import_time = testing::FakeClock().now();

/// Lines of todo.txt, one a piece: `count` tasks, of which the one at `wrong` (from 1) is too long.
class Lines final : public ImportSource {
 public:
  explicit Lines(int count, int wrong = 0) : count_(count), wrong_(wrong) {}

  void rewind() override { read_ = 0; }
  std::string_view next() override {
    if (read_ == count_) return {};
    ++read_;
    line_ = (read_ == wrong_ ? std::string(2500, 'x') : std::to_string(read_)) + '\n';
    return line_;
  }
  int read() const { return read_; }

 private:
  const int count_;
  const int wrong_;
  std::atomic<int> read_ = 0;
  std::string line_;
};

class Broken final : public ImportSource {
 public:
  void rewind() override {}
  std::string_view next() override { throw std::runtime_error("the disk is gone"); }
};

const formats::Format& todotxt() {
  return *formats::find_format("todotxt");
}

}  // namespace

TEST_CASE("api/import_reading: all tasks come, in their order, and then none") {
  for (const int count : {0, 1, 63, 64, 65, 1000}) {
    CAPTURE(count);
    Lines source(count);
    ImportReading reading(todotxt(), source, import_time);
    int last = 0;
    for (;;) {
      const auto tasks = reading.next();
      if (tasks.empty()) break;
      for (const auto& task : tasks) CHECK(task.title == std::to_string(++last));
    }
    CHECK(last == count);
    CHECK(reading.next().empty());
  }
}

TEST_CASE("api/import_reading: a fault comes in the place of the tasks from there on") {
  Lines source(1000, 500);
  ImportReading reading(todotxt(), source, import_time);
  std::size_t tasks = 0;
  std::size_t faults = 0;
  try {
    for (std::size_t more = 1; more > 0; tasks += more) more = reading.next().size();
  } catch (const ValidationError& error) {
    faults = error.faults().size();
  }
  CHECK(faults == 1);
  CHECK(tasks < 500);
  CHECK(source.read() == 500);
  CHECK(check_file(todotxt(), source, import_time).faults.size() == 1);
}

/// A file in one piece.
struct Piece final : ImportSource {
  explicit Piece(std::string_view with) : bytes(with) {}

  void rewind() override { left = bytes; }
  std::string_view next() override { return std::exchange(left, {}); }

  std::string_view bytes;
  std::string_view left;
};

TEST_CASE("api/import_reading: a file in UTF-16 is told to be saved as UTF-8") {
  using namespace std::string_view_literals;
  for (const std::string_view file :
       {"\xff\xfet\0i\0"sv, "\xfe\xff\0t\0i"sv, "t\0i\0"sv, "\0t\0i"sv}) {
    Piece source(file);
    const Faults faults = check_file(todotxt(), source, import_time).faults;
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].message == "The file is UTF-16: save it as UTF-8");
  }
}

TEST_CASE("api/import_reading: what reading throws comes to who takes the tasks") {
  Broken source;
  ImportReading reading(todotxt(), source, import_time);
  CHECK_THROWS_WITH(reading.next(), "the disk is gone");
}

TEST_CASE("api/import_reading: the file is read a few hundred tasks ahead, and no further") {
  Lines source(100'000);
  {
    ImportReading reading(todotxt(), source, import_time);
    // Until it has waited for us a while.
    for (int before = -1; source.read() != before || before == 0;) {
      before = source.read();
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    CHECK(source.read() < 1000);
    CHECK(reading.next().size() > 0);
  }
  // It has ended with most of the file unread.
  CHECK(source.read() < 2000);
}

}  // namespace taskdock::api
