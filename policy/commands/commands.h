// SPDX-License-Identifier: Apache-2.0
// `relaisctl policy VERB …`, as plain functions so that tests can call them: each reads files,
// writes to two streams and changes nothing. A verb is a row of the table in dispatch.cc and a file
// of its own. One thread; a crash leaves nothing.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace relais::policy {

// `args` begins with the verb; "VERB --help" says what it takes. Returns 0 done, 1 refused or
// found, 2 usage, 3 a file is not there.
int run_policy(std::span<const std::string> args, std::ostream& out, std::ostream& err);

struct VerbRow {
  std::string_view name;
  std::string_view help;  // one line
};
std::vector<VerbRow> policy_verbs();  // in the order the help shows them

}  // namespace relais::policy
