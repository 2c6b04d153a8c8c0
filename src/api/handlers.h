#pragma once

#include "api/call.h"
#include "api/response.h"

/// What the routes do, one function each; the route table (routes.cpp) says which is whose.
///
/// A handler runs on the thread of its connection and throws ApiError, ValidationError or one of
/// the store's errors, which become answers in one place (application.cpp).
namespace taskdock::api {

Response signup(Call& call);
Response login(Call& call);
Response log_in_local_user(Call& call);
Response get_me(Call& call);
Response update_me(Call& call);
Response change_password(Call& call);
Response delete_me(Call& call);

Response refresh_session(Call& call);
Response log_out(Call& call);
Response list_sessions(Call& call);
Response end_session(Call& call);
Response end_other_sessions(Call& call);

Response create_script_token(Call& call);
Response list_script_tokens(Call& call);
Response revoke_script_token(Call& call);

Response create_task(Call& call);
Response change_tasks(Call& call);
Response list_tasks(Call& call);
Response get_task(Call& call);
Response replace_task(Call& call);
Response update_task(Call& call);
Response set_task_completion(Call& call);
Response delete_task(Call& call);
Response summarize_tasks(Call& call);
Response list_changes(Call& call);

Response export_tasks(Call& call);
Response import_tasks(Call& call);

Response list_trash(Call& call);
Response empty_trash(Call& call);
Response purge_task(Call& call);
Response restore_task(Call& call);

Response list_tags(Call& call);
Response rename_tag(Call& call);
Response remove_tag(Call& call);

Response stream_events(Call& call);
Response create_event_ticket(Call& call);

Response check_health(Call& call);
Response get_metrics(Call& call);
Response stop_server(Call& call);

Response welcome(Call& call);
Response get_openapi(Call& call);
Response get_docs(Call& call);
Response get_redoc(Call& call);
Response get_app(Call& call);
Response get_embedded_file(Call& call);
bool has_asset(const PathParameters& parameters);

}  // namespace taskdock::api
