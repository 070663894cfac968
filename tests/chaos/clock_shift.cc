// SPDX-License-Identifier: Apache-2.0
// Loaded into a node by LD_PRELOAD: its wall clock is the machine's plus the seconds that stand in
// the file RELAIS_CLOCK_SHIFT names, as somebody else set them a moment ago. The monotonic clock,
// by which a node measures how long things take, is the machine's. A wait until a time of the wall
// clock ends when the shifted clock says so: gRPC's timers are such waits (futex, asked for by
// syscall()), and would else come an hour late. Any thread.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdarg>
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

using Syscall = long (*)(long, ...);
Syscall machine() {
  static const auto kMachine = reinterpret_cast<Syscall>(dlsym(RTLD_NEXT, "syscall"));
  return kMachine;
}

// Of futex(word, operation, value, until, …), where the time is the wall clock's.
bool waits_for_wall_clock(long number, const long (&arguments)[6]) {
  return number == SYS_futex && (arguments[1] & FUTEX_CLOCK_REALTIME) != 0 && arguments[3] != 0;
}

}  // namespace

extern "C" long syscall(long number, ...) {
  long arguments[6];
  va_list given;
  va_start(given, number);
  for (long& one : arguments) one = va_arg(given, long);
  va_end(given);
  timespec until{};
  if (waits_for_wall_clock(number, arguments)) {
    until = *reinterpret_cast<const timespec*>(arguments[3]);
    until.tv_sec -= shift_s();
    arguments[3] = reinterpret_cast<long>(&until);
  }
  return machine()(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
                   arguments[5]);
}

extern "C" int clock_gettime(clockid_t id, struct timespec* at) {
  const long done = machine()(SYS_clock_gettime, id, at);
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
