#pragma once

#include <doctest/doctest.h>

#include <string>

#include "api/read.h"

namespace taskdock::api {

/// What is wrong with `json` for a T.
template <class T>
Faults read_faults(const std::string& json) {
  Faults faults;
  read_body<T>(json, faults);
  return faults;
}

/// The T in `json`, which must have no fault.
template <class T>
T read_whole(const std::string& json) {
  Faults faults;
  T result = read_body<T>(json, faults);
  CAPTURE(json);
  CHECK(faults.empty());
  return result;
}

}  // namespace taskdock::api
