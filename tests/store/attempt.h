#pragma once

#include <doctest/doctest.h>

#include <string>

#include "store/errors.h"

namespace taskdock::store {

/// Calls `act`. Returns whether it went through; otherwise it must have thrown Unavailable, with a
/// reason, and the database must not be called damaged.
template <class Act>
bool attempt(Act act) {
  try {
    act();
    return true;
  } catch (const Damaged& error) {
    FAIL_CHECK("a fault of the disk was taken for damage: " << std::string(error.what()));
  } catch (const Unavailable& error) {
    CHECK(std::string(error.what()).size() > 5);
  } catch (const std::exception& error) {
    FAIL_CHECK("a fault of the disk was reported as: " << std::string(error.what()));
  }
  return false;
}

}  // namespace taskdock::store
