// SPDX-License-Identifier: Apache-2.0
// For the professional: the outcome, then every requested category with the rule or the gate that
// decided and its article, then what is to be done, what is to be asked, and what would change it.
#include <algorithm>

#include "policy/explain.h"

namespace relais::policy {
namespace {

Label outcome_in_words(Outcome outcome) {
  switch (outcome) {
    case Outcome::permit:
      return {"Transmission autorisée.", "Disclosure permitted."};
    case Outcome::oblige:
      return {"Transmission obligatoire, à confirmer par une personne nommée.",
              "Disclosure mandatory, to be confirmed by a named person."};
    case Outcome::blocked:
      return {"Transmission obligatoire, mais une condition reste à remplir : rien ne part.",
              "Disclosure mandatory, but a condition is still to be met: nothing leaves."};
    case Outcome::conflict:
      return {"Conflit de lois : rien ne part, une personne nommée tranche.",
              "Conflict of laws: nothing leaves, a named person decides."};
    case Outcome::deny:
      return {"Transmission refusée : rien ne part.", "Disclosure refused: nothing leaves."};
  }
  return {};
}

Label stop_in_words(StopKind stop) {
  switch (stop) {
    case StopKind::tier:
      return {"Jamais transmissible", "Never on the wire"};
    case StopKind::bar:
      return {"Retenu, car interdit", "Withheld, as it is barred"};
    case StopKind::need:
      return {"Retenu, hors du besoin déclaré par le service",
              "Withheld, as the service did not declare that it needs it"};
    case StopKind::ceiling:
      return {"Retenu, trop tôt à ce stade de la demande",
              "Withheld, as it is too early at this stage of the referral"};
    case StopKind::require:
      return {"Retenu tant qu'une condition n'est pas remplie",
              "Withheld until a condition is met"};
    case StopKind::consent:
      return {"Retenu, faute de l'accord que le texte demande",
              "Withheld, for want of the consent that the article asks for"};
    case StopKind::silence:
      return {"Retenu, faute de texte qui lève le silence",
              "Withheld, for want of an article that lifts the silence"};
    case StopKind::failure:
      return {"Retenu, car la décision a échoué", "Withheld, as the decision failed"};
    case StopKind::none:
      break;
  }
  return {"Retenu", "Withheld"};
}

Label verdict_in_words(const VerdictGroup& group) {
  switch (group.effect) {
    case Effect::must:
      return {"Doit être transmis", "Must be sent"};
    case Effect::may:
      if (group.cites.empty()) {
        return {"Peut être transmis, car aucun texte ne s'y oppose",
                "May be sent, as nothing stands against it"};
      }
      return {"Peut être transmis", "May be sent"};
    case Effect::must_not:
      break;
  }
  return stop_in_words(group.stop);
}

// The Regulation has a name in each language.
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

Label cited(const std::vector<std::string>& cites) {
  Label label;
  for (const std::string& cite : cites) {
    const std::string before = label.fr.empty() ? " — " : " ; ";
    label.fr += before + replaced(cite, "GDPR", "RGPD");
    label.en += (label.en.empty() ? " — " : "; ") + replaced(cite, "RGPD", "GDPR");
  }
  return label;
}

void add_verdicts(const Vocabulary& words, const Decision& decision, Label& text) {
  for (const Effect effect : {Effect::must, Effect::may, Effect::must_not}) {
    for (const VerdictGroup& group : group_verdicts(decision)) {
      if (group.effect != effect) continue;
      const Label verdict = verdict_in_words(group);
      const Label names = name_categories(words, group.categories);
      const Label cites = cited(group.cites);
      add_sentence(text, verdict.fr + " : " + names.fr + cites.fr + ".",
                   verdict.en + ": " + names.en + cites.en + ".");
    }
  }
}

Label attachments_in_words(const std::vector<std::string>& codes) {
  Label deeds;
  for (const std::string& code : codes) {
    const Label deed = attachment_in_words(code);
    deeds.fr += (deeds.fr.empty() ? "" : " ; ") + deed.fr;
    deeds.en += (deeds.en.empty() ? "" : "; ") + deed.en;
  }
  return deeds;
}

// What a release asks for, and apart from it what may be done instead of one.
void add_attachments(const Decision& decision, Label& text) {
  std::vector<std::string> duties;
  for (const std::string& code : decision.attachments) {
    const auto& offers = decision.offers;
    if (std::find(offers.begin(), offers.end(), code) == offers.end()) duties.push_back(code);
  }
  const bool leaves = decision.outcome == Outcome::permit || decision.outcome == Outcome::oblige;
  if (!duties.empty()) {
    const Label deeds = attachments_in_words(duties);
    add_sentence(text, (leaves ? "À faire : " : "En cas de transmission : ") + deeds.fr + ".",
                 (leaves ? "To do: " : "If it is sent: ") + deeds.en + ".");
  }
  if (decision.offers.empty()) return;
  const Label instead = attachments_in_words(decision.offers);
  add_sentence(text, "Possible sans transmission : " + instead.fr + ".",
               "Possible without a disclosure: " + instead.en + ".");
}

void add_questions(const Decision& decision, Label& text) {
  if (decision.asks.empty()) return;
  add_sentence(
      text, "Une obligation existe peut-être. À vérifier :", "There may be a duty. To be checked:");
  for (const FactKey key : decision.asks) {
    const Label question = ask_in_words(key);
    add_sentence(text, question.fr, question.en);
  }
}

void add_counterfactual(const Vocabulary& words, const Decision& decision,
                        const Counterfactual& one, Label& text) {
  Label condition;
  for (const Change& change : one.changes) {
    const Label deed = change_for_professional(words, change);
    condition.fr += (condition.fr.empty() ? "À condition " : " et ") + deed.fr;
    condition.en += (condition.en.empty() ? "Provided you " : " and ") + deed.en;
  }
  const Label gain = name_categories(words, gain_of(decision, one));
  const bool duty = one.outcome == Outcome::oblige;
  add_sentence(
      text, condition.fr + ", " + (duty ? "devra" : "pourra") + " être transmis : " + gain.fr + ".",
      condition.en + ", this " + (duty ? "must" : "may") + " be sent: " + gain.en + ".");
}

}  // namespace

Label explain_to_professional(const Vocabulary& words, const Decision& decision) {
  Label text = outcome_in_words(decision.outcome);
  add_verdicts(words, decision, text);
  add_attachments(decision, text);
  add_questions(decision, text);
  for (const Counterfactual& one : decision.counterfactuals) {
    add_counterfactual(words, decision, one, text);
  }
  if (!decision.reviewed()) {
    add_sentence(text, "Ces règles n'ont pas encore été relues par un juriste.",
                 "These rules were not reviewed by counsel.");
  }
  return text;
}

}  // namespace relais::policy
