#include "store/zeroing_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <span>

namespace taskdock::store {

namespace {

constexpr std::size_t smallest_page = 512;
constexpr std::size_t largest_page = 65536;
constexpr std::size_t file_header = 100;  // stands before the b-tree's header in the first page

// Set once, before the first file is opened through us.
sqlite3_vfs* system_vfs = nullptr;
sqlite3_vfs vfs;

// Of all database files alike: the system's methods, and those with our way of writing.
std::once_flag methods_copied;
const sqlite3_io_methods* system_methods = nullptr;
sqlite3_io_methods methods;

std::size_t read_number(std::span<const std::uint8_t> page, std::size_t at) {
  return page[at] * std::size_t{256} + page[at + 1];
}

/// What lies between the cell pointers and the cells of a b-tree page; of other pages nothing.
std::span<std::uint8_t> unallocated_space(std::span<std::uint8_t> page, bool is_first) {
  const std::size_t header = is_first ? file_header : 0;
  std::size_t header_size = 8;
  switch (page[header]) {
    case 0x02:  // interior pages of an index and of a table
    case 0x05:
      header_size = 12;
      break;
    case 0x0a:  // their leaves
    case 0x0d:
      break;
    default:
      return {};
  }
  const std::size_t cells = read_number(page, header + 3);
  std::size_t content = read_number(page, header + 5);
  if (content == 0) content = largest_page;
  const std::size_t begin = header + header_size + 2 * cells;
  if (begin > content || content > page.size()) return {};
  return page.subspan(begin, content - begin);
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  const auto page_size = static_cast<std::size_t>(size);
  const bool is_page = page_size >= smallest_page && page_size <= largest_page &&
                       (page_size & (page_size - 1)) == 0 && offset % size == 0;
  if (!is_page) return system_methods->xWrite(file, bytes, size, offset);
  std::array<std::uint8_t, largest_page> copy;
  const std::span page(copy.data(), page_size);
  std::memcpy(page.data(), bytes, page_size);
  std::ranges::fill(unallocated_space(page, offset == 0), std::uint8_t{0});
  return system_methods->xWrite(file, page.data(), size, offset);
}

int open(sqlite3_vfs* /*ours*/, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  const int result = system_vfs->xOpen(system_vfs, name, file, flags, flags_out);
  if (result != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return result;
  std::call_once(methods_copied, [file] {
    system_methods = file->pMethods;
    methods = *system_methods;
    methods.xWrite = write;
  });
  // They depend on how the file system locks; on Linux there is one way.
  if (file->pMethods == system_methods) file->pMethods = &methods;
  return result;
}

}  // namespace

const char* zeroing_vfs() {
  static std::once_flag registered;
  std::call_once(registered, [] {
    system_vfs = sqlite3_vfs_find(nullptr);
    vfs = *system_vfs;
    vfs.pNext = nullptr;
    vfs.zName = "zeroing";
    vfs.xOpen = open;
    sqlite3_vfs_register(&vfs, 0);
  });
  return vfs.zName;
}

}  // namespace taskdock::store
