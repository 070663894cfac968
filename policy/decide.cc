// SPDX-License-Identifier: Apache-2.0
#include "policy/decide.h"

#include <algorithm>

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

}  // namespace

Decision evaluate(const Law& law, const Facts& facts) {
  const Judgement judgement = judge(law, facts);
  Decision decision = account_for(law, facts, judgement, {});
  decision.counterfactuals = find_counterfactuals(law, facts, judgement);
  return decision;
}

Ruling decide(const Law& law, const Facts& facts, const PermitScope& scope) {
  Ruling ruling{evaluate(law, facts), std::nullopt};
  const Decision& decision = ruling.decision;
  const bool confirmed = decision.outcome == Outcome::oblige && scope.confirmed_by_human;
  if (decision.outcome != Outcome::permit && !confirmed) return ruling;
  RELAIS_CHECK(!decision.released.empty());
  ruling.permit = Permit{scope, facts.text(law.words(), FactKey::purpose), decision.released,
                         decision.grounds, attachments_of(decision)};
  return ruling;
}

Decision receive(const Law& law, const Facts& facts, std::span<const Ground> claimed) {
  return account_for(law, facts, judge_received(law, facts, claimed), claimed);
}

}  // namespace relais::policy
