// SPDX-License-Identifier: Apache-2.0
// An authority may put off that a person is told what was passed on to it (45 CFR 164.528(a)(2)):
// for the time of its written statement, or thirty days on its word. The suspension is an entry of
// its own, kept from everybody until its day; while it lasts, entries with that authority are
// counted and not shown. It ends by itself: nobody has to remember. Any thread.
#pragma once

#include <string>
#include <vector>

#include "node/core/time.h"
#include "node/flow/line.h"

namespace relais::flow {

struct Suspension {
  std::string statute;
  std::string agency;
  std::string form;  // oral | written
  std::string basis;
  Date until = Date::of(Instant{});  // told again from this day
};

// Those recorded among a row's entries, the ones that are over too.
Result<void> add_suspensions(const std::vector<AccountEntry>& entries,
                             std::vector<Suspension>& suspensions);
// Every one recorded about these rows.
Result<std::vector<Suspension>> suspensions_of(const Line& line, const std::vector<PersonId>& rows);
// The one that keeps an entry back on `today` for the longest; nullptr: none does.
const Suspension* covering(const std::vector<Suspension>& suspensions,
                           const ledger::SharedPart& shared, Date today);

struct SuspensionAsked {
  PersonReference person;
  std::string statute;  // id of an accounting of the law in force
  AgencyId agency;
  std::string form;
  std::string until;  // YYYY-MM-DD, of a written statement
};
struct Suspended {
  std::string until;
  uint64_t index = 0;
};
// `invalid` names the field: an unknown statute, an agency the statute does not name, a day that is
// past, a day for an oral statement. `precondition`: an oral statement of this agency about this
// person was recorded before, and only a written one goes on from there.
Result<Suspended> suspend_accounting(const Line& line, const Caller& caller,
                                     const SuspensionAsked& asked);

}  // namespace relais::flow
