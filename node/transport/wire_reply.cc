// SPDX-License-Identifier: Apache-2.0
#include "node/transport/wire_reply.h"

#include "node/flow/entry.h"
#include "node/transport/wire.h"

namespace relais::transport {
namespace {

v1::Outcome wire_of(policy::Outcome outcome) {
  switch (outcome) {
    case policy::Outcome::deny:
      return v1::OUTCOME_DENY;
    case policy::Outcome::permit:
      return v1::OUTCOME_PERMIT;
    case policy::Outcome::oblige:
      return v1::OUTCOME_OBLIGE;
    case policy::Outcome::blocked:
      return v1::OUTCOME_BLOCKED;
    case policy::Outcome::conflict:
      return v1::OUTCOME_CONFLICT;
  }
  return v1::OUTCOME_DENY;
}

v1::Effect wire_of(policy::Effect effect) {
  switch (effect) {
    case policy::Effect::must_not:
      return v1::EFFECT_MUST_NOT;
    case policy::Effect::may:
      return v1::EFFECT_MAY;
    case policy::Effect::must:
      return v1::EFFECT_MUST;
  }
  return v1::EFFECT_MUST_NOT;
}

void write_items(const std::vector<flow::AskedItem>& items,
                 google::protobuf::RepeatedPtrField<v1::Item>& messages) {
  for (const flow::AskedItem& item : items) {
    v1::Item& message = *messages.Add();
    message.set_category(item.category);
    message.set_value(item.value.reveal());
  }
}

void write(const policy::Vocabulary& vocabulary, const policy::Verdict& verdict,
           v1::Verdict& message) {
  message.set_category(vocabulary.at(verdict.category).code);
  message.set_effect(wire_of(verdict.effect));
  message.set_stopped_by(std::string(policy::text_of(verdict.stop)));
  for (const policy::RuleRef& rule : verdict.rules) {
    v1::Citation& citation = *message.add_citations();
    citation.set_rule(rule.id);
    citation.set_article(rule.cite);
  }
}

}  // namespace

void write(const flow::StoredReferral& referral, v1::Referral& message) {
  message.set_referral_id(referral.id.text());
  message.set_disclosure_id(referral.disclosure.text());
  message.set_direction(referral.direction == flow::Direction::sent ? "sent" : "received");
  message.set_counterpart(referral.counterpart.text());
  message.set_service(referral.service.text());
  message.set_purpose(referral.purpose);
  message.set_state(referral.state);
  message.set_reason_code(referral.reason);
  message.set_delivery(referral.delivery);
  if (referral.index) message.set_ledger_index(*referral.index);
  for (const std::string& attachment : referral.attachments) message.add_attachments(attachment);
  write_instant(referral.created, *message.mutable_created());
  write_instant(referral.expires, *message.mutable_expires());
}

void write(const flow::Opened& opened, v1::Referral& message) {
  write(opened.referral, message);
  write_items(opened.items, *message.mutable_items());
  message.set_reason_note(opened.note);
  message.set_replaces(opened.replaces.text());
  write_items(opened.outcome, *message.mutable_outcome());
  message.set_person_ref(opened.reference.text());
  for (const std::string& code : opened.named.categories) message.add_asked_categories(code);
  message.set_other_agency(opened.named.agency.text());
  message.set_other_service(opened.named.service.text());
  for (const std::string& code : opened.rights_there) message.add_rights_at_service(code);
}

void write(const policy::Vocabulary& vocabulary, const flow::Explained& explained,
           v1::Decision& message) {
  const policy::Decision& decision = explained.decision;
  message.set_outcome(wire_of(decision.outcome));
  for (const policy::Verdict& verdict : decision.verdicts) {
    write(vocabulary, verdict, *message.add_verdicts());
  }
  for (const std::string& attachment : decision.attachments) message.add_attachments(attachment);
  for (const policy::FactKey key : decision.asks) {
    message.add_asks(std::string(policy::text_of(key)));
  }
  for (const policy::Counterfactual& other : decision.counterfactuals) {
    message.add_counterfactuals(other.text());
  }
  message.set_person_fr(explained.person.fr);
  message.set_person_en(explained.person.en);
  message.set_professional_fr(explained.professional.fr);
  message.set_professional_en(explained.professional.en);
  message.set_not_reviewed_by_counsel(!decision.reviewed());
}

void write(const flow::Slip& slip, v1::Slip& message) {
  message.set_service_name(flow::both(slip.service_name));
  message.set_address(slip.address);
  message.set_phone(slip.phone);
  write_items(slip.items, *message.mutable_items());
  message.set_text_fr(slip.text.fr);
  message.set_text_en(slip.text.en);
}

void write(const policy::Vocabulary& vocabulary, const Consent& consent, v1::Consent& message) {
  message.set_consent_id(consent.id.text());
  message.set_version(consent.version);
  message.set_state(consent.state);
  message.set_giver(consent.giver);
  message.set_giver_is_alleged_author(consent.giver_is_alleged_author);
  message.set_assisted_by_role(consent.assisted_by_role);
  message.set_form(consent.form);
  message.set_language(consent.language);
  message.set_notice_version(consent.notice_version);
  message.set_informed(consent.informed);
  message.set_condition_of_service(consent.condition_of_service);
  message.set_elements_complete(consent.elements_complete);
  for (const AgencyId& recipient : consent.recipients) message.add_recipients(recipient.text());
  for (const std::string& purpose : consent.purposes) message.add_purposes(purpose);
  for (std::string& code : vocabulary.codes(consent.categories)) {
    message.add_categories(std::move(code));
  }
  write_instant(consent.valid_from, *message.mutable_valid_from());
  write_instant(consent.valid_until, *message.mutable_valid_until());
  message.set_evidence_digest(consent.evidence_digest);
}

void write(const flow::OutboxLine& line, v1::OutboxItem& message) {
  message.set_disclosure_id(line.disclosure.text());
  message.set_peer(line.peer.text());
  message.set_status(line.status);
  message.set_attempts(line.attempts);
  message.set_next_attempt_ms(static_cast<uint64_t>(unix_ms(line.next_attempt)));
  message.set_recorded_ms(static_cast<uint64_t>(unix_ms(line.recorded)));
  message.set_last_failure(line.last_failure);
}

}  // namespace relais::transport
