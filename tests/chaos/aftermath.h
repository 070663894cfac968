// SPDX-License-Identifier: Apache-2.0
// What every soak asks of its federation when all is healed: whether anything still waits, what was
// promised and is not held, where the two sides disagree; and the ledgers as a LedgerWatch wants
// them. Reads the databases as their superuser. Owned by a chaos program; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/chaos/callers.h"
#include "tests/chaos/withdrawals.h"
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
  // Withdrawn consents under which something is in force still, at either side; recipients that
  // were not told; and whatever was filed although its sender had taken it back.
  std::vector<std::string> still_in_force(const std::vector<std::string>& withdrawn) const;
  // Statements of these persons at the sender with a gap, or that tell of more that left than this:
  // what was asked, needed and agreed to, by its name in a statement.
  std::vector<std::string> statements(const std::vector<std::string>& persons,
                                      const std::set<std::string>& may_leave) const;
  // Both, as tests.
  void check_persons(const Withdrawals& withdrawals) const;
  // Notes the sums.
  void tell(const test::WatchReport& report, size_t promised, uint64_t repeated, uint64_t accepted,
            const std::map<std::string, int>& troubles) const;

 private:
  std::vector<std::string> statement_of(const std::string& person,
                                        const std::set<std::string>& may_leave) const;
  std::string ask(const std::string& agency, const std::string& query) const;
  e2e::Stage& stage_;
  std::string waiting_;
};

}  // namespace relais::chaos
