// SPDX-License-Identifier: Apache-2.0
// What every soak asks of its federation when all is healed: whether anything still waits, what was
// promised and is not held, where the two sides disagree; and the ledgers as a LedgerWatch wants
// them. Reads the databases as their superuser. Owned by a chaos program; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/chaos/callers.h"
#include "tests/e2e/stage.h"
#include "tests/support/ledger_watch.h"

namespace relais::chaos {

inline constexpr const char* kSender = "sds-69";
inline constexpr const char* kReceiver = "siao-69";

// A number from the environment.
uint64_t number_from(const char* name, uint64_t otherwise);

std::vector<test::WatchedLedger> watched_ledgers(const e2e::Stage& stage);

class Aftermath {
 public:
  explicit Aftermath(e2e::Stage& stage) : stage_(stage) {}

  // Until nothing waits in any outbox, or for a minute and a half; what waits then.
  bool settled();
  const std::string& waiting() const { return waiting_; }
  // Promised to who asked, and not filed by whom it was for.
  std::vector<std::string> not_delivered(const std::map<std::string, Told>& told) const;
  // Referrals that stand twice, or otherwise at one side than at the other.
  std::vector<std::string> disagreements() const;
  // Notes the sums.
  void tell(const test::WatchReport& report, size_t promised, uint64_t repeated, uint64_t accepted,
            const std::map<std::string, int>& troubles) const;

 private:
  std::string ask(const std::string& agency, const std::string& query) const;
  e2e::Stage& stage_;
  std::string waiting_;
};

}  // namespace relais::chaos
