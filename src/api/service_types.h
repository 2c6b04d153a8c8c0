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
           member("message", &Welcome::message, Text{}, "For whoever looks in",
                  R"("Taskdock is running")"),
           member("version", &Welcome::version, Text{}, "The server's version", R"("0.1.0")"),
           member("docs", &Welcome::docs, Text{}, "Where the API can be tried", R"("/docs")"),
           member("redoc", &Welcome::redoc, Text{}, "Where the API can be read", R"("/redoc")"));

struct Health {
  std::string status = "healthy";
};

template <>
inline constexpr auto schema<Health> = object("Health",
                                              member("status", &Health::status, Text{},
                                                     "healthy, or there is an error instead",
                                                     R"("healthy")"));

}  // namespace taskdock::api
