// SPDX-License-Identifier: Apache-2.0
#include "node/flow/carried.h"

#include "node/flow/safe_contact.h"
#include "node/flow/tell.h"
#include "policy/text.h"

namespace relais::flow {
namespace {

std::vector<std::string> codes_of(const std::string& text) {
  return text.empty() ? std::vector<std::string>() : policy::split(text, ',');
}

// What a professional attested then; every other fact has a source that is asked again.
std::vector<Attestation> attested(const policy::Vocabulary& words, const policy::Facts& facts) {
  std::vector<Attestation> attestations;
  for (size_t i = 0; i < policy::kFactKeys; ++i) {
    const auto key = static_cast<policy::FactKey>(i);
    if (!facts.is_known(key) || policy::source_of(key) != policy::FactSource::attestation) continue;
    attestations.push_back({std::string(policy::text_of(key)), codes_of(facts.text(words, key))});
  }
  return attestations;
}

}  // namespace

Result<Person> person_in_all(const Line& line, Person person, const PersonReference& reference) {
  if (reference.empty()) return person;
  RELAIS_TRY(rows, line.people.filed_under(reference));
  for (const PersonId& id : rows) {
    if (id == person.id) continue;
    RELAIS_TRY(other, line.people.get(id));
    person.consents.insert(person.consents.end(), other.consents.begin(), other.consents.end());
    person.objection |= other.objection;
    person.restriction |= other.restriction;
  }
  return person;
}

Person person_there(Person person, const KeptRequest& kept) {
  for (const std::string& right : kept.rights_there) {
    person.objection |= right == ledger::code_of(ledger::Event::objection);
    person.restriction |= right == ledger::code_of(ledger::Event::restricted);
  }
  return person;
}

Result<Question> question_of_message(const Line& line, const StoredDisclosure& stored,
                                     const ledger::SharedPart& shared) {
  RELAIS_TRY(privately, ledger::decode_private(stored.private_bytes));
  RELAIS_TRY(facts, policy::Facts::from_canonical(privately.facts, line.vocabulary));
  Request request;
  request.recipient = stored.queued.peer;
  request.service = ServiceId(shared.recipient_service);
  request.purpose = shared.purpose;
  request.consent = ConsentId(privately.consent_id);
  RELAIS_TRY(items, decode_items(stored.payload));
  request.items = std::move(items);
  take_contact(privately, request);
  request.attestations = attested(line.vocabulary, facts);
  const bool returns = stored.referral.direction == Direction::received && !is_notice(shared);
  Person person = stored.person;
  if (returns) {
    RELAIS_TRY(whole, person_in_all(line, std::move(person), stored.referral.reference));
    person = std::move(whole);
  }
  if (stored.referral.direction == Direction::sent) {
    RELAIS_TRY(kept, decode_request(stored.referral.body));
    person = person_there(std::move(person), kept);
  }
  const std::string state = is_notice(shared) ? kStageOfCorrections : stored.referral.state;
  return ask(line, person, request, privately.asking_role, Stage{state, returns});
}

}  // namespace relais::flow
