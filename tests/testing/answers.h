#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "testing/client.h"

/// What the answers of an HTTP test are checked against, more than once.
namespace taskdock::testing {

/// One element of a 422's list.
nlohmann::json fault(const nlohmann::json& loc, const std::string& type, const std::string& msg);

/// Checks that `answer` is an error of the one shape, with the headers every error has; and its
/// detail, unless that is null.
void check_error(const Answer& answer, int status, const nlohmann::json& detail = nullptr);

/// The same for invalid input.
void check_faults(const Answer& answer, std::initializer_list<nlohmann::json> faults);

/// Both addresses of a user's tasks.
std::vector<std::string> task_addresses(const nlohmann::json& user);

/// Whether `text` is a UUID as Taskdock writes it.
bool is_uuid(const std::string& text);

/// Whether `text` is a moment as Taskdock writes it, e.g. 2026-01-06T10:30:00.123456Z.
bool is_moment(const std::string& text);

/// Sends `bytes` over a connection of its own and reads one answer, status 0 if there was none.
Answer send_raw(int port, const std::string& bytes);

/// Checks that the server is alive: /health answers over a new connection.
void check_alive(int port);

}  // namespace taskdock::testing
