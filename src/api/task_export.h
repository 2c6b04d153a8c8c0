#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/response.h"
#include "formats/format.h"
#include "store/store.h"

namespace taskdock::api {

/// Writes all tasks of a user, then those in the trash if the format has a place for them, piece by
/// piece. The pieces may come from several snapshots: each task is in the file as it was in one of
/// them, and none that was there all along is missing.
class TaskExport {
 public:
  /// Only what was deleted at `deleted_since` or later is in the trash.
  TaskExport(const formats::Format& format, const support::Uuid& owner,
             support::Timestamp deleted_since);

  /// Appends about as many bytes as pieces should have to `out`, or what is left. Returns false
  /// once there is nothing left.
  bool write_some(store::Snapshot& snapshot, std::string& out);

  std::int64_t tasks() const { return tasks_; }

 private:
  enum class Part { beginning, tasks, trash, end, nothing };

  bool take(const formats::ExportedTask& task, std::string& out, std::size_t size_before);

  const formats::Format* format_;
  support::Uuid owner_;
  support::Timestamp deleted_since_;
  std::unique_ptr<formats::TaskWriter> writer_;
  Part part_ = Part::beginning;
  std::optional<support::Uuid> after_;
  std::int64_t tasks_ = 0;
};

/// The answer with such a file. It holds no snapshot while its client receives a piece.
class ExportBody final : public BodyStream {
 public:
  /// The store must outlive it.
  ExportBody(store::Store& store, TaskExport from) : store_(store), export_(std::move(from)) {}

  std::string_view next() override;
  void interrupt() noexcept override { is_interrupted_ = true; }

 private:
  store::Store& store_;
  TaskExport export_;
  std::string piece_;
  bool is_over_ = false;
  std::atomic<bool> is_interrupted_{false};
};

}  // namespace taskdock::api
