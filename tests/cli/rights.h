#pragma once

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/outcome.h"
#include "testing/paths.h"

namespace taskdock::testing {

/// Each in quotes, for a shell. None may have a quote itself.
inline std::string quoted(const Process::Strings& words) {
  std::string text;
  for (const std::string& word : words) text += " '" + word + '\'';
  return text;
}

/// What `taskdock arguments...` leaves behind as a user without rights, where this is a user with
/// all of them: `directory` must be open to all, and gets a copy of the executable.
inline Finished run_without_rights(const std::filesystem::path& directory,
                                   const Process::Strings& arguments) {
  if (::geteuid() != 0) return run(arguments);
  const auto copy = directory / "taskdock";
  std::filesystem::copy_file(executable(), copy, std::filesystem::copy_options::skip_existing);
  ::chmod(copy.c_str(), 0755);
  return run_shell("exec setpriv --reuid 65534 --regid 65534 --clear-groups " + copy.string() +
                   quoted(arguments));
}

/// The shell that mounts what follows for itself alone, so that nothing is left of it.
inline std::string in_own_mounts(const std::string& script) {
  const std::string flags = ::geteuid() == 0 ? "-m" : "-rm";
  return "exec unshare " + flags + " sh -c \"" + script + '"';
}

/// What `taskdock arguments...` leaves behind where `place` can only be read.
inline Finished run_with_read_only(const std::filesystem::path& place,
                                   const Process::Strings& arguments) {
  const std::string name = '\'' + place.string() + '\'';
  return run_shell(in_own_mounts("mount --bind " + name + ' ' + name +
                                 " && mount -o remount,bind,ro " + name + " && exec '" +
                                 executable() + '\'' + quoted(arguments)));
}

/// Whether this user may mount here, which not every system allows; says so if not.
inline bool may_mount() {
  const TemporaryDirectory place;
  const std::string name = '\'' + place.path().string() + '\'';
  if (run_shell(in_own_mounts("mount --bind " + name + ' ' + name)).status == 0) return true;
  MESSAGE("nothing can be mounted here");
  return false;
}

}  // namespace taskdock::testing
