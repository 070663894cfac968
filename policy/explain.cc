// SPDX-License-Identifier: Apache-2.0
#include "policy/explain.h"

#include <map>
#include <set>
#include <vector>

#include "policy/text.h"

namespace relais::policy {
namespace {

// Two texts that grow together, so that neither language can say more than the other.
void add(Label& to, const std::string& fr, const std::string& en) {
  if (!to.fr.empty()) {
    to.fr += " ";
    to.en += " ";
  }
  to.fr += fr;
  to.en += en;
}

const Label& reason_for_person(StopKind kind) {
  static const std::map<StopKind, Label> kReasons{
      {StopKind::tier, {"cela ne s'envoie jamais", "this is never sent"}},
      {StopKind::bar, {"la loi l'interdit ici", "the law forbids it here"}},
      {StopKind::need, {"le service n'en a pas besoin", "the service does not need it"}},
      {StopKind::ceiling, {"il est trop tôt pour cela", "it is too early for that"}},
      {StopKind::require,
       {"il reste quelque chose à faire avant", "something has to be done first"}},
      {StopKind::consent, {"votre accord manque", "your agreement is missing"}},
      {StopKind::silence, {"nous devons garder le secret", "we have to keep it secret"}},
      {StopKind::failure, {"la décision n'a pas pu être prise", "no decision could be made"}},
      {StopKind::none, {"rien ne l'autorise", "nothing allows it"}}};
  return kReasons.at(kind);
}

const Label& reason_for_professional(StopKind kind) {
  static const std::map<StopKind, Label> kReasons{
      {StopKind::tier, {"jamais transmissible", "never on the wire"}},
      {StopKind::bar, {"interdiction", "barred"}},
      {StopKind::need, {"hors du besoin déclaré par le service", "beyond the declared need"}},
      {StopKind::ceiling, {"pas à ce stade de la demande", "not at this stage of the referral"}},
      {StopKind::require, {"condition encore à remplir", "a condition is still to be met"}},
      {StopKind::consent, {"accord requis", "consent required"}},
      {StopKind::silence, {"silence", "silence"}},
      {StopKind::failure, {"la décision a échoué", "the decision failed"}},
      {StopKind::none, {"aucune règle", "no rule"}}};
  return kReasons.at(kind);
}

struct Group {
  CategorySet categories;
  std::vector<std::string> cites;  // each once, in order
};

void add_cites(const std::vector<RuleRef>& rules, std::vector<std::string>& cites) {
  for (const RuleRef& rule : rules) {
    bool known = false;
    for (const std::string& cite : cites) known = known || cite == rule.cite;
    if (!known) cites.push_back(rule.cite);
  }
}

std::map<StopKind, Group> group_stops(const Decision& decision) {
  std::map<StopKind, Group> groups;
  for (const Verdict& verdict : decision.verdicts) {
    if (verdict.effect != Effect::must_not) continue;
    Group& group = groups[verdict.stop];
    group.categories |= CategorySet::only(verdict.category);
    add_cites(verdict.rules, group.cites);
  }
  return groups;
}

CategorySet with_effect(const Decision& decision, Effect effect) {
  CategorySet set;
  for (const Verdict& verdict : decision.verdicts) {
    if (verdict.effect == effect) set |= CategorySet::only(verdict.category);
  }
  return set;
}

void open_for_person(const Vocabulary& words, const Decision& decision, Label& text) {
  const Label released = name_categories(words, decision.released);
  switch (decision.outcome) {
    case Outcome::permit:
      return add(text, "Nous pouvons transmettre : " + released.fr + ".",
                 "We may send: " + released.en + ".");
    case Outcome::oblige:
      add(text, "La loi nous oblige à transmettre.", "The law obliges us to report.");
      add(text, "Cela concerne : " + released.fr + ".", "This is about: " + released.en + ".");
      return add(text, "Un professionnel doit d'abord le confirmer.",
                 "A professional has to confirm it first.");
    case Outcome::blocked:
      add(text, "La loi nous oblige à transmettre, mais il manque encore quelque chose.",
          "The law obliges us to report, but something is still missing.");
      return add(text, "Rien ne part pour l'instant.", "Nothing leaves for now.");
    case Outcome::conflict:
      add(text, "Deux lois se contredisent.", "Two laws contradict each other.");
      return add(text, "Rien ne part ; un professionnel va décider.",
                 "Nothing leaves; a professional will decide.");
    case Outcome::deny:
      return add(text, "Rien ne part.", "Nothing leaves.");
  }
}

void stops_for_person(const Vocabulary& words, const Decision& decision, Label& text) {
  for (const auto& [kind, group] : group_stops(decision)) {
    const Label names = name_categories(words, group.categories);
    const Label& reason = reason_for_person(kind);
    add(text, "Ne part pas : " + names.fr + " (" + reason.fr + ").",
        "Does not leave: " + names.en + " (" + reason.en + ").");
  }
}

void add_unreviewed(const Decision& decision, Label& text) {
  if (decision.reviewed()) return;
  add(text, "Ces règles n'ont pas encore été relues par un juriste.",
      "These rules were not reviewed by counsel.");
}

void open_for_professional(const Decision& decision, Label& text) {
  switch (decision.outcome) {
    case Outcome::permit:
      return add(text, "Transmission autorisée.", "Disclosure permitted.");
    case Outcome::oblige:
      return add(text, "Transmission obligatoire, à confirmer nommément.",
                 "Disclosure mandatory, to be confirmed by a named professional.");
    case Outcome::blocked:
      return add(text,
                 "Transmission obligatoire, mais une condition reste à remplir : rien ne part.",
                 "Disclosure mandatory, but a condition is still to be met: nothing leaves.");
    case Outcome::conflict:
      return add(text, "Conflit de lois : rien ne part, un professionnel nommé tranche.",
                 "Conflict of laws: nothing leaves, a named professional decides.");
    case Outcome::deny:
      return add(text, "Transmission refusée : rien ne part.",
                 "Disclosure refused: nothing leaves.");
  }
}

std::string cited(const std::vector<std::string>& cites) {
  return cites.empty() ? std::string() : " — " + join(cites, " ; ");
}

void releases_for_professional(const Vocabulary& words, const Decision& decision, Label& text) {
  for (const Effect effect : {Effect::must, Effect::may}) {
    const CategorySet set = with_effect(decision, effect);
    if (set.empty()) continue;
    const Label names = name_categories(words, set);
    std::vector<std::string> cites;
    for (const Verdict& verdict : decision.verdicts) {
      if (verdict.effect == effect) add_cites(verdict.rules, cites);
    }
    const bool must = effect == Effect::must;
    add(text, (must ? "Doit : " : "Peut : ") + names.fr + cited(cites) + ".",
        (must ? "Must: " : "May: ") + names.en + cited(cites) + ".");
  }
}

void stops_for_professional(const Vocabulary& words, const Decision& decision, Label& text) {
  for (const auto& [kind, group] : group_stops(decision)) {
    const Label names = name_categories(words, group.categories);
    const Label& reason = reason_for_professional(kind);
    add(text, "Retenu (" + reason.fr + ") : " + names.fr + cited(group.cites) + ".",
        "Withheld (" + reason.en + "): " + names.en + cited(group.cites) + ".");
  }
}

void questions_for_professional(const Vocabulary& words, const Decision& decision, Label& text) {
  if (!decision.asks.empty()) {
    add(text, "Une obligation est peut-être en jeu :", "A duty may be at stake:");
    for (const FactKey key : decision.asks) {
      const Label question = ask_in_words(key);
      add(text, question.fr, question.en);
    }
  }
  for (const Counterfactual& one : decision.counterfactuals) {
    Label changes;
    for (const Change& change : one.changes) {
      const Label words_of = change_in_words(words, change);
      if (!changes.fr.empty()) changes = {changes.fr + " et", changes.en + " and"};
      add(changes, words_of.fr, words_of.en);
    }
    const Label after = name_categories(words, one.released);
    add(text, "Il serait possible de transmettre " + after.fr + " après ceci : " + changes.fr + ".",
        "It would be possible to send " + after.en + " after this: " + changes.en + ".");
  }
}

}  // namespace

Label name_categories(const Vocabulary& words, CategorySet categories) {
  std::vector<std::string> fr;
  std::vector<std::string> en;
  (categories & words.all()).each([&](CategoryBit bit) {
    fr.push_back(words.at(bit).label.fr);
    en.push_back(words.at(bit).label.en);
  });
  return {join(fr, ", "), join(en, ", ")};
}

Label explain_to_person(const Vocabulary& words, const Decision& decision) {
  Label text;
  open_for_person(words, decision, text);
  stops_for_person(words, decision, text);
  if (!decision.offers.empty()) {
    add(text, "Vous pouvez porter vous-même un papier au service.",
        "You can carry a slip to the service yourself.");
  }
  add_unreviewed(decision, text);
  return text;
}

Label explain_to_professional(const Vocabulary& words, const Decision& decision) {
  Label text;
  open_for_professional(decision, text);
  releases_for_professional(words, decision, text);
  stops_for_professional(words, decision, text);
  questions_for_professional(words, decision, text);
  add_unreviewed(decision, text);
  return text;
}

}  // namespace relais::policy
