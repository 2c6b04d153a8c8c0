#include "api/exposition.h"

#include <doctest/doctest.h>

#include <array>

namespace taskdock::api {

TEST_CASE("api/exposition: each metric has its help, its type and its samples") {
  Exposition out;
  out.begin("apples_total", "counter", "Apples that were eaten.");
  out.add(3, {{"colour", "red"}, {"ripe", "yes"}});
  out.add(0, {{"colour", "green"}, {"ripe", "no"}});
  out.begin("start_seconds", "gauge", "When it began.");
  out.add(1767694200.25);
  CHECK(out.take_text() ==
        "# HELP apples_total Apples that were eaten.\n"
        "# TYPE apples_total counter\n"
        "apples_total{colour=\"red\",ripe=\"yes\"} 3\n"
        "apples_total{colour=\"green\",ripe=\"no\"} 0\n"
        "# HELP start_seconds When it began.\n"
        "# TYPE start_seconds gauge\n"
        "start_seconds 1767694200.25\n");
}

TEST_CASE("api/exposition: the buckets of a histogram contain those below them, in its unit") {
  constexpr std::array<std::uint64_t, 3> bounds = {100'000, 30'000'000, 10'000'000'000};
  Exposition out;
  out.begin("time_seconds", "histogram", "How long it took.");
  out.add({.bounds = bounds, .counts = {2, 0, 3, 1}, .sum = 12'500'000'000}, 1e9, {{"of", "all"}});
  CHECK(out.take_text() ==
        "# HELP time_seconds How long it took.\n"
        "# TYPE time_seconds histogram\n"
        "time_seconds_bucket{of=\"all\",le=\"0.0001\"} 2\n"
        "time_seconds_bucket{of=\"all\",le=\"0.03\"} 2\n"
        "time_seconds_bucket{of=\"all\",le=\"10\"} 5\n"
        "time_seconds_bucket{of=\"all\",le=\"+Inf\"} 6\n"
        "time_seconds_sum{of=\"all\"} 12.5\n"
        "time_seconds_count{of=\"all\"} 6\n");
}

TEST_CASE("api/exposition: no label can break out of its line") {
  Exposition out;
  out.begin("x", "gauge", "X.");
  out.add(1, {{"text", "a\"b\\c\nd"}});
  CHECK(out.take_text().ends_with("x{text=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

}  // namespace taskdock::api
