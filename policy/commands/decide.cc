// SPDX-License-Identifier: Apache-2.0
// policy decide: the decision about the facts of a file or of standard input.
#include "policy/decide.h"

#include <ostream>

#include "policy/commands/verbs.h"
#include "policy/decision_text.h"

namespace relais::policy {

int run_decide(const Call& call) {
  if (call.given.operands.size() > 1) return call.usage("decide takes one file of facts");
  Parameters parameters;
  const std::string name = call.given.operands.empty() ? "" : call.given.operands[0];
  const auto facts = facts_from(call.words, name, parameters);
  if (!facts) return call.fault(facts.error());
  const auto law = law_of(call, parameters);
  if (!law) return call.fault(law.error());
  const Decision decision = evaluate(**law, *facts);
  call.out << (call.json() ? to_json(call.words, decision) : to_lines(call.words, decision));
  const bool leaves = decision.outcome == Outcome::permit || decision.outcome == Outcome::oblige;
  return leaves ? kDone : kFound;
}

}  // namespace relais::policy
