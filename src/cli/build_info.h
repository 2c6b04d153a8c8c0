#pragma once

namespace taskdock::cli {

/// The version of Taskdock, as in CMakeLists.txt.
const char* version();

/// The abbreviated git commit this executable was built from, with "-dirty" when the tree had
/// changes; "unknown" outside a checkout.
const char* commit();

}  // namespace taskdock::cli
