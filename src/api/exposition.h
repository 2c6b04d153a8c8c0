#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/metrics.h"

namespace taskdock::api {

/// Writes metrics in Prometheus' text format, version 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats).
class Exposition {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string>>;

  static constexpr std::string_view media_type = "text/plain; version=0.0.4; charset=utf-8";

  /// Begins a metric of this name; `type` is counter, gauge or histogram. Its samples follow.
  void begin(std::string_view name, std::string_view type, std::string_view help);

  /// A sample of a counter or gauge.
  void add(double value, const Labels& labels = {});

  /// The samples of a histogram, whose values are counted in 1/`per_unit` of the metric's unit.
  void add(const support::HistogramCounts& histogram, double per_unit, const Labels& labels = {});

  std::string take_text() { return std::move(text_); }

 private:
  void add_sample(std::string_view suffix, const Labels& labels, std::string_view le, double value);

  std::string name_;
  std::string text_;
};

}  // namespace taskdock::api
