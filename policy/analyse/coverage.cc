// SPDX-License-Identifier: Apache-2.0
#include "policy/analyse/coverage.h"

#include <algorithm>

#include "policy/analyse/conditions.h"
#include "policy/judge.h"

namespace relais::policy {
namespace {

constexpr size_t kMostNamed = 3;

// How many things a rule asks for are not so: its terms, purpose, date, jurisdiction, consent.
int misses(const Law& law, const Rule& rule, const Facts& facts) {
  const Conditions& conditions = law.conditions();
  int missed = 0;
  const Clause clause = conditions.clauses[rule.when];
  for (uint32_t i = clause.begin; i < clause.end; ++i) {
    if (conditions.test_term(i, facts) != Tri::yes) ++missed;
  }
  const bool listed =
      rule.purposes == ~uint64_t{0} || (rule.purposes & facts.value(FactKey::purpose)) != 0;
  if (rule.grants() && !listed) ++missed;
  if (rule.kind == RuleKind::duty && lists_sender(law.packs()[rule.pack], facts) != Tri::yes) {
    ++missed;
  }
  const auto day = static_cast<int32_t>(static_cast<int64_t>(facts.value(FactKey::date)));
  if (!rule.in_force(day)) ++missed;
  if (rule.asks_consent && !is_consent_satisfied(facts)) ++missed;
  return missed;
}

void count_condition(const Law& law, const Rule& rule, const Condition& condition,
                     const Facts& facts, ConditionCount& count) {
  const uint32_t clause = condition.of_require ? rule.require : rule.when;
  const bool with = test_with(law, clause, facts, condition.term, Tri::yes) == Tri::yes;
  const bool without = test_with(law, clause, facts, condition.term, Tri::no) == Tri::yes;
  if (with == without) return;  // something else decides
  ++(law.conditions().test_term(condition.term, facts) == Tri::yes ? count.yes : count.flipped);
}

}  // namespace

std::string place_of(const Law& law, const Rule& rule) {
  return law.packs()[rule.pack].file + ":" + std::to_string(rule.at.line) + ": " +
         std::string(text_of(rule.kind)) + " \"" + rule.id + "\" ";
}

void Coverage::count(const Law& law, const Case& one) {
  for (const Rule& rule : law.rules()) {
    const int missed = misses(law, rule, one.facts);
    RuleCount& count = counts_[rule.id];
    const auto conditions = conditions_of(law, rule);
    if (count.conditions.empty()) {
      for (const Condition& condition : conditions) count.conditions.push_back({condition.text});
    }
    if (missed == 0) ++count.fired;
    if (missed == 0 && count.fired_by.size() < kMostNamed) count.fired_by.push_back(one.id);
    if (missed <= 1) ++count.cases;
    for (size_t i = 0; i < conditions.size() && i < count.conditions.size(); ++i) {
      count_condition(law, rule, conditions[i], one.facts, count.conditions[i]);
    }
    if (one.expect != "conflict" || missed != 0 || rule.kind != RuleKind::duty) continue;
    for (const Rule& bar : law.rules()) {
      const bool meets = bar.kind == RuleKind::bar && bar.names[rule.number] &&
                         law.conditions().test(bar.when, one.facts) != Tri::no;
      if (meets) conflicts_[rule.id + " " + bar.id] = true;
    }
  }
}

RuleCount Coverage::of(const Law& law, const Rule& rule) const {
  const auto found = counts_.find(rule.id);
  if (found != counts_.end()) return found->second;
  RuleCount none;
  for (const Condition& condition : conditions_of(law, rule)) {
    none.conditions.push_back({condition.text});
  }
  return none;
}

std::vector<std::string> Coverage::gaps(const Law& law) const {
  std::vector<std::string> lines;
  for (const Rule& rule : law.rules()) {
    const RuleCount count = of(law, rule);
    if (count.fired == 0) {
      lines.push_back(place_of(law, rule) + "is fired by no case");
    } else if (count.cases < kFewestCases) {
      lines.push_back(place_of(law, rule) + "has " + std::to_string(count.cases) +
                      " cases, four are needed");
    }
  }
  return lines;
}

bool Coverage::has_conflict(const std::string& duty, const std::string& bar) const {
  return conflicts_.find(duty + " " + bar) != conflicts_.end();
}

}  // namespace relais::policy
