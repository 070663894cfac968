// SPDX-License-Identifier: Apache-2.0
// P10 of law.md: the engine and the reference agree in every part of the answer, on random laws, on
// every worked case of the shipped packs, and on those cases with random changes.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/property/policy/shipped_law.h"
#include "tests/support/agreement.h"

namespace relais::policy {
namespace {

RC_GTEST_PROP(Engine, P10_the_engine_is_the_reference_on_random_laws, ()) {
  const auto law = law_of(random_rules());
  const Facts facts = random_facts();
  RC_ASSERT(disagreement(*law, facts) == "");
  RC_ASSERT(disagreement(*law, facts, Side::receiver, random_claims(*law)) == "");
}

TEST(Engine, P10_the_engine_is_the_reference_on_every_shipped_case) {
  for (const auto& [law, one] : shipped().cases) {
    EXPECT_EQ(disagreement(*law, one.facts), "") << one.id;
  }
}

RC_GTEST_PROP(Engine, P10_the_engine_is_the_reference_on_changed_cases, ()) {
  const auto& [law, one] = any_shipped_case();
  Facts facts = one.facts;
  for (int changes = roll(8); changes >= 0; --changes) change(facts);
  RC_ASSERT(disagreement(*law, facts) == "");
  RC_ASSERT(disagreement(*every_pack(), facts) == "");
  RC_ASSERT(disagreement(*law, facts, Side::receiver, random_claims(*law)) == "");
}

}  // namespace
}  // namespace relais::policy
