#pragma once

#include <string>
#include <vector>

#include "system/directory.h"

namespace taskdock::system {

/// What an administrator creates in another user's directory, that user could not use. If this
/// process is root's, each of `names` in `directory` that belongs to root is given to the
/// owner of `directory`. Only regular files with one name and directories are: a link in a
/// directory that somebody else controls may lead to a file of the system.
///
/// No file is opened for it, so that the locks which this process has on a file stay (fcntl(2)
/// drops them when any descriptor of the file is closed). What cannot be given stays as it is.
void give_to_owner(const Directory& directory, const std::vector<std::string>& names);

}  // namespace taskdock::system
