// SPDX-License-Identifier: Apache-2.0
// The same properties over the shipped packs: each of their worked cases, with one random thing
// changed in its facts, against the case as it stands.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "policy/case_file.h"
#include "policy/judge.h"
#include "tests/property/policy/random_law.h"

namespace relais::policy {
namespace {

struct Worked {
  std::shared_ptr<const Law> law;
  std::vector<Case> cases;
};

const Worked& worked() {
  static const Worked loaded = [] {
    const std::string folder = std::string(RELAIS_SOURCE_DIR) + "/policy/law";
    auto file = CaseFile::load(words(), folder + "/fr.cases.toml");
    RELAIS_CHECK(file.has_value());
    auto law = Law::load(words(), {folder, file->packs, {}});
    RELAIS_CHECK(law.has_value());
    return Worked{*law, std::move(file->cases)};
  }();
  return loaded;
}

Facts any_case() {
  const auto& cases = worked().cases;
  return cases[static_cast<size_t>(roll(static_cast<int>(cases.size())))].facts;
}

// One fact gets a random value of its list, or becomes unknown.
void change_something(Facts& facts) {
  const auto key = static_cast<FactKey>(roll(static_cast<int>(kFactKeys)));
  const auto values = allowed_values(key);
  if (key == FactKey::date) return;
  if (values.empty() || roll(4) == 0) return facts.forget(key);
  facts.set_raw(key, uint64_t{1} << roll(static_cast<int>(values.size())));
}

RC_GTEST_PROP(ShippedLaw, whatever_leaves_is_asked_for_cited_and_never_tier_four, ()) {
  Facts facts = any_case();
  change_something(facts);
  change_something(facts);
  // Before the GDPR no silence covered everything, and what is needed could leave uncited.
  RC_PRE(static_cast<int32_t>(facts.value(FactKey::date)) >= Date::of(2018, 5, 25)->days());
  const Decision decision = evaluate(*worked().law, facts);
  RC_ASSERT(decision.released.within(facts.categories(FactKey::data)));
  RC_ASSERT((decision.released & words().tier(4)).empty());
  for (const Verdict& verdict : decision.verdicts) {
    RC_ASSERT((verdict.effect == Effect::must_not || !verdict.rules.empty()));
  }
  for (const Counterfactual& one : decision.counterfactuals) {
    RC_ASSERT(judge(*worked().law, one.facts).released == one.released);
  }
}

RC_GTEST_PROP(ShippedLaw, objecting_withdrawing_or_knowing_less_never_adds, ()) {
  Facts facts = any_case();
  change_something(facts);
  const CategorySet before = judge(*worked().law, facts).released;
  Facts objected = facts;
  objected.set(roll(2) == 0 ? FactKey::objection : FactKey::restriction, true);
  RC_ASSERT(judge(*worked().law, objected).released.within(before));
  Facts withdrawn = facts;  // what was given: a refusal after it was sought is another thing
  const bool given = facts.text(words(), FactKey::consent_state) == "given";
  if (given) RC_ASSERT(withdrawn.set(words(), "consent.state", "withdrawn").has_value());
  RC_ASSERT(judge(*worked().law, withdrawn).released.within(before));
  const auto key = static_cast<FactKey>(roll(static_cast<int>(kFactKeys)));
  if (key == FactKey::state) return;
  Facts less = facts;
  less.forget(key);
  RC_ASSERT(judge(*worked().law, less).released.within(before));
}

}  // namespace
}  // namespace relais::policy
