#include "api/traffic.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <thread>

#include "api/routes.h"

namespace taskdock::api {

namespace {

using std::chrono::milliseconds;
using Statuses = std::vector<std::pair<int, std::uint64_t>>;

const Route* find_route(std::string_view path) {
  for (const Route& route : routes()) {
    if (route.path == path) return &route;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("api/traffic: requests are told apart by method, path of the table and status") {
  Traffic traffic({});
  const Route* tasks = find_route("/api/tasks");
  REQUIRE(tasks);
  CHECK(traffic.requests().empty());
  traffic.count("GET", tasks, 401, milliseconds(1));
  traffic.count("GET", tasks, 200, milliseconds(1));
  traffic.count("GET", tasks, 200, milliseconds(2));
  traffic.count("POST", tasks, 201, milliseconds(20));
  traffic.count("GET", nullptr, 404, milliseconds(1));
  const auto all = traffic.requests();
  REQUIRE(all.size() == 3);
  CHECK(all[0].route == "none");
  CHECK(all[0].method == "GET");
  CHECK(all[0].by_status == Statuses{{404, 1}});
  CHECK(all[1].route == "/api/tasks");
  CHECK(all[1].method == "GET");
  CHECK(all[1].by_status == Statuses{{200, 2}, {401, 1}});
  CHECK(all[1].durations.total() == 3);
  CHECK(all[1].durations.sum == 4'000'000);
  CHECK(all[2].method == "POST");
  CHECK(all[2].by_status == Statuses{{201, 1}});
}

TEST_CASE("api/traffic: a request that was refused before it was received has no duration") {
  Traffic traffic({});
  traffic.count({}, nullptr, 400, std::nullopt);
  const auto all = traffic.requests();
  REQUIRE(all.size() == 1);
  CHECK(all[0].method == "other");
  CHECK(all[0].by_status == Statuses{{400, 1}});
  CHECK(all[0].durations.total() == 0);
}

TEST_CASE("api/traffic: clients cannot add methods or statuses without limit") {
  Traffic traffic({});
  for (int i = 0; i < 1000; ++i) {
    traffic.count("METHOD" + std::to_string(i), nullptr, 100 + i % 500, milliseconds(1));
  }
  const auto all = traffic.requests();
  REQUIRE(all.size() == 1);
  CHECK(all[0].method == "other");
  CHECK(all[0].by_status.size() == 24);
  std::uint64_t total = 0;
  for (const auto& [status, number] : all[0].by_status) total += number;
  CHECK(total == 1000);
}

TEST_CASE("api/traffic: every path of the table has a number of its own") {
  Traffic traffic({});
  std::set<std::string> paths;
  for (const Route& route : routes()) {
    paths.insert(route.path);
    traffic.count("GET", &route, 200, milliseconds(1));
  }
  std::set<std::string> counted;
  for (const Traffic::Requests& requests : traffic.requests()) {
    counted.emplace(requests.route);
    CHECK(find_route(requests.route) != nullptr);
  }
  CHECK(counted == paths);
}

TEST_CASE("api/traffic: requests that several threads answer are all counted") {
  constexpr int threads = 16;
  constexpr int rounds = 500;
  Traffic traffic({});
  const Route* tasks = find_route("/api/tasks");
  {
    std::vector<std::jthread> all;
    for (int i = 0; i < threads; ++i) {
      all.emplace_back([&, i] {
        for (int round = 0; round < rounds; ++round) {
          traffic.count("POST", tasks, 200 + (i + round) % 8, milliseconds(1));
        }
      });
    }
  }
  const auto all = traffic.requests();
  REQUIRE(all.size() == 1);
  CHECK(all[0].by_status.size() == 8);
  for (const auto& [status, number] : all[0].by_status) CHECK(number == threads * rounds / 8);
  CHECK(all[0].durations.total() == threads * rounds);
}

}  // namespace taskdock::api
