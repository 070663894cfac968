// SPDX-License-Identifier: Apache-2.0
// `relaisctl policy test | check | decide`, as a plain function so that tests can call it. Reads
// files, writes to the two streams, changes nothing.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

namespace relais::policy {

// `args` begins with the verb. Returns 0 done, 1 refused or failed, 2 usage, 3 a file is not there.
//   test FILE… [--law DIR] [--tests DIR]      runs cases; the last line is "N passed, N failed"
//   check [--law DIR]                         loads every pack; rules without enough cases, dead
//   rules decide [FILE] [--law DIR] [--packs a,b] [--json]
//                                             facts from a TOML or JSON file, or JSON from stdin
// All take --vocabulary FILE. Without it: vocabulary.toml beside DIR, else policy/vocabulary.toml.
int run_policy(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace relais::policy
