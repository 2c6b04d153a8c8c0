#pragma once

#include <functional>

#include "store/types.h"

/// Reading all tasks of a user, and adding tasks that were made elsewhere.
namespace taskdock::store {

/// Is called for one task after the other; returns whether to go on. It must not use the store.
using TaskVisitor = std::function<bool(Task&& task)>;
using TrashVisitor = std::function<bool(TrashedTask&& task)>;

/// Who has an id: nobody; the owner, for a task of theirs, one in their trash, or one that is only
/// known to have been deleted; or another user, in the same ways.
enum class IdHolder { nobody, own_task, own_trash, own_deleted, another };

}  // namespace taskdock::store
