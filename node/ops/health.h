// SPDX-License-Identifier: Apache-2.0
// Health: whether this node should be given work. A fixed set of named checks, each failing until
// it first passed, and a draining flag that nothing takes back. Owned by main, which lets each
// part report its own check. Thread-safe and lock-free, so that a probe is answered while anything
// else hangs. A crash leaves nothing.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "node/core/result.h"

namespace relais::ops {

class Health {
 public:
  explicit Health(std::vector<Constant> checks);

  // `check` is one of those named at construction; anything else is a bug and ends the process.
  void pass(Constant check);
  void fail(Constant check, Constant why);
  void set(Constant check, bool passes, Constant why_not);
  // The node ends: not ready any more, whatever the checks say.
  void drain();

  struct Report {
    bool ready = false;
    // {"status": "ready" | "failing" | "draining", "checks": {"<name>": "ok" | "<why>"}}
    std::string json;
  };
  Report report() const;

 private:
  std::atomic<const char*>& state_of(Constant check);

  const std::vector<Constant> names_;
  std::vector<std::atomic<const char*>> failures_;  // why; nullptr: passes
  std::atomic<bool> draining_{false};
};

}  // namespace relais::ops
