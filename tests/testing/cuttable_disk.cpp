#include "testing/cuttable_disk.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

namespace taskdock::testing {

namespace {

constexpr unsigned changing_calls =
    open_call | write_call | sync_call | truncate_call | remove_call;

void write_at(std::string& file, std::uint64_t offset, std::string_view bytes) {
  if (file.size() < offset + bytes.size()) file.resize(offset + bytes.size());
  file.replace(offset, bytes.size(), bytes);
}

std::string content_of_file(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

CuttableDisk::CuttableDisk(const std::filesystem::path& directory) {
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    auto content = std::make_shared<Content>();
    content->synced = content_of_file(entry.path());
    names_[entry.path().string()] = {.synced = content, .current = content};
  }
}

void CuttableDisk::cut_at(std::uint64_t call, std::uint64_t seed) {
  const std::lock_guard lock(mutex_);
  last_call_ = call_ + call;
  dice_.seed(seed);
}

bool CuttableDisk::is_off() {
  const std::lock_guard lock(mutex_);
  return is_off_;
}

std::map<std::string, std::string> CuttableDisk::survivors() {
  const std::lock_guard lock(mutex_);
  return survivors_;
}

FileOutcome CuttableDisk::decide(const FileRequest& request) {
  const std::lock_guard lock(mutex_);
  if (is_off_) return {.error = EIO};
  if (!request.path || (request.call & changing_calls) == 0) return {};
  const bool is_last = ++call_ == last_call_;
  // A sync in which the power is cut has done nothing, or as much as chance leaves of any write.
  if (!is_last || request.call != sync_call) note(request);
  if (!is_last) return {};
  cut();
  return {.error = EIO};
}

void CuttableDisk::note(const FileRequest& request) {
  Name& name = names_[request.path];
  switch (request.call) {
    case open_call:
      if (name.current || (request.flags & SQLITE_OPEN_CREATE) == 0) break;
      name.current = std::make_shared<Content>();
      name.syncs_directory = (request.flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
      break;
    case write_call:
      name.current->pending.push_back({request.offset, std::string(request.bytes), false});
      break;
    case truncate_call:
      name.current->pending.push_back({request.offset, {}, true});
      break;
    case sync_call:
      for (const Content::Write& write : name.current->pending) {
        if (write.truncates) name.current->synced.resize(write.offset);
        if (!write.truncates) write_at(name.current->synced, write.offset, write.bytes);
      }
      name.current->pending.clear();
      if (std::exchange(name.syncs_directory, false)) sync_directory();
      break;
    case remove_call:
      name.current.reset();
      if (request.syncs_directory) sync_directory();
      break;
    default:
      break;
  }
}

void CuttableDisk::sync_directory() {
  for (auto& [path, name] : names_) name.synced = name.current;
}

void CuttableDisk::cut() {
  is_off_ = true;
  for (const auto& [path, name] : names_) {
    const std::shared_ptr<Content>& content = chance() ? name.current : name.synced;
    if (content) survivors_[std::filesystem::path(path).filename()] = left_of(*content);
  }
}

std::string CuttableDisk::left_of(const Content& content) {
  enum class Fate { nothing, beginning, any };
  const auto fate = static_cast<Fate>(dice_() % 3);
  const std::size_t sector = chance() ? 512 : 4096;
  // Those before it are there as a whole, if not each is left to chance.
  const std::size_t torn = fate == Fate::beginning ? dice_() % (content.pending.size() + 1) : 0;
  std::string left = content.synced;
  if (fate == Fate::nothing) return left;
  for (std::size_t i = 0; i < content.pending.size(); ++i) {
    const Content::Write& write = content.pending[i];
    if (fate == Fate::beginning && i > torn) break;
    const bool is_whole = fate == Fate::beginning ? i < torn : chance();
    if (write.truncates) {
      if (is_whole) left.resize(write.offset);
    } else if (is_whole) {
      write_at(left, write.offset, write.bytes);
    } else {
      for (std::size_t at = 0; at < write.bytes.size();) {
        const std::size_t end =
            std::min(write.bytes.size(), at + sector - (write.offset + at) % sector);
        const std::string_view part = std::string_view(write.bytes).substr(at, end - at);
        if (chance()) write_at(left, write.offset + at, part);
        at = end;
      }
    }
  }
  return left;
}

}  // namespace taskdock::testing
