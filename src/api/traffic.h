#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "support/clock.h"
#include "support/metrics.h"

namespace taskdock::api {

struct Route;

/// What a server counts of its connections and requests, for GET /metrics. Any thread may call it;
/// none waits for another, and nothing but requests() allocates.
///
/// Requests are told apart by the paths of the route table, never by those that clients write, so
/// that what is kept has a limit. All paths at which a site answers count as one.
class Traffic {
 public:
  explicit Traffic(support::Timestamp started_at);

  /// Counts a request that was answered with `status`. `route` is any of the routes at its path;
  /// null if there are none. Without a `duration` it is not among those whose times are counted:
  /// it was refused before it was received.
  void count(std::string_view method, const Route* route, int status,
             std::optional<std::chrono::nanoseconds> duration) noexcept;

  /// The requests with one method to one path of the route table.
  struct Requests {
    std::string_view method;  // "other" for one that no route takes, or that was not received
    std::string_view route;   // "none" where there is no route, "web" for the site
    std::vector<std::pair<int, std::uint64_t>> by_status;  // in ascending order
    support::HistogramCounts durations;                    // in nanoseconds
  };

  /// All that were counted, in a fixed order.
  std::vector<Requests> requests() const;

  const support::Timestamp started_at;
  support::Gauge open_connections;  // that have a worker
  support::Counter turned_away;     // connections for which there was none

 private:
  static constexpr std::array<std::string_view, 8> methods = {
      "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"};

  // Wide ones, since each of them is a time series for each method and route.
  static constexpr std::array<std::uint64_t, 11> duration_bounds = {
      100'000,     300'000,     1'000'000,     3'000'000,     10'000'000,    30'000'000,
      100'000'000, 300'000'000, 1'000'000'000, 3'000'000'000, 10'000'000'000};

  struct StatusCount {
    std::atomic<int> status{0};  // 0: not in use
    support::Counter requests;
  };

  struct Series {
    // More than any route has; the last one takes what would not fit.
    std::array<StatusCount, 24> by_status;
    support::Histogram<duration_bounds> durations;
  };

  static StatusCount& find(Series& series, int status) noexcept;

  const std::vector<std::string_view> paths_;               // by Route::path_number
  std::vector<std::array<Series, methods.size()>> series_;  // the same
};

}  // namespace taskdock::api
