// SPDX-License-Identifier: Apache-2.0
// An accounting of disclosures under one statute: the statement's lines that the statute is about,
// with what it asks of each (who, when, what, why), in the period it names. A projection: nothing
// is stored for it. Making it is an entry, appended before it is handed out. Any thread.
#pragma once

#include <string>
#include <vector>

#include "node/flow/access.h"
#include "policy/accounting.h"

namespace relais::flow {

struct AccountOfDisclosures {
  Statement statement;  // only the lines and the entries not shown that the statute is about
  policy::Accounting statute;
  std::string from;  // first day of the period, YYYY-MM-DD; empty: since the beginning
  std::string due;   // the last day to answer who asks today
};

// `statute`: id of an [[accounting]] of the law in force, else `invalid`; else as statement().
Result<AccountOfDisclosures> account_of_disclosures(const Line& line, const Caller& caller,
                                                    const PersonReference& reference,
                                                    const std::string& statute,
                                                    const std::string& language,
                                                    const std::string& requester);

std::string render_text(const AccountOfDisclosures& account);
std::string render_json(const AccountOfDisclosures& account);

}  // namespace relais::flow
