#include "system/semaphore.h"

#include <semaphore.h>

#include <cerrno>
#include <ctime>
#include <new>

namespace taskdock::system {

namespace {

sem_t* in(std::array<std::byte, 32>& room) {
  static_assert(sizeof(sem_t) <= sizeof(room) && alignof(sem_t) <= alignof(std::max_align_t));
  return std::launder(reinterpret_cast<sem_t*>(room.data()));
}

}  // namespace

Semaphore::Semaphore(unsigned count) {
  ::sem_init(new (semaphore_.data()) sem_t, 0, count);
}

Semaphore::~Semaphore() {
  ::sem_destroy(in(semaphore_));
}

void Semaphore::acquire() {
  // It fails only when a signal interrupts it.
  while (::sem_wait(in(semaphore_)) != 0) {
  }
}

bool Semaphore::try_acquire_for(std::chrono::milliseconds patience) {
  timespec deadline{};
  ::clock_gettime(CLOCK_MONOTONIC, &deadline);
  const auto nanoseconds = std::chrono::nanoseconds(patience).count() + deadline.tv_nsec;
  deadline.tv_sec += nanoseconds / 1'000'000'000;
  deadline.tv_nsec = nanoseconds % 1'000'000'000;
  int result = 0;
  do {
    result = ::sem_clockwait(in(semaphore_), CLOCK_MONOTONIC, &deadline);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

void Semaphore::release() {
  ::sem_post(in(semaphore_));
}

}  // namespace taskdock::system
