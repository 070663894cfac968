// SPDX-License-Identifier: Apache-2.0
// What a process has used, read from /proc. Zero for a process that is not there. Any thread.
#pragma once

#include <sys/types.h>

namespace relais::bench {

struct Usage {
  double peak_rss_mib = 0;
  double rss_mib = 0;  // now
  double threads = 0;  // now
  double cpu_s = 0;    // user and system, its own, without its children's
};

Usage usage_of(pid_t process);
// CPU seconds of the process and of all its living children: PostgreSQL and its sessions.
double cpu_of_family(pid_t parent);

}  // namespace relais::bench
