// SPDX-License-Identifier: Apache-2.0
// Whom this agency told of a right that was exercised, what each answered and when, and who has not
// (GDPR 19). By the name of the ledger; what the reader is not shown is not told of either. Pure;
// owned by who reads one row of a person; one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/flow/access.h"

namespace relais::flow {

class Told {
 public:
  // Of every entry that is shown, in their order.
  void follow(const Line& line, const ledger::SharedPart& shared);
  void add(const std::vector<Notice>& notices, Instant now, Statement& statement) const;

 private:
  struct End {
    std::string name;
    Direction referral = Direction::sent;  // as the first entry under the handle says
  };
  std::map<std::string, End> ends_;  // by handle: the other end
};

// One sentence a notice.
std::vector<std::string> told_lines(const Statement& statement);

}  // namespace relais::flow
