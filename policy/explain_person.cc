// SPDX-License-Identifier: Apache-2.0
// For the person, or whoever reads it to them: one thing a sentence, the words of every day, no
// article. Long lists stand after a colon and hold the vocabulary's short labels.
#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "policy/explain.h"

namespace relais::policy {
namespace {

// The sentence that says why something stays, and how to begin the list of it.
struct Why {
  StopKind stop;
  const char* stays_fr;
  const char* stays_en;
  const char* because_fr;
  const char* because_en;
};

// In the order in which people are told: first what is no choice of the service's.
constexpr Why kWhys[] = {
    {StopKind::silence, "Nous gardons ceci : ", "We keep this: ",
     "La loi nous demande de garder ces informations pour nous.",
     "The law asks us to keep this information to ourselves."},
    {StopKind::bar,
     "Nous gardons ceci : ", "We keep this: ", "Ici, la loi interdit d'envoyer ces informations.",
     "Here the law forbids us to send this information."},
    {StopKind::consent, "Nous gardons ceci : ", "We keep this: ", "Il nous manque votre accord.",
     "We do not have your agreement."},
    {StopKind::require, "Nous gardons ceci pour l'instant : ", "We keep this for now: ",
     "Nous avons encore quelque chose à faire avant.", "We still have something to do first."},
    {StopKind::ceiling, "Nous gardons ceci pour plus tard : ", "We keep this for later: ",
     "Il est trop tôt pour envoyer ces informations.", "It is too early to send this information."},
    {StopKind::need,
     "Nous gardons ceci : ", "We keep this: ", "Le service n'a pas besoin de ces informations.",
     "The service does not need this information."},
    {StopKind::tier, "Ceci reste toujours chez nous : ", "This always stays with us: ",
     "Nous n'envoyons jamais ces informations.", "We never send this information."},
    {StopKind::failure, "Nous gardons ceci pour l'instant : ", "We keep this for now: ",
     "Notre machine n'a pas pu décider.", "Our machine could not decide."},
    {StopKind::none,
     "Nous gardons ceci : ", "We keep this: ", "Rien ne nous permet d'envoyer ces informations.",
     "Nothing allows us to send this information."},
};

constexpr size_t kMostHints = 2;  // more is no help to anyone who reads it

CategorySet shown(const Vocabulary& words, CategorySet categories) {
  const CategorySet told = categories.minus(words.tier(0));
  return told.empty() ? categories : told;
}

CategorySet with_effect(const Decision& decision, Effect effect) {
  CategorySet set;
  for (const Verdict& verdict : decision.verdicts) {
    if (verdict.effect == effect) set |= CategorySet::only(verdict.category);
  }
  return set;
}

void add_list(const Vocabulary& words, CategorySet categories, const std::string& fr,
              const std::string& en, Label& text) {
  const CategorySet told = shown(words, categories);
  if (told.empty()) return;
  const Label names = name_categories(words, told);
  add_sentence(text, fr + names.fr + ".", en + names.en + ".");
}

void open_obliged(const Vocabulary& words, const Decision& decision, Label& text) {
  const CategorySet must = with_effect(decision, Effect::must);
  add_sentence(text, "La loi nous oblige à prévenir un autre service.",
               "The law says that we must tell another service.");
  add_list(words, must, "Nous devons envoyer ceci : ", "We must send this: ", text);
  add_list(words, decision.released.minus(must).minus(words.tier(0)),
           "Nous pouvons aussi envoyer ceci : ", "We may also send this: ", text);
  add_sentence(text, "Un professionnel doit d'abord donner son nom et confirmer.",
               "A worker must first give their name and confirm.");
}

void open(const Vocabulary& words, const Decision& decision, Label& text) {
  switch (decision.outcome) {
    case Outcome::permit:
      return add_list(words, decision.released,
                      "Nous pouvons envoyer ceci : ", "We may send this: ", text);
    case Outcome::oblige:
      return open_obliged(words, decision, text);
    case Outcome::blocked:
      add_sentence(text, "La loi nous oblige à prévenir un autre service.",
                   "The law says that we must tell another service.");
      return add_sentence(text, "Mais il manque encore quelque chose : rien n'est envoyé.",
                          "But something is still missing: nothing is sent.");
    case Outcome::conflict:
      add_sentence(text, "Deux lois ne disent pas la même chose.",
                   "Two laws do not say the same thing.");
      return add_sentence(text, "Rien n'est envoyé : un professionnel va décider.",
                          "Nothing is sent: a worker will decide.");
    case Outcome::deny:
      return add_sentence(text, "Nous n'envoyons rien.", "We are not sending anything.");
  }
}

// What stays, by the reason to be told; a reason without words of its own is the last of the table.
std::map<const Why*, CategorySet> stays_of(const Vocabulary& words, const Decision& decision) {
  std::map<const Why*, CategorySet> stays;
  for (const Verdict& verdict : decision.verdicts) {
    if (verdict.effect != Effect::must_not || words.tier(0).has(verdict.category)) continue;
    const Why* why = std::find_if(std::begin(kWhys), std::end(kWhys) - 1,
                                  [&](const Why& one) { return one.stop == verdict.stop; });
    stays[why] |= CategorySet::only(verdict.category);
  }
  return stays;  // by address: in the order of the table
}

// "Si nous vous en parlons d'abord, nous pourrons …"; of several conditions first the list of them.
Label beginning_of_hint(const Vocabulary& words, const Counterfactual& one) {
  const bool duty = one.outcome == Outcome::oblige;
  const Label may = duty ? Label{"nous devrons ", "we must "} : Label{"nous pourrons ", "we may "};
  Label clauses;
  for (const Change& change : one.changes) {
    const Label clause = change_for_person(words, change);
    clauses.fr += (clauses.fr.empty() ? "" : ", ") + clause.fr;
    clauses.en += (clauses.en.empty() ? "" : ", ") + clause.en;
  }
  if (one.changes.size() == 1) {
    return {"Si " + clauses.fr + ", " + may.fr, "If " + clauses.en + ", " + may.en};
  }
  return {"Il faut tout ceci : " + clauses.fr + ". Alors " + may.fr,
          "All of this is needed: " + clauses.en + ". Then " + may.en};
}

void add_hint(const Vocabulary& words, const Counterfactual& one, CategorySet gain, bool named,
              Label& text) {
  const Label begin = beginning_of_hint(words, one);
  if (!named) {
    return add_list(words, gain, begin.fr + "envoyer ceci : ", begin.en + "send this: ", text);
  }
  add_sentence(text, begin.fr + "envoyer ces informations.", begin.en + "send this information.");
}

// One sentence what stays, one why, one what would change it. Where nothing is sent and there is
// one reason, the reason says it all.
void add_stays(const Vocabulary& words, const Decision& decision, Label& text) {
  const auto stays = stays_of(words, decision);
  const bool bare = decision.outcome == Outcome::deny && stays.size() == 1;
  std::vector<const Counterfactual*> hints;
  for (const Counterfactual& one : decision.counterfactuals) {
    if (hints.size() < kMostHints) hints.push_back(&one);
  }
  const auto gain = [&](const Counterfactual* one) {
    return gain_of(decision, *one).minus(words.tier(0));
  };
  for (const auto& [why, categories] : stays) {
    if (!bare) add_list(words, categories, why->stays_fr, why->stays_en, text);
    add_sentence(text, why->because_fr, why->because_en);
    for (const Counterfactual*& one : hints) {
      if (one == nullptr || gain(one) != categories) continue;
      add_hint(words, *one, categories, !bare, text);
      one = nullptr;
    }
  }
  for (const Counterfactual* one : hints) {
    if (one != nullptr) add_hint(words, *one, gain(one), false, text);
  }
}

}  // namespace

Label explain_to_person(const Vocabulary& words, const Decision& decision) {
  Label text;
  open(words, decision, text);
  add_stays(words, decision, text);
  if (decision.outcome == Outcome::deny && !decision.offers.empty()) {
    add_sentence(text, "Si vous voulez, vous pouvez porter vous-même une fiche au service.",
                 "If you like, you can take a slip to the service yourself.");
  }
  if (!decision.reviewed()) {
    add_sentence(text, "Aucun juriste n'a encore relu ces règles.",
                 "These rules are not reviewed by counsel: no lawyer has checked them yet.");
  }
  return text;
}

}  // namespace relais::policy
