// SPDX-License-Identifier: Apache-2.0
#include "policy/coverage.h"

#include <array>

#include "policy/judge.h"
#include "policy/judge_steps.h"

namespace relais::policy {
namespace {

// How many things a rule asks for are not so: its terms, purpose, date, jurisdiction, consent.
int misses(const Law& law, const Rule& rule, const Facts& facts) {
  const Conditions& conditions = law.conditions();
  int missed = 0;
  const Clause clause = conditions.clauses[rule.when];
  for (uint32_t i = clause.begin; i < clause.end; ++i) {
    if (conditions.test_term(i, facts) != Tri::yes) ++missed;
  }
  if (rule.grants() && purpose_listed(rule, facts) != Tri::yes) ++missed;
  if (rule.kind == RuleKind::duty && lists_sender(law.packs()[rule.pack], facts) != Tri::yes) {
    ++missed;
  }
  const auto day = static_cast<int32_t>(static_cast<int64_t>(facts.value(FactKey::date)));
  if (!rule.in_force(day)) ++missed;
  if (rule.asks_consent && !is_consent_satisfied(facts)) ++missed;
  return missed;
}

bool takes_one_value(FactKey key) {
  const FactKind kind = kind_of(key);
  return kind == FactKind::code || kind == FactKind::flag || kind == FactKind::purpose ||
         kind == FactKind::state;
}

// One fact of one value that a conjunction wants to be two things.
bool contradicts_itself(const Conditions& conditions, const Rule& rule) {
  std::array<uint64_t, kFactKeys> possible;
  possible.fill(~uint64_t{0});
  for (const uint32_t number : {rule.when, rule.require}) {
    const Clause clause = conditions.clauses[number];
    for (uint32_t i = clause.begin; i < clause.end; ++i) {
      const Term& term = conditions.terms[i];
      if (term.op != Term::Op::meets || !takes_one_value(term.fact)) continue;
      uint64_t& left = possible[static_cast<size_t>(term.fact)];
      left &= term.value;
      if (left == 0) return true;
    }
  }
  const uint64_t purposes = possible[static_cast<size_t>(FactKey::purpose)] & rule.purposes;
  return purposes == 0;
}

}  // namespace

void Coverage::count(const Law& law, const Facts& facts) {
  for (const Rule& rule : law.rules()) {
    const int missed = misses(law, rule, facts);
    Count& count = counts_[rule.id];
    if (missed == 0) ++count.fired;
    if (missed <= 1) ++count.cases;
  }
}

std::vector<std::string> Coverage::gaps(const Law& law) const {
  std::vector<std::string> lines;
  for (const Rule& rule : law.rules()) {
    const auto found = counts_.find(rule.id);
    const Count count = found == counts_.end() ? Count{} : found->second;
    const std::string place = law.packs()[rule.pack].file + ":" + std::to_string(rule.at.line) +
                              ": " + std::string(text_of(rule.kind)) + " \"" + rule.id + "\" ";
    if (count.fired == 0) {
      lines.push_back(place + "is fired by no case");
    } else if (count.cases < kFewestCases) {
      lines.push_back(place + "has " + std::to_string(count.cases) + " cases, four are needed");
    }
  }
  return lines;
}

std::vector<std::string> dead_rules(const Law& law) {
  std::vector<std::string> lines;
  for (const Rule& rule : law.rules()) {
    if (!contradicts_itself(law.conditions(), rule)) continue;
    lines.push_back(law.packs()[rule.pack].file + ":" + std::to_string(rule.at.line) + ": " +
                    std::string(text_of(rule.kind)) + " \"" + rule.id + "\" can never be true");
  }
  return lines;
}

}  // namespace relais::policy
