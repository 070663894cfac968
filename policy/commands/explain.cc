// SPDX-License-Identifier: Apache-2.0
// policy explain: a decision in sentences, for the person and for the professional.
#include "policy/explain.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "policy/commands/explanation.h"
#include "policy/commands/verbs.h"
#include "policy/decide.h"

namespace relais::policy {
namespace {

nlohmann::json json_of(const Label& label) { return {{"fr", label.fr}, {"en", label.en}}; }

}  // namespace

void print_explanation(const Vocabulary& words, std::ostream& out, bool json,
                       const std::string& title, const Decision& decision) {
  const Label person = explain_to_person(words, decision);
  const Label professional = explain_to_professional(words, decision);
  if (json) {
    const nlohmann::json object{{"of", title},
                                {"outcome", text_of(decision.outcome)},
                                {"person", json_of(person)},
                                {"professional", json_of(professional)}};
    out << object.dump() << "\n";
    return;
  }
  if (!title.empty()) out << title << "\n";
  out << "personne: " << person.fr << "\nperson: " << person.en
      << "\nprofessionnel: " << professional.fr << "\nprofessional: " << professional.en << "\n";
}

int run_explain(const Call& call) {
  if (call.given.operands.size() > 1) return call.usage("explain takes one file of facts");
  Parameters parameters;
  const std::string name = call.given.operands.empty() ? "" : call.given.operands[0];
  const auto facts = facts_from(call.words, name, parameters);
  if (!facts) return call.fault(facts.error());
  const auto law = law_of(call, parameters);
  if (!law) return call.fault(law.error());
  print_explanation(call.words, call.out, call.json(), "", evaluate(**law, *facts));
  return kDone;
}

}  // namespace relais::policy
