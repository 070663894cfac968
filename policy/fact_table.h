// SPDX-License-Identifier: Apache-2.0
// read_facts: a table of facts, as in `given` of a case or the input of `policy decide`, into Facts
// and parameters. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "policy/document.h"
#include "policy/facts.h"
#include "policy/law.h"

namespace relais::policy {

// Sets what the table names and leaves the rest as it is; complains about every key and value that
// is not in the vocabulary. "param.<name>" goes to `parameters`.
void read_facts(const Vocabulary& words, const Node& table, std::string_view file, Facts& facts,
                Parameters& parameters, Problems& problems);

// What may stand for a value of the fact, for a complaint: "true or false", "one of none, before,
// …".
std::string expected_value(FactKey key);

}  // namespace relais::policy
