// SPDX-License-Identifier: Apache-2.0
// policy test: case files against the law packs.
#include <nlohmann/json.hpp>
#include <ostream>

#include "policy/commands/case_run.h"
#include "policy/commands/verbs.h"

namespace relais::policy {

int run_test(const Call& call) {
  if (call.given.operands.empty()) return call.usage("a case file is missing");
  CaseRun run(call.words, call.given.law(), call.given.one("--tests"));
  for (const std::string& path : call.given.operands) run.run_file(path);
  if (call.json()) {
    const nlohmann::json object{{"passed", run.passed()},
                                {"failed", run.failed()},
                                {"elsewhere", run.elsewhere()},
                                {"complaints", run.complaints()}};
    call.out << object.dump(2) << "\n";
    return run.failed() == 0 ? kDone : kFound;
  }
  for (const std::string& line : run.complaints()) call.out << line << "\n";
  if (run.elsewhere() > 0) call.out << run.elsewhere() << " rows are covered by tests elsewhere\n";
  call.out << run.passed() << " passed, " << run.failed() << " failed\n";
  return run.failed() == 0 ? kDone : kFound;
}

}  // namespace relais::policy
