#include <chrono>

#include "api/event_hub.h"
#include "api/exposition.h"
#include "api/handlers.h"
#include "api/traffic.h"

namespace taskdock::api {

namespace {

void write_process(const Services& services, Exposition& out) {
  out.begin("taskdock_build_info", "gauge", "What is running; always 1.");
  out.add(1, {{"version", services.version}, {"commit", services.commit}});
  out.begin("process_start_time_seconds", "gauge", "When the server was started, in Unix time.");
  const std::chrono::duration<double> start = services.traffic->started_at.time_since_epoch();
  out.add(start.count());
}

void write_traffic(const Traffic& traffic, Exposition& out) {
  const std::vector<Traffic::Requests> all = traffic.requests();
  const auto labels = [](const Traffic::Requests& requests) {
    return Exposition::Labels{{"method", std::string(requests.method)},
                              {"route", std::string(requests.route)}};
  };
  out.begin("taskdock_http_requests_total", "counter", "Requests that were answered.");
  for (const Traffic::Requests& requests : all) {
    for (const auto& [status, number] : requests.by_status) {
      Exposition::Labels with_status = labels(requests);
      with_status.emplace_back("status", std::to_string(status));
      out.add(static_cast<double>(number), with_status);
    }
  }
  out.begin("taskdock_http_request_duration_seconds", "histogram",
            "Time from the receipt of a request's head to the end of its answer.");
  for (const Traffic::Requests& requests : all) {
    if (requests.durations.total() > 0) out.add(requests.durations, 1e9, labels(requests));
  }
  out.begin("taskdock_http_connections_open", "gauge", "Connections that are open.");
  out.add(static_cast<double>(traffic.open_connections.value()));
  out.begin("taskdock_http_connections_turned_away_total", "counter",
            "Connections that were refused with 503, since there were too many.");
  out.add(static_cast<double>(traffic.turned_away.value()));
}

void write_events(EventHub& events, Exposition& out) {
  out.begin("taskdock_event_streams_open", "gauge", "Streams of events that are open.");
  out.add(static_cast<double>(events.open_streams()));
}

void write_store(const store::Statistics& statistics, Exposition& out) {
  out.begin("taskdock_database_changes_waiting", "gauge",
            "Changes that wait for the batch in progress.");
  out.add(static_cast<double>(statistics.changes_waiting));
  out.begin("taskdock_database_batch_changes", "histogram",
            "Changes in each batch, whether it was committed or failed.");
  out.add(statistics.batch_sizes, 1);
  out.begin("taskdock_database_commits_total", "counter", "Batches that were committed.");
  out.add(static_cast<double>(statistics.commits));
  out.begin("taskdock_database_size_bytes", "gauge", "Size of the database file.");
  out.add(static_cast<double>(statistics.database_bytes));
  out.begin("taskdock_database_log_size_bytes", "gauge", "Size of the write-ahead log.");
  out.add(static_cast<double>(statistics.log_bytes));
}

void write_passwords(const security::PasswordHasher::Load& load, Exposition& out) {
  out.begin("taskdock_password_checks_running", "gauge",
            "Passwords that are being checked or hashed.");
  out.add(static_cast<double>(load.running));
  out.begin("taskdock_password_checks_waiting", "gauge",
            "Passwords that wait to be checked or hashed.");
  out.add(static_cast<double>(load.waiting));
}

}  // namespace

Response get_metrics(Call& call) {
  const Services& services = call.services;
  Exposition out;
  write_process(services, out);
  write_traffic(*services.traffic, out);
  write_events(services.events, out);
  write_store(services.store.statistics(), out);
  write_passwords(services.passwords.load(), out);
  return {.body = out.take_text(),
          .headers = {{"Content-Type", std::string(Exposition::media_type)},
                      {"Cache-Control", "no-store"}}};
}

}  // namespace taskdock::api
