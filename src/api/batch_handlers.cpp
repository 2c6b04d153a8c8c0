#include "api/batch.h"
#include "api/handlers.h"
#include "api/task_answer.h"

namespace taskdock::api {

Response change_tasks(Call& call) {
  const Services& services = call.services;
  const support::Timestamp now = services.clock.now();
  auto batch = call.body<Batch>();
  check_batch(batch, now, call.faults());
  call.check_input();
  if (!call.request.body.reserve_answer(max_answer_bytes(batch, call.body_bytes()))) {
    throw short_of_memory();
  }
  const std::string tasks_path = path_of_tasks(call.request);
  return {.body = services.store.change([&](store::Changes& changes) {
    return run_batch(services, changes, call.caller.id, batch, now, tasks_path);
  })};
}

}  // namespace taskdock::api
