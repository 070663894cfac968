// SPDX-License-Identifier: Apache-2.0
// The part of verify that opens what is sealed: every body against its entry's commitment, and
// every person's chain of entries. Inside storage only.
#pragma once

#include <string>

#include "node/storage/transact.h"
#include "node/storage/verify.h"

namespace relais::storage {

// Counts every finding and keeps the first of them.
class Findings {
 public:
  Findings(VerifyReport& report, size_t most) : report_(report), most_(most) {}
  void add(Constant what, std::string where);

 private:
  VerifyReport& report_;
  size_t most_;
};

void verify_bodies(Work& work, const Keyring& keyring, VerifyReport& report, Findings& findings);

}  // namespace relais::storage
