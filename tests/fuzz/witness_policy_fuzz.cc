// SPDX-License-Identifier: Apache-2.0
// A policy that parses is met by all of its witnesses, and by nobody only when it says so or has a
// quorum of nobody.
#include "node/ledger/witness_policy.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::ledger;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto policy = WitnessPolicy::parse(fuzz_text(data, size));
  if (!policy) return 0;
  std::vector<Verified> everybody;
  for (const VerifierKey& key : policy->keys()) everybody.push_back({key, 1});
  RELAIS_CHECK(policy->satisfied_by(everybody));
  RELAIS_CHECK(policy->satisfied_by({}) == !policy->needs_witnesses());
  return 0;
}
