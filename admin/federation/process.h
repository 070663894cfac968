// SPDX-License-Identifier: Apache-2.0
// Programs that the demo runs: to their end (`run`), or in the background with a log file
// (`Process`). One owner and one thread each. A child in the background ends with the demo, even
// one that is killed, unless it was told to outlive it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "node/core/result.h"

namespace relais::demo {

struct Command {
  std::vector<std::string> words;        // program (searched in PATH without a slash) and arguments
  std::vector<std::string> environment;  // "NAME=value", added to the demo's own
  std::string user;                      // run as this user; empty: as the demo's own
  bool outlive = false;                  // go on when the demo ends
};

struct Ended {
  int status = 0;      // exit status, or 128 + signal
  std::string output;  // standard output
  std::string errors;  // standard error
};

// Runs to the end. `unavailable` only when it could not be started; a status other than 0 is an
// answer.
Result<Ended> run(const Command& command);
// The same, but any status other than 0 is a fault; `where` holds the last line it wrote.
Result<std::string> must_run(const Command& command);

class Process {
 public:
  Process() = default;
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();  // as `end(SIGKILL)`, unless told to outlive

  // Both streams are appended to `log`.
  static Result<Process> start(const Command& command, const std::string& log);

  pid_t id() const { return id_; }
  bool running();  // collects its status when it ended
  // Status as in Ended; -1 while running or never started.
  int status() const { return status_; }
  // Sends `signal` and waits; SIGKILL after `patience`. Returns the status.
  int end(int signal, std::chrono::milliseconds patience = std::chrono::seconds{30});
  // Waits for its own end; false when it still runs after `patience`.
  bool wait(std::chrono::milliseconds patience);

 private:
  void leave();
  pid_t id_ = -1;
  int status_ = -1;
  bool outlive_ = false;
};

// A user that may run PostgreSQL, which refuses root: empty when the demo itself is not root, else
// `relais-demo`, a system user without a shell or home, made when absent.
Result<std::string> unprivileged_user();

}  // namespace relais::demo
