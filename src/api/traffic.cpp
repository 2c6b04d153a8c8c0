#include "api/traffic.h"

#include <algorithm>

#include "api/routes.h"

namespace taskdock::api {

namespace {

/// What requests are told apart by, by Route::path_number.
std::vector<std::string_view> numbered_paths() {
  std::vector<std::string_view> paths(site_route().path_number + 1);
  for (const Route& route : routes()) paths[route.path_number] = route.path;
  paths.front() = "none";
  paths.back() = site_route().path;
  return paths;
}

}  // namespace

Traffic::Traffic(support::Timestamp started)
    : started_at(started), paths_(numbered_paths()), series_(paths_.size()) {}

void Traffic::count(std::string_view method, const Route* route, int status,
                    std::optional<std::chrono::nanoseconds> duration) noexcept {
  const auto end = methods.end() - 1;
  const auto known = std::find(methods.begin(), end, method);
  Series& series =
      series_[route ? route->path_number : 0][static_cast<std::size_t>(known - methods.begin())];
  find(series, status).requests.add();
  if (duration) series.durations.observe(static_cast<std::uint64_t>(duration->count()));
}

/// The count of `status`, which takes the next one that is not in use if there is none yet.
Traffic::StatusCount& Traffic::find(Series& series, int status) noexcept {
  for (StatusCount& count : series.by_status) {
    int known = count.status.load(std::memory_order_relaxed);
    if (known == 0 &&
        count.status.compare_exchange_strong(known, status, std::memory_order_relaxed)) {
      return count;
    }
    if (known == status) return count;
  }
  return series.by_status.back();
}

std::vector<Traffic::Requests> Traffic::requests() const {
  std::vector<Requests> all;
  for (std::size_t path = 0; path < series_.size(); ++path) {
    for (std::size_t method = 0; method < methods.size(); ++method) {
      const Series& series = series_[path][method];
      Requests requests{.method = methods[method],
                        .route = paths_[path],
                        .by_status = {},
                        .durations = series.durations.counts()};
      for (const StatusCount& count : series.by_status) {
        const int status = count.status.load(std::memory_order_relaxed);
        const std::uint64_t number = count.requests.value();
        if (status != 0 && number > 0) requests.by_status.emplace_back(status, number);
      }
      if (requests.by_status.empty()) continue;
      std::ranges::sort(requests.by_status);
      all.push_back(std::move(requests));
    }
  }
  return all;
}

}  // namespace taskdock::api
