#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "api/openapi.h"
#include "api/request_handler.h"
#include "api/router.h"
#include "api/services.h"

namespace taskdock::api {

/// The API, independent of the protocol that carries requests and answers.
class Application final : public RequestHandler {
 public:
  explicit Application(Services services);

  /// Answers `request`. Every error becomes an answer of the one shape; nothing is thrown. Any
  /// thread may call it, and waits for the disk where the request writes.
  Response handle(const Request& request) const noexcept override;

 private:
  /// What is known of a request as soon as it is, also where answering it fails later.
  struct Progress {
    const Route* at_path = nullptr;
    bool is_strict = false;
  };

  Response dispatch(const Request& request, Progress& progress) const;
  std::optional<Router::Match> find(std::string_view path) const;
  void authorize(Call& call, const Route& route) const;
  store::Caller authenticate(Call& call, const Route& route) const;
  void log_guess(const Request& request, std::string_view token) const;

  const Services services_;
  const std::vector<Route> routes_;
  const Router router_;
  const OpenApi openapi_;
};

}  // namespace taskdock::api
