#pragma once

namespace taskdock::system {

/// From now on the calling thread, and each that it starts, has a low priority: where others want
/// to compute, it gets a tenth of what each of them gets. For good, since only an administrator may
/// raise it again. One that is lower already stays, and so does any where the system refuses that.
void yield_to_others() noexcept;

}  // namespace taskdock::system
