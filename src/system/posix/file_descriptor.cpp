#include "system/file_descriptor.h"

#include <unistd.h>

namespace taskdock::system {

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace taskdock::system
