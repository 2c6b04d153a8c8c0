#pragma once

#include <string>

#include "api/schema.h"

/// The responses about the service itself.
namespace taskdock::api {

struct Welcome {
  std::string message = "Taskdock is running";
  std::string version;
  std::string docs = "/docs";
  std::string redoc = "/redoc";
};

template <>
inline constexpr auto schema<Welcome> =
    object("Welcome",
           member("message", &Welcome::message, Text{}, "A greeting", R"("Taskdock is running")"),
           member("version", &Welcome::version, Text{}, "The server's version", R"("0.1.0")"),
           member("docs", &Welcome::docs, Text{}, "The path of Swagger UI", R"("/docs")"),
           member("redoc", &Welcome::redoc, Text{}, "The path of Redoc", R"("/redoc")"));

struct Health {
  std::string status = "healthy";
};

template <>
inline constexpr auto schema<Health> =
    object("Health", member("status", &Health::status, Text{},
                            "Always healthy; otherwise the answer is an error", R"("healthy")"));

struct Stopping {
  std::string status = "stopping";
};

template <>
inline constexpr auto schema<Stopping> = object("Stopping",
                                                member("status", &Stopping::status, Text{},
                                                       "Always stopping", R"("stopping")"));

}  // namespace taskdock::api
