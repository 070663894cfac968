// SPDX-License-Identifier: Apache-2.0
// What both readers' texts are made of.
#include "policy/explain.h"

#include <algorithm>

#include "policy/text.h"

namespace relais::policy {

void add_sentence(Label& to, const std::string& fr, const std::string& en) {
  if (!to.fr.empty()) {
    to.fr += " ";
    to.en += " ";
  }
  to.fr += fr;
  to.en += en;
}

Label name_categories(const Vocabulary& words, CategorySet categories) {
  std::vector<std::string> fr;
  std::vector<std::string> en;
  (categories & words.all()).each([&](CategoryBit bit) {
    fr.push_back(words.at(bit).label.fr);
    en.push_back(words.at(bit).label.en);
  });
  return {join(fr, ", "), join(en, ", ")};
}

std::vector<VerdictGroup> group_verdicts(const Decision& decision) {
  std::vector<VerdictGroup> groups;
  for (const Verdict& verdict : decision.verdicts) {
    std::vector<std::string> cites;
    for (const RuleRef& rule : verdict.rules) {
      if (std::find(cites.begin(), cites.end(), rule.cite) == cites.end()) {
        cites.push_back(rule.cite);
      }
    }
    const auto same = [&](const VerdictGroup& group) {
      return group.effect == verdict.effect && group.stop == verdict.stop && group.cites == cites;
    };
    auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end()) {
      groups.push_back({verdict.effect, verdict.stop, std::move(cites), {}});
      group = groups.end() - 1;
    }
    group->categories |= CategorySet::only(verdict.category);
  }
  return groups;
}

CategorySet gain_of(const Decision& decision, const Counterfactual& counterfactual) {
  const bool leaves = decision.outcome == Outcome::permit || decision.outcome == Outcome::oblige;
  return leaves ? counterfactual.released.minus(decision.released) : counterfactual.released;
}

}  // namespace relais::policy
