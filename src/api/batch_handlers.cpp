#include "api/batch.h"
#include "api/handlers.h"
#include "api/idempotency.h"
#include "api/task_answer.h"

namespace taskdock::api {

namespace {

// More than this many are not worth waiting for others.
constexpr std::size_t max_usual_operations = 20;

}  // namespace

Response change_tasks(Call& call) {
  const Services& services = call.services;
  const support::Timestamp now = services.clock.now();
  auto batch = call.body<Batch>();
  check_batch(batch, now, call.faults());
  const auto key = read_idempotency_key(call);
  call.check_input();
  // The same request had no larger answer before, if it had one with its key.
  if (!call.request.body.reserve_answer(max_answer_bytes(batch, call.sent_body().size()))) {
    throw short_of_memory();
  }
  const std::string tasks_path = path_of_tasks(call.request);
  return change_once(
      call, key,
      [&](store::Changes& changes) {
        return run_batch(services, changes, call.caller.id, batch, now, tasks_path);
      },
      [](std::string results) { return Response{.body = std::move(results)}; },
      batch.operations.size() > max_usual_operations ? store::ChangeSize::large
                                                     : store::ChangeSize::usual);
}

}  // namespace taskdock::api
