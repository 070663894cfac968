// SPDX-License-Identifier: Apache-2.0
// policy check: what a law must have before a node uses it. Loading already asks for a citation and
// a date of every rule; here: cases that fire each rule, four of them, no rule that can never do
// anything, and no duty that an absolute bar can meet in a conflict nobody wrote down.
#include <nlohmann/json.hpp>
#include <ostream>

#include "policy/analyse/analysis.h"
#include "policy/commands/case_run.h"
#include "policy/commands/verbs.h"

namespace relais::policy {
namespace {

void remark_on_standoffs(Analysis& analysis, const Coverage& coverage,
                         std::vector<std::string>& remarks) {
  for (const Standoff& one : analysis.duties_against_absolute_bars()) {
    if (coverage.has_conflict(one.duty->id, one.bar->id)) continue;
    remarks.push_back(
        place_of(analysis.law(), *one.duty) + "can stand against the absolute bar \"" +
        one.bar->id + "\", and no case expects that conflict; for example:\n" +
        to_case(analysis.law(), "conflict", "", one.witness, analysis.decide(one.witness)));
  }
}

void remark_on_certainty(const Law& law, std::vector<std::string>& remarks) {
  for (const Rule& rule : law.rules()) {
    if (rule.cite.empty()) remarks.push_back(place_of(law, rule) + "cites nothing");
  }
}

}  // namespace

int run_check(const Call& call) {
  const auto law = law_of(call);
  if (!law) return call.fault(law.error());
  CaseRun run(call.words, call.given.law(), "");
  const auto files = files_in(call.given.law(), ".cases.toml");
  Progress progress(call.err, "case files", files.size());
  for (size_t i = 0; i < files.size(); ++i) {
    run.run_file(call.given.law() + "/" + files[i]);
    progress.step(i + 1);
  }
  std::vector<std::string> remarks = run.coverage().gaps(**law);
  Analysis analysis(*law, [&call](const Parameters& more) { return law_of(call, more); });
  for (const DeadRule& dead : analysis.dead_rules()) {
    remarks.push_back(place_of(**law, *dead.rule) + dead.why);
  }
  remark_on_standoffs(analysis, run.coverage(), remarks);
  remark_on_certainty(**law, remarks);
  const bool clean = remarks.empty() && run.failed() == 0;
  if (call.json()) {
    const nlohmann::json object{{"clean", clean},
                                {"packs", (*law)->packs().size()},
                                {"rules", (*law)->rules().size()},
                                {"cases", run.passed() + run.failed()},
                                {"failed", run.failed()},
                                {"complaints", run.complaints()},
                                {"remarks", remarks}};
    call.out << object.dump(2) << "\n";
    return clean ? kDone : kFound;
  }
  for (const std::string& line : run.complaints()) call.out << line << "\n";
  for (const std::string& line : remarks) call.out << line << "\n";
  call.out << (*law)->packs().size() << " packs, " << (*law)->rules().size() << " rules, "
           << remarks.size() << " remarks, " << run.failed() << " failed cases\n";
  return clean ? kDone : kFound;
}

}  // namespace relais::policy
