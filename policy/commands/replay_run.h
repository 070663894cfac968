// SPDX-License-Identifier: Apache-2.0
// ReplayRun: records decided again one after another, and what came of it, for `policy replay` from
// a file and from a node's database. One thread.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "policy/analyse/replay.h"
#include "policy/commands/call.h"

namespace relais::policy {

class ReplayRun {
 public:
  ReplayRun(const Vocabulary& words, std::ostream& out, bool json)
      : replay_(words), out_(out), json_(json) {}

  Replay& replay() { return replay_; }
  // Decides it again and says on the stream how it differs; a record without a decision is counted.
  void take(const Recorded& recorded);
  // Records that somebody else could not open.
  void could_not_open(size_t count) { closed_ += count; }
  // The last line, and the exit code: 1 when one differs, 3 when a law was not there.
  int finish();

 private:
  void tell(const Recorded& recorded, const std::string& what);

  Replay replay_;
  std::ostream& out_;
  const bool json_;
  std::vector<std::string> told_;
  size_t agree_ = 0;
  size_t differ_ = 0;
  size_t without_ = 0;      // a decision
  size_t unavailable_ = 0;  // their law
  size_t closed_ = 0;
};

}  // namespace relais::policy
