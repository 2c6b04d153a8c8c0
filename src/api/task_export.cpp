#include "api/task_export.h"

#include <utility>

namespace taskdock::api {

namespace {

// Each client that is slow to receive holds one of them, with the last task beyond it.
constexpr std::size_t export_piece_bytes = std::size_t{32} * 1024;

}  // namespace

TaskExport::TaskExport(const formats::Format& format, const support::Uuid& owner,
                       support::Timestamp deleted_since)
    : format_(&format),
      owner_(owner),
      deleted_since_(deleted_since),
      writer_((*format.make_writer)()) {}

bool TaskExport::write_some(store::Snapshot& snapshot, std::string& out) {
  const std::size_t size_before = out.size();
  if (part_ == Part::beginning) {
    writer_->begin(out);
    part_ = Part::tasks;
  }
  bool is_full = false;
  if (part_ == Part::tasks) {
    snapshot.walk_tasks(owner_, after_, [&](store::Task&& task) {
      is_full = !take({std::move(task)}, out, size_before);
      return !is_full;
    });
    if (is_full) return true;
    part_ = format_->has_trash ? Part::trash : Part::end;
    after_.reset();
  }
  if (part_ == Part::trash) {
    snapshot.walk_trash(owner_, after_, deleted_since_, [&](store::TrashedTask&& task) {
      const support::Timestamp deleted_at = task.deleted_at;
      is_full = !take({std::move(task), deleted_at}, out, size_before);
      return !is_full;
    });
    if (is_full) return true;
    part_ = Part::end;
  }
  if (part_ == Part::nothing) return false;
  writer_->end(out);
  part_ = Part::nothing;
  return true;
}

/// Returns whether there is room for more.
bool TaskExport::take(const formats::ExportedTask& task, std::string& out,
                      std::size_t size_before) {
  after_ = task.id;
  ++tasks_;
  writer_->write(out, task);
  return out.size() - size_before < export_piece_bytes;
}

std::string_view ExportBody::next() {
  piece_.clear();
  // A piece can be empty: the end of some formats is.
  while (piece_.empty() && !is_over_ && !is_interrupted_) {
    store::Snapshot snapshot = store_.snapshot();
    is_over_ = !export_.write_some(snapshot, piece_);
  }
  return piece_;
}

}  // namespace taskdock::api
