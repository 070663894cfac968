// SPDX-License-Identifier: Apache-2.0
#include "node/flow/carried.h"

#include "node/flow/entry.h"
#include "node/flow/payload.h"
#include "node/flow/tell.h"

namespace relais::flow {
namespace {

constexpr const char* kContactSafe = "contact_safe";
constexpr const char* kSafe = "contact.safe";

std::vector<std::string> split(const std::string& codes) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < codes.size();) {
    const size_t end = std::min(codes.find(',', begin), codes.size());
    parts.push_back(codes.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// What a professional attested then; every other fact has a source that is asked again.
std::vector<Attestation> attested(const policy::Vocabulary& words, const policy::Facts& facts) {
  std::vector<Attestation> attestations;
  for (size_t i = 0; i < policy::kFactKeys; ++i) {
    const auto key = static_cast<policy::FactKey>(i);
    if (!facts.is_known(key) || policy::source_of(key) != policy::FactSource::attestation) continue;
    attestations.push_back({std::string(policy::text_of(key)), split(facts.text(words, key))});
  }
  return attestations;
}

bool names(const std::vector<AskedItem>& items, const char* category) {
  for (const AskedItem& item : items) {
    if (item.category == category) return true;
  }
  return false;
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
  if (has_detail(privately, kContactSafe) && !names(request.items, kSafe)) {
    request.items.push_back({kSafe, Sensitive<std::string>("true")});
  }
  request.attestations = attested(line.vocabulary, facts);
  const bool returns = stored.referral.direction == Direction::received && !is_notice(shared);
  Person person = stored.person;
  if (returns) {
    RELAIS_TRY(whole, person_in_all(line, std::move(person), stored.referral.reference));
    person = std::move(whole);
  }
  const std::string state = is_notice(shared) ? kStageOfCorrections : stored.referral.state;
  return ask(line, person, request, privately.asking_role, Stage{state, returns});
}

void put_contact(const Question& question, ledger::PrivatePart& part) {
  if (question.contact == Contact::safe) add_details({{kContactSafe, "true"}}, part);
}

}  // namespace relais::flow
