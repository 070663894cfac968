// SPDX-License-Identifier: Apache-2.0
// A Decision in sentences, French and English. For the person (explain_person.cc): short words,
// what is sent, what stays and why, what they can do, never an article. For the professional
// (explain_professional.cc): the rule or gate behind every category with its article, what is to be
// done, the open questions and what would change the answer. Codes become the vocabulary's labels;
// no value of an item is known here. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "node/core/agency.h"
#include "policy/decision.h"
#include "policy/vocabulary.h"

namespace relais::policy {

Label explain_to_person(const Vocabulary& words, const Decision& decision);
Label explain_to_professional(const Vocabulary& words, const Decision& decision);

// "nom et prénom, besoin" / "name, need".
Label name_categories(const Vocabulary& words, CategorySet categories);

// What an open question asks a human, as a whole question: "Un mineur est-il en danger ou
// risque-t-il de l'être ?".
Label ask_in_words(FactKey key);
// What a change is, to the person, as it follows "si" and "if": "vous êtes d'accord".
Label change_for_person(const Vocabulary& words, const Change& change);
// And to the professional, as it follows "à condition" and "provided you": "d'informer d'abord la
// personne", "inform the person first".
Label change_for_professional(const Vocabulary& words, const Change& change);
// What an attachment or an offer asks of the professional: "informer les parents".
Label attachment_in_words(const std::string& attachment);

// Two texts that grow together, so that neither language can say more than the other.
void add_sentence(Label& to, const std::string& fr, const std::string& en);

// Requested categories that share one verdict, one stop, the same citations in the same
// order. In the order of the first category of each.
struct VerdictGroup {
  Effect effect = Effect::must_not;
  StopKind stop = StopKind::none;
  std::vector<std::string> cites;
  CategorySet categories;
};
std::vector<VerdictGroup> group_verdicts(const Decision& decision);

// What a counterfactual would let leave that does not leave now.
CategorySet gain_of(const Decision& decision, const Counterfactual& counterfactual);

}  // namespace relais::policy
