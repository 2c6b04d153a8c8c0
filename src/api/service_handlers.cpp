#include "api/handlers.h"
#include "api/service_types.h"
#include "api/write.h"

namespace taskdock::api {

Response check_health(Call& call) {
  call.services.store.check();
  return {.body = to_json(Health{})};
}

}  // namespace taskdock::api
