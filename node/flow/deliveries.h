// SPDX-License-Identifier: Apache-2.0
// How far each message of this agency came, as a statement tells it: followed entry by entry to its
// end. What has no ending yet stays "waiting": it may have left, so the person is told no less.
// Owned by who reads one row of a person; one thread.
#pragma once

#include <map>
#include <string>

#include "node/flow/access.h"
#include "node/ledger/record.h"

namespace relais::flow {

class Deliveries {
 public:
  // After the entry became the last line of the statement.
  void follow(const ledger::SharedPart& shared, const ledger::PrivatePart& privately,
              const std::string& self, Statement& statement);

 private:
  std::map<std::string, size_t> lines_;  // disclosure id -> where it was recorded last
};

}  // namespace relais::flow
