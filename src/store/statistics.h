#pragma once

#include <cstddef>
#include <cstdint>

#include "support/metrics.h"

namespace taskdock::store {

/// How a store does.
struct Statistics {
  std::size_t changes_waiting = 0;       // for the batch in progress to end
  support::HistogramCounts batch_sizes;  // changes in each batch, whether it was committed or not
  std::uint64_t commits = 0;             // batches that were committed
  std::uint64_t database_bytes = 0;      // 0: it is not where it was
  std::uint64_t log_bytes = 0;           // of the write-ahead log; the same
};

}  // namespace taskdock::store
