#include "system/process_setup.h"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <limits>

namespace taskdock::system {

std::int64_t process_id() noexcept {
  return ::getpid();
}

void keep_files_private() noexcept {
  ::umask(S_IRWXG | S_IRWXO);
}

void survive_lost_readers() noexcept {
  std::signal(SIGPIPE, SIG_IGN);
}

void survive_file_size_limit() noexcept {
  std::signal(SIGXFSZ, SIG_IGN);
}

void give_large_blocks_back(std::size_t bytes) noexcept {
  ::mallopt(M_MMAP_THRESHOLD, static_cast<int>(bytes));
}

std::size_t raise_limit_on_open_files() noexcept {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return std::numeric_limits<std::size_t>::max();
  const rlim_t before = files.rlim_cur;
  files.rlim_cur = files.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &files) == 0 ? files.rlim_max : before;
}

}  // namespace taskdock::system
