// SPDX-License-Identifier: Apache-2.0
// A Decision in sentences, French and English. For the person: short words, what leaves, what stays
// and what they can do, no article in the first sentence. For the professional: the same with the
// articles, the open questions and what would change the answer. Codes become the vocabulary's
// labels; no value of an item is known here. Pure; any thread.
#pragma once

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
// What a change is, as something to do: "informer la personne avant".
Label change_in_words(const Vocabulary& words, const Change& change);

}  // namespace relais::policy
