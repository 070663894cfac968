// SPDX-License-Identifier: Apache-2.0
// Loaded into a node by LD_PRELOAD: its wall clock is the machine's plus the seconds that stand in
// the file RELAIS_CLOCK_SHIFT names, as somebody else set them a moment ago. The monotonic clock,
// by which a node measures how long things take, is the machine's. Any thread.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace {

const volatile int64_t* map_shift() {
  static const int64_t kNone = 0;
  const char* path = std::getenv("RELAIS_CLOCK_SHIFT");
  if (path == nullptr) return &kNone;
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return &kNone;
  void* mapped = mmap(nullptr, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  return mapped == MAP_FAILED ? &kNone : static_cast<const int64_t*>(mapped);
}

int64_t shift_s() {
  static const volatile int64_t* const kShift = map_shift();
  return *kShift;
}

}  // namespace

extern "C" int clock_gettime(clockid_t id, struct timespec* at) {
  const long done = syscall(SYS_clock_gettime, id, at);
  if (done == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) at->tv_sec += shift_s();
  return static_cast<int>(done);
}

extern "C" time_t time(time_t* at) {
  struct timespec now {};
  clock_gettime(CLOCK_REALTIME, &now);
  if (at != nullptr) *at = now.tv_sec;
  return now.tv_sec;
}

extern "C" int gettimeofday(struct timeval* at, void*) {
  struct timespec now {};
  clock_gettime(CLOCK_REALTIME, &now);
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return 0;
}
