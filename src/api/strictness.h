#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/errors.h"
#include "support/json_value.h"

/// What `Prefer: handling=strict` (RFC 7240, 4.4) asks for: that members and parameters which are
/// not declared are faults, instead of being ignored.
namespace taskdock::api {

class Where;

/// Goes along with the reading of a request that wants it. Only the first of such faults are
/// reported, so that a hostile request does not make a million of them.
struct Strictness {
  std::size_t faults_left = 100;
};

/// Adds a fault for each member of `object`, which is at `where`, that is not one of `names`, until
/// `strictness` has no faults left.
void add_unknown_members(const support::JsonValue& object, std::span<const std::string_view> names,
                         const Where& where, Strictness& strictness, std::vector<Fault>& faults);

/// The same for the parameters of a query.
void add_unknown_parameters(const std::vector<std::pair<std::string, std::string>>& query,
                            std::span<const std::string_view> names, Strictness& strictness,
                            std::vector<Fault>& faults);

}  // namespace taskdock::api
