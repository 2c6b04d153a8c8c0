#include "api/handlers.h"
#include "api/service_types.h"
#include "api/write.h"
#include "store/errors.h"

namespace taskdock::api {

Response check_health(Call& call) {
  try {
    call.services.store.check();
  } catch (const std::exception& error) {
    // A damaged file is no fault of the request; whoever asks wants to know that nobody can be
    // served.
    throw store::Unavailable(error.what());
  }
  return {.body = to_json(Health{})};
}

}  // namespace taskdock::api
