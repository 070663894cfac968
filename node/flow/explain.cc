// SPDX-License-Identifier: Apache-2.0
#include "node/flow/explain.h"

#include <algorithm>

#include "node/flow/entry.h"
#include "node/flow/safe_contact.h"
#include "node/flow/withhold.h"
#include "node/flow/words.h"
#include "node/ledger/crypto.h"
#include "policy/explain.h"
#include "policy/text.h"

namespace relais::flow {
namespace {

using policy::FactKey;

Slip slip_of(const Line& line, const Question& question) {
  Slip slip;
  const Service& service = *question.service;
  slip.service_name = service.name;
  slip.address = service.address.empty() ? question.recipient->address : service.address;
  slip.phone = service.phone;
  std::string needs_fr;
  std::string needs_en;
  for (const Item& item : question.items) {
    const policy::Category& category = line.vocabulary.at(item.category);
    if (category.code.rfind("need.", 0) != 0) continue;
    slip.items.push_back({category.code, item.value});
    const Label* label = line.vocabulary.label(category.list, item.value.reveal());
    const Label words = label == nullptr ? Label{item.value.reveal(), item.value.reveal()} : *label;
    needs_fr += (needs_fr.empty() ? "" : ", ") + words.fr;
    needs_en += (needs_en.empty() ? "" : ", ") + words.en;
  }
  const std::string where_fr = slip.phone.empty() ? slip.address : slip.address + ", " + slip.phone;
  const bool told = !needs_fr.empty();
  slip.text.fr = "Vous pouvez aller vous-même à : " + service.name.fr + ", " + where_fr +
                 ". Vous direz ce que vous voulez." +
                 (told ? " Votre besoin : " + needs_fr + "." : "") +
                 " Nous ne leur avons rien envoyé.";
  slip.text.en = "You can go yourself to: " + service.name.en + ", " + where_fr +
                 ". You say what you wish to say." + (told ? " Your need: " + needs_en + "." : "") +
                 " We have sent them nothing.";
  return slip;
}

// Every law that kept it, each once: the first alone may be the one that tells least.
std::string all_citations(const policy::Verdict& verdict) {
  std::string all;
  for (const policy::RuleRef& rule : verdict.rules) {
    if (all.find(rule.cite) != std::string::npos) continue;
    all += (all.empty() ? "" : "; ") + rule.cite;
  }
  return all;
}

void put_withheld(const Line& line, const policy::Decision& decision, ledger::PrivatePart& part) {
  for (const policy::Verdict& verdict : decision.verdicts) {
    if (verdict.effect != policy::Effect::must_not) continue;
    ledger::Withheld withheld;
    withheld.category = line.vocabulary.at(verdict.category).code;
    withheld.stop = std::string(policy::text_of(verdict.stop));
    if (!verdict.rules.empty()) withheld.rule = verdict.rules.front().id;
    withheld.citation = all_citations(verdict);
    part.categories_withheld.push_back(std::move(withheld));
  }
}

// The record says what was left out, not why: it may be read by who must not know.
void put_left_out(const Line& line, const Question& question, ledger::PrivatePart& part) {
  if (question.left_out.empty()) return;
  add_details({{kLeftOut, policy::join(line.vocabulary.codes(question.left_out), " ")}}, part);
}

// By the state it is asked in: a request is asked before anything else is, and the way back has no
// service.
Sending sending_of(const Line& line, const Question& question) {
  const std::string state = question.facts.text(line.vocabulary, FactKey::state);
  if (state == kCapacityProbe) return Sending::room;
  if (state == "requested") return Sending::request;
  return question.service == nullptr ? Sending::outcome : Sending::more;
}

// What the entry says to the person. What left and what did not stands beside it in the record, so
// only a decision that still asks something of somebody is told whole.
Label sentence_of(const Explained& explained, Sending what, bool confirmed) {
  switch (explained.decision.outcome) {
    case policy::Outcome::permit:
      return sending_words(what);
    case policy::Outcome::deny:
      return denied_words(explained.slip.has_value());
    case policy::Outcome::oblige:
      return confirmed ? reporting_words() : explained.person;
    case policy::Outcome::blocked:
    case policy::Outcome::conflict:
      break;
  }
  return explained.person;
}

void put_information(const Line& line, const policy::Facts& facts, ledger::PrivatePart& part) {
  const std::pair<FactKey, const char*> told[] = {{FactKey::information_subject, "subject"},
                                                  {FactKey::information_parents, "parents"},
                                                  {FactKey::information_child, "child"}};
  for (const auto& [key, whom] : told) {
    if (facts.is_known(key)) {
      part.information_given.push_back({whom, facts.text(line.vocabulary, key), ""});
    }
  }
  part.waiver_reason = facts.text(line.vocabulary, FactKey::information_waiver_reason);
  part.mandate_reference = facts.text(line.vocabulary, FactKey::mandate_kind);
}

// A refusal by rule is a proposal: who it concerns can have a human look at it (GDPR 22).
void add_way_to_contest(Explained& explained) {
  policy::add_sentence(explained.person,
                       "La machine propose, elle ne décide pas. Vous pouvez dire ce que vous en "
                       "pensez, et demander qu'une personne regarde de nouveau.",
                       "The machine proposes, it does not decide. You can say what you think, and "
                       "ask that a person looks at it again.");
  policy::add_sentence(explained.professional,
                       "Ceci est une proposition : une personne nommée peut la contester et faire "
                       "décider de nouveau. Dire à la personne qu'elle peut le demander.",
                       "This is a proposal: a named person may contest it and have it decided "
                       "again. Tell the person that they can ask for this.");
}

}  // namespace

Explained in_words(const Line& line, policy::Decision decision) {
  Explained explained;
  explained.person = policy::explain_to_person(line.vocabulary, decision);
  explained.professional = policy::explain_to_professional(line.vocabulary, decision);
  if (decision.outcome == policy::Outcome::deny) add_way_to_contest(explained);
  explained.decision = std::move(decision);
  return explained;
}

std::vector<std::string> travelling_attachments(const policy::Decision& decision) {
  std::vector<std::string> attachments = decision.attachments;
  for (const std::string& offer : decision.offers) std::erase(attachments, offer);
  return attachments;
}

Explained explain(const Line& line, const Question& question, policy::Decision given) {
  const policy::Facts& facts = question.facts;
  const bool kept = keep_from_representatives(
      facts.text(line.vocabulary, FactKey::purpose),
      facts.text(line.vocabulary, FactKey::information_parents), given.attachments);
  Explained explained = in_words(line, std::move(given));
  explained.kept_by_node = kept;
  const policy::Decision& decision = explained.decision;
  add_contact_words(line, question, explained);
  // A slip says that nothing was sent: only where that is so, and never beside a request that was.
  for (const std::string& offer : decision.offers) {
    if (offer == "self_carried" && decision.outcome == policy::Outcome::deny &&
        question.service != nullptr && sending_of(line, question) == Sending::request) {
      explained.slip = slip_of(line, question);
    }
  }
  return explained;
}

void put_decided(const policy::Law& law, const policy::Facts& facts,
                 const policy::Decision& decision, ledger::PrivatePart& part) {
  for (const policy::UsedPack& used : decision.packs) {
    part.packs.push_back({used.id, used.version, used.digest});
    for (const policy::Pack& pack : law.packs()) {
      if (pack.id != used.id) continue;
      for (const auto& [name, value] : pack.parameters) {
        part.details.emplace_back("parameter." + pack.id + "." + name, policy::text_of(value));
      }
    }
  }
  std::sort(part.details.begin(), part.details.end());
  part.packs_digest = law.digest();
  part.law_date = facts.text(law.words(), FactKey::date);
  part.engine_version = std::string(policy::kEngineVersion);
  part.facts = facts.canonical(law.words());
  part.facts_digest = ledger::sha256(part.facts);
}

ledger::PrivatePart private_part(const Line& line, const Question& question,
                                 const Explained& explained, const std::string& role) {
  const policy::Decision& decision = explained.decision;
  ledger::PrivatePart part;
  if (question.scope.consent) {
    part.consent_id = question.scope.consent->id.text();
    part.consent_version = static_cast<uint64_t>(question.scope.consent->version);
  }
  put_withheld(line, decision, part);
  put_information(line, question.facts, part);
  const Label sentence =
      sentence_of(explained, sending_of(line, question), question.scope.confirmed_by_human);
  part.sentence_fr = sentence.fr;
  part.sentence_en = sentence.en;
  put_decided(*question.law, question.facts, decision, part);
  put_left_out(line, question, part);
  if (explained.kept_by_node)
    add_details({{ledger::kAttachedByNode, kKeptFromRepresentatives}}, part);
  part.asking_role = role;
  return part;
}

}  // namespace relais::flow
