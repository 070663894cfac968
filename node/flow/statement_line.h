// SPDX-License-Identifier: Apache-2.0
// One entry as a line of a statement: codes become labels, the counterpart has the name it had when
// the entry was made. Reads the directory and the vocabulary; any thread.
#pragma once

#include <string>

#include "node/flow/access.h"

namespace relais::flow {

StatementLine line_of(const Line& line, const AccountEntry& entry, const ledger::SharedPart& shared,
                      const ledger::PrivatePart& privately, const std::string& language);

}  // namespace relais::flow
