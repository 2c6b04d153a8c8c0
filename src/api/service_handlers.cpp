#include "api/handlers.h"
#include "api/service_types.h"
#include "api/write.h"
#include "store/errors.h"

namespace taskdock::api {

Response check_health(Call& call) {
  try {
    call.services.store.check();
  } catch (const store::Unavailable&) {
    throw;
  } catch (const std::exception& error) {
    // 503 for whatever it is: the caller wants to know that no request can be served.
    throw store::Unavailable(error.what());
  }
  return {.body = to_json(Health{})};
}

Response stop_server(Call& call) {
  call.services.request_stop();  // finishes the requests in progress, of which this is one
  return {.status = 202, .body = to_json(Stopping{})};
}

}  // namespace taskdock::api
