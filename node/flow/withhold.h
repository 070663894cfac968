// SPDX-License-Identifier: Apache-2.0
// Entries that the law keeps from some readers for a time (GDPR 23): a report about a child whose
// parents must not learn of it yet. Such an entry is recorded, numbered and committed to like any
// other; a statement counts it, with basis and date, and shows it after that date. From whom it is
// kept is decided by who asks (docs/decisions/0045-who-is-not-shown-an-entry.md). Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "node/core/permit.h"
#include "node/core/time.h"
#include "node/ledger/record.h"

namespace relais::flow {

// The attachment by which a rule keeps an entry from them.
inline constexpr const char* kKeptFromRepresentatives = "withhold_from_log_view";

// Adds the attachment to a protective decision of which the parents were not told (docs/decisions/
// 0065): a rule may not ask for it, and who speaks for the person may be whom they are protected
// from. `parents`: information.parents, empty when unknown. True when it was added, not there.
bool keep_from_representatives(const std::string& purpose, const std::string& parents,
                               std::vector<std::string>& attachments);

// Marks the private part when `attachments` says so; `grounds` are the rules behind it. The date is
// `days` from now.
void withhold_if_attached(const std::vector<std::string>& attachments,
                          const std::vector<Ground>& grounds, Instant now, int days,
                          ledger::PrivatePart& part);
// An entry about another one is kept from the same readers as long.
void withhold_alike(const ledger::PrivatePart& other, ledger::PrivatePart& part);

// `requester`: subject, parent, guardian, other.
bool is_withheld(const ledger::PrivatePart& part, const std::string& requester, Date today);
// What an entry was withheld under: what readers were told, and the rule behind it.
std::string basis_with_rule(const ledger::PrivatePart& part);

}  // namespace relais::flow
