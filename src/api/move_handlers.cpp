#include <utility>

#include "api/handlers.h"
#include "api/idempotency.h"
#include "api/move_types.h"
#include "api/task_export.h"
#include "api/task_import.h"
#include "api/write.h"
#include "support/clock.h"

namespace taskdock::api {

namespace {

/// A file that came as a body.
class BodySource final : public ImportSource {
 public:
  explicit BodySource(std::string_view body) : body_(body), left_(body) {}

  void rewind() override { left_ = body_; }

  std::string_view next() override {
    constexpr std::size_t piece_bytes = std::size_t{64} * 1024;
    const std::string_view piece = left_.substr(0, piece_bytes);
    left_.remove_prefix(piece.size());
    return piece;
  }

 private:
  const std::string_view body_;
  std::string_view left_;
};

/// What the caller says the file is, or else what it looks like. The route takes no other types.
const formats::Format& format_of_file(const Call& call, const ImportParameters& wanted) {
  if (wanted.format) return format_of(*wanted.format);
  const std::string_view beginning =
      std::string_view(call.sent_body()).substr(0, formats::max_beginning);
  return *formats::recognise(media_type_of(call.request), {}, beginning);
}

std::string answer_with(const formats::Format& format, const Imported& result) {
  return to_json(ImportAnswer{.format = std::string(format.name),
                              .imported = result.imported,
                              .skipped = result.skipped(),
                              .skipped_known = result.known,
                              .skipped_equal = result.equal,
                              .skipped_deleted = result.deleted,
                              .skipped_expired = result.expired});
}

}  // namespace

Response export_tasks(Call& call) {
  const auto wanted = call.query<ExportParameters>();
  call.check_input();
  // Without a choice it is the first one.
  const formats::Format& format = format_of(wanted.format.value_or(ExportFormat{}));
  const support::Timestamp now = call.services.clock.now();
  const std::string day = support::format_rfc3339(now).substr(0, 10);
  std::string type(format.media_type);
  if (type.starts_with("text/")) type += "; charset=utf-8";
  Response response{
      .headers = {{"Content-Type", std::move(type)},
                  {"Content-Disposition", "attachment; filename=\"taskdock-" + day + '.' +
                                              std::string(format.extension) + '"'}}};
  response.stream = std::make_shared<ExportBody>(
      call.services.store, TaskExport(format, call.caller.id, call.services.trash_begins(now)));
  return response;
}

Response import_tasks(Call& call) {
  const auto wanted = call.query<ImportParameters>();
  const auto key = read_idempotency_key(call);
  if (call.sent_body().empty()) add_missing(Source::body, call.faults());
  call.check_input();
  const formats::Format& format = format_of_file(call, wanted);
  const Services& services = call.services;
  const support::Timestamp now = services.clock.now();
  const ImportTarget target{call.caller.id, services.ids, services.trash_begins(now), now};
  const ImportOptions options{wanted.deleted, wanted.equal};
  BodySource source(call.sent_body());
  constexpr auto max_tasks = static_cast<std::int64_t>(file_tasks.max_count);
  CheckedFile checked = check_file(format, source, now, max_tasks);
  if (checked.tasks > max_tasks) {
    add_file_fault(Source::body,
                   "The file has more than " + std::to_string(max_tasks) +
                       " tasks: send it in parts, or import it with taskdock import",
                   checked.faults);
  }
  if (!checked.faults.empty()) throw ValidationError(std::move(checked.faults));
  if (wanted.dry_run) {
    return {.body = answer_with(
                format, import_file(format, source, options, services.store, target, true))};
  }
  return change_once(
      call, key,
      [&](store::Changes& changes) {
        return import_file(format, source, options, changes, target);
      },
      [&](const Imported& result) { return Response{.body = answer_with(format, result)}; },
      store::ChangeSize::large);
}

}  // namespace taskdock::api
