// SPDX-License-Identifier: Apache-2.0
// policy coverage: which rules and which single conditions the cases exercise.
#include "policy/analyse/coverage.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "policy/commands/case_run.h"
#include "policy/commands/verbs.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

using nlohmann::json;

struct Totals {
  size_t rules = 0;
  size_t conditions = 0;
  size_t gaps = 0;  // rules without enough cases, conditions never true or never flipped
};

bool is_gap(const ConditionCount& one) { return one.yes == 0 || one.flipped == 0; }

json rule_json(const Rule& rule, const RuleCount& count) {
  json conditions = json::array();
  for (const ConditionCount& one : count.conditions) {
    conditions.push_back({{"condition", one.text}, {"true", one.yes}, {"flipped", one.flipped}});
  }
  return {{"rule", rule.id},
          {"kind", text_of(rule.kind)},
          {"fired", count.fired},
          {"cases", count.cases},
          {"conditions", conditions}};
}

std::string rule_lines(const Rule& rule, const RuleCount& count) {
  std::string lines = std::string(text_of(rule.kind)) + " " + rule.id + ": fired by " +
                      std::to_string(count.fired) + " cases, " + std::to_string(count.cases) +
                      " near it\n";
  for (const ConditionCount& one : count.conditions) {
    lines += "  " + one.text + ": true " + std::to_string(one.yes) + ", flipped " +
             std::to_string(one.flipped) + (is_gap(one) ? "  <- never " : "") +
             (one.yes == 0       ? "true"
              : one.flipped == 0 ? "flipped"
                                 : "") +
             "\n";
  }
  return lines;
}

}  // namespace

int run_coverage(const Call& call) {
  const auto law = law_of(call);
  if (!law) return call.fault(law.error());
  CaseRun run(call.words, call.given.law(), "");
  std::vector<std::string> files = call.given.operands;
  if (files.empty()) {
    for (const std::string& name : files_in(call.given.law(), ".cases.toml")) {
      files.push_back(call.given.law() + "/" + name);
    }
  }
  for (const std::string& path : files) run.run_file(path);
  Totals totals;
  json rules = json::array();
  for (const Rule& rule : (*law)->rules()) {
    const RuleCount count = run.coverage().of(**law, rule);
    ++totals.rules;
    totals.conditions += count.conditions.size();
    if (count.fired == 0 || count.cases < kFewestCases) ++totals.gaps;
    for (const ConditionCount& one : count.conditions) totals.gaps += is_gap(one) ? 1U : 0U;
    rules.push_back(rule_json(rule, count));
    if (!call.json()) call.out << rule_lines(rule, count);
  }
  if (call.json()) {
    const json object{{"rules", rules}, {"gaps", totals.gaps}, {"conditions", totals.conditions}};
    call.out << object.dump(2) << "\n";
  } else {
    call.out << totals.rules << " rules, " << totals.conditions << " conditions, " << totals.gaps
             << " gaps\n";
  }
  return totals.gaps == 0 && run.failed() == 0 ? kDone : kFound;
}

}  // namespace relais::policy
