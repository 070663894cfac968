// SPDX-License-Identifier: Apache-2.0
// The open facts of a duty as questions, changes as things to do, attachments as deeds. Tables: a
// word that is missing is seen by the test that asks for all of them.
#include <string_view>

#include "policy/explain.h"

namespace relais::policy {
namespace {

struct Question {
  FactKey key;
  const char* fr;
  const char* en;
};

constexpr Question kQuestions[] = {
    {FactKey::sender_category, "De quelle sorte de service s'agit-il chez vous ?",
     "What kind of service is yours?"},
    {FactKey::sender_jurisdiction, "Dans quel pays votre service se trouve-t-il ?",
     "In which country is your service?"},
    {FactKey::sender_secrecy, "Avez-vous un devoir de secret, et à quel titre ?",
     "Are you bound by secrecy, and on what ground?"},
    {FactKey::sender_profession, "Quelle est votre profession ?", "What is your profession?"},
    {FactKey::sender_mission, "Quelle est la mission de votre service ?",
     "What is the mission of your service?"},
    {FactKey::sender_public_official, "Êtes-vous agent public ?", "Are you a public official?"},
    {FactKey::recipient_category, "De quelle sorte de service s'agit-il chez le destinataire ?",
     "What kind of service is the recipient's?"},
    {FactKey::recipient_profession, "Quelle est la profession du destinataire ?",
     "What is the recipient's profession?"},
    {FactKey::recipient_mission, "Quelle est la mission du destinataire ?",
     "What is the recipient's mission?"},
    {FactKey::recipient_sworn, "La personne qui reçoit a-t-elle prêté serment ?",
     "Is the recipient sworn?"},
    {FactKey::relation_several, "Plusieurs professionnels sont-ils nécessaires ?",
     "Are several professionals needed?"},
    {FactKey::subject_age_band, "Quel âge la personne a-t-elle ?", "How old is the person?"},
    {FactKey::subject_vulnerable, "La personne est-elle vulnérable ?", "Is the person vulnerable?"},
    {FactKey::information_subject, "La personne a-t-elle été informée ?",
     "Was the person informed?"},
    {FactKey::information_parents,
     "Les parents ont-ils été informés, ou pourquoi ne l'ont-ils pas été ?",
     "Were the parents informed, or why were they not?"},
    {FactKey::information_child, "L'enfant a-t-il été informé ?", "Was the child informed?"},
    {FactKey::information_waiver_reason, "Pour quel motif l'information n'est-elle pas donnée ?",
     "For which reason is the information not given?"},
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
    {FactKey::facts_aggravation,
     "Les difficultés s'aggravent-elles au point d'appeler plusieurs professionnels ?",
     "Are the difficulties getting so much worse that several professionals are needed?"},
    {FactKey::facts_serious_threat, "Y a-t-il une menace grave ?", "Is there a serious threat?"},
    {FactKey::facts_more_detrimental,
     "Transmettre ferait-il plus de tort que de bien à la personne ?",
     "Would telling do the person more harm than good?"},
    {FactKey::mandate_kind, "Y a-t-il une décision, une réquisition ou une demande légale ?",
     "Is there an order, a summons or a statutory request?"},
    {FactKey::mandate_categories, "Quelles informations la demande vise-t-elle ?",
     "Which information does the request name?"},
    {FactKey::origin, "D'où viennent ces informations ?", "Where does this information come from?"},
    {FactKey::purpose, "Dans quel but transmettre ?", "For which purpose is it to be sent?"},
};

struct Deed {
  std::string_view attachment;
  const char* fr;
  const char* en;
};

constexpr Deed kDeeds[] = {
    {"inform_before", "informer la personne avant", "inform the person before"},
    {"inform_after", "informer la personne après", "inform the person afterwards"},
    {"notify_parents", "informer les parents", "inform the parents"},
    {"notify_victim", "prévenir la victime", "notify the victim"},
    {"protective_steps", "prendre des mesures de protection", "take protective steps"},
    {"record_reason", "noter le motif", "record the reason"},
    {"redisclosure_notice", "joindre l'avis sur toute nouvelle transmission",
     "attach the notice on redisclosure"},
    {"attach_consent_copy", "joindre une copie de l'accord", "attach a copy of the consent"},
    {"human_confirm", "confirmer sous son nom", "confirm under your name"},
    {"without_delay", "transmettre sans délai", "send without delay"},
    {"withhold_from_log_view", "ne pas montrer cette ligne du relevé aux parents",
     "keep this line of the statement from the parents"},
    {"seek_consent_first", "rechercher d'abord l'accord de la personne",
     "seek the person's consent first"},
    {"self_carried", "proposer à la personne une fiche à porter elle-même",
     "offer the person a slip to carry"},
};

Label dropped(const Vocabulary& words, const Change& change) {
  const auto bit = words.find(change.value);
  return bit ? words.at(*bit).label : Label{change.value, change.value};
}

}  // namespace

Label ask_in_words(FactKey key) {
  for (const Question& question : kQuestions) {
    if (question.key == key) return {question.fr, question.en};
  }
  const std::string code(text_of(key));
  return {"À préciser : " + code + ".", "To be stated: " + code + "."};
}

Label attachment_in_words(const std::string& attachment) {
  for (const Deed& deed : kDeeds) {
    if (deed.attachment == attachment) return {deed.fr, deed.en};
  }
  return {attachment, attachment};
}

Label change_for_person(const Vocabulary& words, const Change& change) {
  switch (change.kind) {
    case Change::Kind::inform:
      if (change.fact == FactKey::information_parents) {
        return {"nous en parlons d'abord aux parents", "we tell the parents first"};
      }
      if (change.fact == FactKey::information_child) {
        return {"nous en parlons d'abord à l'enfant", "we tell the child first"};
      }
      return {"nous vous en parlons d'abord", "we tell you first"};
    case Change::Kind::name_recipient:
      return {"nous savons qui va le lire", "we know who will read it"};
    case Change::Kind::seek_consent:
      return {"nous vous demandons votre accord", "we ask for your agreement"};
    case Change::Kind::obtain_consent:
      return {"vous donnez votre accord par écrit", "you agree in writing"};
    case Change::Kind::drop_category:
      break;
  }
  const Label label = dropped(words, change);
  return {"nous gardons ceci (" + label.fr + ")", "we keep this (" + label.en + ")"};
}

Label change_for_professional(const Vocabulary& words, const Change& change) {
  switch (change.kind) {
    case Change::Kind::inform:
      if (change.fact == FactKey::information_parents) {
        return {"d'informer d'abord les parents", "inform the parents first"};
      }
      if (change.fact == FactKey::information_child) {
        return {"d'informer d'abord l'enfant", "inform the child first"};
      }
      return {"d'informer d'abord la personne", "inform the person first"};
    case Change::Kind::name_recipient:
      return {"de désigner nommément le destinataire", "name the recipient"};
    case Change::Kind::seek_consent:
      return {"de rechercher l'accord de la personne", "seek the person's consent"};
    case Change::Kind::obtain_consent:
      return {"d'obtenir l'accord écrit de la personne", "obtain the person's written consent"};
    case Change::Kind::drop_category:
      break;
  }
  const Label label = dropped(words, change);
  return {"de retirer « " + label.fr + " »", "leave out \"" + label.en + "\""};
}

}  // namespace relais::policy
