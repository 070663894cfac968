// SPDX-License-Identifier: Apache-2.0
// The open facts of a duty as questions, and changes as things to do.
#include "policy/explain.h"

namespace relais::policy {
namespace {

struct Question {
  FactKey key;
  const char* fr;
  const char* en;
};

constexpr Question kQuestions[] = {
    {FactKey::facts_minor, "Un mineur est-il en danger ou risque-t-il de l'être ?",
     "Is a minor in danger or at risk of it?"},
    {FactKey::facts_abuse_or_deprivation, "Y a-t-il des privations ou de mauvais traitements ?",
     "Is there deprivation or ill-treatment?"},
    {FactKey::facts_unable_to_protect, "La personne est-elle hors d'état de se protéger ?",
     "Is the person unable to protect themself?"},
    {FactKey::facts_couple_violence, "Y a-t-il des violences dans le couple ?",
     "Is there violence within the couple?"},
    {FactKey::facts_life_in_danger, "La vie de la personne est-elle en danger immédiat ?",
     "Is the person's life in immediate danger?"},
    {FactKey::facts_coercive_control, "La personne est-elle sous l'emprise de l'auteur ?",
     "Is the person under the author's control?"},
    {FactKey::facts_imminent_peril, "Y a-t-il un péril grave et imminent ?",
     "Is there a grave and imminent peril?"},
    {FactKey::facts_crime_known, "Un crime ou un délit est-il connu ?",
     "Is a crime or an offence known?"},
    {FactKey::facts_aggravation, "Les difficultés s'aggravent-elles ?",
     "Are the difficulties getting worse?"},
    {FactKey::facts_serious_threat, "Y a-t-il une menace grave ?", "Is there a serious threat?"},
    {FactKey::relation_several, "Plusieurs professionnels sont-ils nécessaires ?",
     "Are several professionals needed?"},
    {FactKey::information_parents,
     "Les parents ont-ils été informés, ou pourquoi ne l'ont-ils pas été ?",
     "Were the parents informed, or why were they not?"},
    {FactKey::information_subject, "La personne a-t-elle été informée ?",
     "Was the person informed?"},
    {FactKey::information_child, "L'enfant a-t-il été informé ?", "Was the child informed?"},
    {FactKey::information_waiver_reason, "Pour quel motif l'information n'est-elle pas donnée ?",
     "For which reason is the information not given?"},
    {FactKey::mandate_kind, "Y a-t-il une décision ou une réquisition de justice ?",
     "Is there a court order or a judicial request?"},
    {FactKey::mandate_categories, "Quelles informations la décision demande-t-elle ?",
     "Which information does the order ask for?"},
};

}  // namespace

Label ask_in_words(FactKey key) {
  for (const Question& question : kQuestions) {
    if (question.key == key) return {question.fr, question.en};
  }
  const std::string code(text_of(key));
  return {"À préciser : " + code + ".", "To be stated: " + code + "."};
}

Label change_in_words(const Vocabulary& words, const Change& change) {
  switch (change.kind) {
    case Change::Kind::inform:
      if (change.fact == FactKey::information_parents) {
        return {"informer d'abord les parents", "inform the parents first"};
      }
      if (change.fact == FactKey::information_child) {
        return {"informer d'abord l'enfant", "inform the child first"};
      }
      return {"informer d'abord la personne", "inform the person first"};
    case Change::Kind::name_recipient:
      return {"désigner nommément le destinataire", "name the recipient"};
    case Change::Kind::seek_consent:
      return {"rechercher l'accord de la personne", "seek the person's consent"};
    case Change::Kind::obtain_consent:
      return {"obtenir l'accord de la personne", "obtain the person's consent"};
    case Change::Kind::drop_category:
      break;
  }
  const auto bit = words.find(change.value);
  const Label label = bit ? words.at(*bit).label : Label{change.value, change.value};
  return {"retirer : " + label.fr, "leave out: " + label.en};
}

}  // namespace relais::policy
