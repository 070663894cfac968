// SPDX-License-Identifier: Apache-2.0
#include "policy/decide.h"

#include <algorithm>
#include <exception>

#include "policy/account.h"
#include "policy/judge.h"

namespace relais::policy {
namespace {

// Attachments of the release; what was offered instead of one stays with the decision.
std::vector<std::string> attachments_of(const Decision& decision) {
  std::vector<std::string> attachments;
  for (const std::string& one : decision.attachments) {
    const auto& offers = decision.offers;
    if (std::find(offers.begin(), offers.end(), one) == offers.end()) attachments.push_back(one);
  }
  return attachments;
}

// What there is to say when a decision cannot be made (there is no memory for it): nothing leaves,
// and that is why. With less memory still, not even the categories are listed.
Decision refusal(const Facts& facts) {
  Decision decision;
  try {
    facts.categories(FactKey::data).each([&](CategoryBit bit) {
      decision.verdicts.push_back({bit, Effect::must_not, StopKind::failure, {}});
    });
  } catch (const std::exception&) {
    decision.verdicts.clear();
  }
  return decision;
}

// A decision that fails is a refusal, never an exception through the node.
template <class Decide>
Decision or_refusal(const Facts& facts, Decide decide) {
  try {
    return decide();
  } catch (const std::exception&) {
    return refusal(facts);
  }
}

}  // namespace

Decision evaluate(const Law& law, const Facts& facts) {
  return or_refusal(facts, [&] {
    const Judgement judgement = judge(law, facts);
    Decision decision = account_for(law, facts, judgement, {});
    decision.counterfactuals = find_counterfactuals(law, facts, judgement);
    return decision;
  });
}

Ruling decide(const Law& law, const Facts& facts, const PermitScope& scope) {
  Ruling ruling{evaluate(law, facts), std::nullopt};
  const Decision& decision = ruling.decision;
  const bool confirmed = decision.outcome == Outcome::oblige && scope.confirmed_by_human;
  if (decision.outcome != Outcome::permit && !confirmed) return ruling;
  RELAIS_CHECK(!decision.released.empty());
  try {
    ruling.permit = Permit{scope, facts.text(law.words(), FactKey::purpose), decision.released,
                           decision.grounds, attachments_of(decision)};
  } catch (const std::exception&) {
    return {refusal(facts), std::nullopt};
  }
  return ruling;
}

Decision receive(const Law& law, const Facts& facts, std::span<const Ground> claimed) {
  return or_refusal(
      facts, [&] { return account_for(law, facts, judge_received(law, facts, claimed), claimed); });
}

}  // namespace relais::policy
