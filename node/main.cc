// SPDX-License-Identifier: Apache-2.0
// relais-node: reads its configuration, serves until SIGTERM or SIGINT, drains. Exit 0 after a
// drain, 2 for a set-up to mend, 3 when the database is away.
#include <pthread.h>
#include <signal.h>

#include <cstdio>
#include <cstring>

#include "node/node.h"

#ifdef RELAIS_CRASH_POINTS
#include <cstdlib>

#include "node/core/step.h"

namespace {
// Test build only: dies as if the power failed, at the point RELAIS_CRASH_AT names, when it is
// passed for the RELAIS_CRASH_COUNTth time (default 1).
void crash_here(relais::Constant name) {
  static const char* wanted = std::getenv("RELAIS_CRASH_AT");
  static const char* times = std::getenv("RELAIS_CRASH_COUNT");
  static std::atomic<int> left{times == nullptr ? 1 : std::atoi(times)};
  if (wanted != nullptr && name.view() == wanted && --left == 0) ::kill(::getpid(), SIGKILL);
}
}  // namespace
#endif

namespace {

constexpr int kSetUp = 2;
constexpr int kUnavailable = 3;

int usage() {
  std::fputs(
      "usage: relais-node -c node.toml\n"
      "  -c FILE     the node's configuration (docs/operations.md lists every key)\n"
      "  --version   the version, and nothing else\n"
      "Check a configuration without starting: relaisctl -c node.toml config check\n",
      stderr);
  return kSetUp;
}

int serve(const char* path) {
  const auto config = relais::ops::load_config(path);
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().where.c_str());
    return kSetUp;
  }
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before any thread: all of them inherit it
  ::signal(SIGPIPE, SIG_IGN);

  auto node = relais::Node::start(*config);
  if (!node) {
    relais::Node::tell(node.error());
    return node.error().kind == relais::FaultKind::unavailable ? kUnavailable : kSetUp;
  }
  int received = 0;
  sigwait(&ends, &received);
  (*node)->drain();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
#ifdef RELAIS_CRASH_POINTS
  relais::step_hook = crash_here;
#endif
  if (argc == 2 && std::strcmp(argv[1], "--version") == 0) {
    std::puts(RELAIS_VERSION);
    return 0;
  }
  if (argc != 3 || std::strcmp(argv[1], "-c") != 0) return usage();
  return serve(argv[2]);
}
