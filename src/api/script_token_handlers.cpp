#include "api/handlers.h"
#include "api/script_token_types.h"
#include "api/write.h"
#include "security/script_token.h"

namespace taskdock::api {

Response create_script_token(Call& call) {
  const auto wanted = call.body<ScriptTokenRequest>();
  call.check_input();
  const Services& services = call.services;
  const support::Timestamp now = services.clock.now();
  NewScriptToken made{{.id = services.ids.next(),
                       .user_id = call.caller.id,
                       .name = wanted.name,
                       .scope = wanted.scope,
                       .created_at = now,
                       .expires_at = {}},
                      security::make_script_token(services.random)};
  if (wanted.expires_in) made.expires_at = now + std::chrono::seconds(*wanted.expires_in);
  services.store.change([&](store::Changes& changes) {
    changes.add_script_token(made, security::sha256(made.token));
  });
  return {.status = 201, .body = to_json(made)};
}

Response list_script_tokens(Call& call) {
  return {.body = to_json(ScriptTokenList{call.snapshot().list_script_tokens(call.caller.id)})};
}

Response revoke_script_token(Call& call) {
  const support::Uuid id = call.id_parameter("token_id");
  call.check_input();
  call.services.store.change(
      [&](store::Changes& changes) { changes.remove_script_token(call.caller.id, id); });
  return {.status = 204};
}

}  // namespace taskdock::api
