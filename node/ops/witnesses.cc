// SPDX-License-Identifier: Apache-2.0
#include "node/ops/witnesses.h"

#include <fstream>
#include <sstream>

namespace relais::ops {

Result<ledger::WitnessPolicy> read_witness_policy(const std::string& path) {
  if (path.empty()) return ledger::WitnessPolicy::parse("quorum none\n");
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) return fail(FaultKind::precondition, "the witness policy cannot be read", path);
  return ledger::WitnessPolicy::parse(text.str());
}

}  // namespace relais::ops
