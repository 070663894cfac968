// SPDX-License-Identifier: Apache-2.0
// P10 by the fuzzer: the input's bytes are the dice that draw a random law and random facts, or a
// shipped case and changes to its facts; the engine and the reference must agree in every part of
// the answer, on both boundaries, and a replay from the record must decide the same.
#include <cstdio>

#include "tests/fuzz/fuzz.h"
#include "tests/property/policy/shipped_law.h"
#include "tests/support/agreement.h"

namespace relais::policy {
namespace {

std::string_view dice;  // what is left of the input

void check(const Law& law, const Facts& facts) {
  const std::string sent = disagreement(law, facts);
  const std::string received = disagreement(law, facts, Side::receiver, random_claims(law));
  if (!sent.empty()) std::fprintf(stderr, "sender: %s\n", sent.c_str());
  if (!received.empty()) std::fprintf(stderr, "receiver: %s\n", received.c_str());
  RELAIS_CHECK(sent.empty() && received.empty());
  const auto kept = Facts::from_canonical(facts.canonical(words()), words());
  RELAIS_CHECK(kept.has_value() && *kept == facts);
}

}  // namespace

int roll(int sides) {
  if (dice.empty()) return 0;
  const auto thrown = static_cast<unsigned char>(dice[0]);
  dice.remove_prefix(1);
  if (sides <= 256) return thrown % sides;
  return static_cast<int>((thrown * 256u + static_cast<unsigned>(roll(256))) %
                          static_cast<unsigned>(sides));
}

}  // namespace relais::policy

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace relais::policy;
  dice = relais::fuzz_text(data, size);
  if (roll(2) == 0) {
    const auto law = law_of(random_rules());
    check(*law, random_facts());
    return 0;
  }
  const auto& [law, one] = any_shipped_case();
  Facts facts = one.facts;
  for (int changes = roll(8); changes > 0; --changes) change(facts);
  check(*law, facts);
  check(*every_pack(), facts);
  return 0;
}
