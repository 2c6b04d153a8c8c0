#pragma once

namespace taskdock::system {

/// From now on the calling thread, and each that it starts, computes when nobody else wants to: it
/// has the lowest priority, for good, since only an administrator may raise it again. Where the
/// system refuses that, the priority stays.
void yield_to_others() noexcept;

}  // namespace taskdock::system
