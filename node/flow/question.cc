// SPDX-License-Identifier: Apache-2.0
#include "node/flow/question.h"

#include <algorithm>

#include "node/flow/payload.h"
#include "node/flow/question_consent.h"
#include "node/flow/safe_contact.h"
#include "node/ledger/encoding.h"

namespace relais::flow {
namespace {

using policy::FactKey;

constexpr size_t kMostAttestations = 64;
constexpr size_t kMostReference = 128;

const StaffRole* role_of(const Line& line, const std::string& role) {
  for (const StaffRole& known : line.settings.staff) {
    if (known.role == role) return &known;
  }
  return nullptr;
}

Result<void> check_reference(const PersonReference& reference) {
  const std::string& text = reference.text();
  const bool fits = !text.empty() && text.size() <= kMostReference && ledger::is_plain_line(text);
  if (!fits) return fail(FaultKind::invalid, "one line of at most 128 bytes", "person_ref");
  return {};
}

// The service that is asked, and whether it takes anything for this purpose.
Result<void> put_service(const Line& line, const Request& request, Question& question) {
  question.service = question.recipient->service(request.service);
  if (question.service == nullptr) {
    return fail(FaultKind::invalid, "no such service at this agency", "service");
  }
  const auto& purposes = question.service->purposes;
  if (!line.vocabulary.purpose(request.purpose)) {
    return fail(FaultKind::invalid, "no such purpose in the vocabulary", "purpose");
  }
  if (std::find(purposes.begin(), purposes.end(), request.purpose) == purposes.end()) {
    return fail(FaultKind::invalid, "this service takes nothing for this purpose", "purpose");
  }
  return {};
}

// The parts of a question that need no store: who receives, and the items by bit.
Result<Question> resolve(const Line& line, const Request& request, const Stage& stage) {
  Question question;
  question.directory = line.directories.current();
  question.law = line.laws.current();
  const Instant now = line.clock.now();
  if (question.directory->expires <= now) {
    return fail(FaultKind::unavailable, "the directory has expired: nothing leaves", "directory");
  }
  question.self = question.directory->find(line.settings.agency);
  if (question.self == nullptr || !question.self->current(now)) {
    return fail(FaultKind::unavailable, "this agency is suspended: nothing leaves", "directory");
  }
  question.recipient = question.directory->find(request.recipient);
  if (question.recipient == nullptr || request.recipient == line.settings.agency) {
    return fail(FaultKind::invalid, "no such agency in the directory", "recipient");
  }
  if (!question.recipient->current(now)) {
    return fail(FaultKind::invalid, "this agency is suspended or not in its validity", "recipient");
  }
  if (!stage.returns) RELAIS_TRY_VOID(put_service(line, request, question));
  return question;
}

Result<void> put_items(const Line& line, const Request& request, Question& question) {
  if (request.items.empty() || request.items.size() > kMostItems) {
    return fail(FaultKind::invalid, "a referral has 1 to 128 items", "items");
  }
  for (size_t i = 0; i < request.items.size(); ++i) {
    const AskedItem& item = request.items[i];
    const auto bit = line.vocabulary.find(item.category);
    if (!bit) {
      return fail(FaultKind::invalid, "no such category in the vocabulary",
                  "items[" + std::to_string(i) + "].category");
    }
    const int tier = line.vocabulary.at(*bit).tier;
    if (tier == 4) {
      return fail(FaultKind::invalid, "this category is never sent: it has no form on the wire",
                  item.category);
    }
    if (tier == 0) {
      return fail(FaultKind::invalid, "routing categories are the node's own", item.category);
    }
    RELAIS_TRY_VOID(line.vocabulary.check_value(*bit, item.value.reveal()));
    question.items.push_back({*bit, item.value});
    question.data |= CategorySet::only(*bit);
  }
  return {};
}

Result<void> put_attestations(const Line& line, const Request& request, policy::Facts& facts) {
  if (request.attestations.size() > kMostAttestations) {
    return fail(FaultKind::invalid, "at most 64 attestations", "attestations");
  }
  for (size_t i = 0; i < request.attestations.size(); ++i) {
    const Attestation& attestation = request.attestations[i];
    const auto key = policy::fact_key(attestation.key);
    if (!key) {
      return fail(FaultKind::invalid, "no such fact in the vocabulary",
                  "attestations[" + std::to_string(i) + "].key");
    }
    if (policy::source_of(*key) != policy::FactSource::attestation) {
      return fail(FaultKind::invalid, "this fact has another source than a professional's word",
                  attestation.key);
    }
    RELAIS_TRY_VOID(facts.set(line.vocabulary, *key, std::span(attestation.values)));
  }
  return {};
}

// Sets a code fact unless the source has nothing to say: then it stays unknown.
Result<void> put(const Line& line, policy::Facts& facts, FactKey key, const std::string& value) {
  if (value.empty()) return {};
  return facts.set(line.vocabulary, key, std::string_view(value));
}
void put(policy::Facts& facts, FactKey key, const std::optional<bool>& value) {
  if (value) facts.set(key, *value);
}

Result<void> put_sender(const Line& line, const Agency& self, const StaffRole& staff,
                        policy::Facts& facts) {
  RELAIS_TRY_VOID(put(line, facts, FactKey::sender_category, self.category));
  RELAIS_TRY_VOID(put(line, facts, FactKey::sender_jurisdiction, self.jurisdiction));
  RELAIS_TRY_VOID(facts.set(line.vocabulary, FactKey::sender_mission, std::span(self.missions)));
  put(facts, FactKey::sender_public_official, self.public_official);
  RELAIS_TRY_VOID(put(line, facts, FactKey::sender_profession, staff.profession));
  RELAIS_TRY_VOID(put(line, facts, FactKey::sender_secrecy, staff.secrecy));
  RELAIS_TRY_VOID(put(line, facts, FactKey::sender_r1110_2, staff.r1110_2));
  put(facts, FactKey::sender_sworn, staff.sworn);
  return {};
}

const DeclaredProfession* declared(const Agency& agency, const std::string& profession) {
  for (const DeclaredProfession& one : agency.professions) {
    if (one.profession == profession) return &one;
  }
  return nullptr;
}

// What the directory says of who receives. Of one profession's secrecy and lists it speaks only
// when the sender named that profession; otherwise of the agency as a whole, or not at all.
Result<void> put_recipient(const Line& line, const Agency& agency, const Service* service,
                           policy::Facts& facts) {
  const bool own_category = service != nullptr && !service->category.empty();
  RELAIS_TRY_VOID(put(line, facts, FactKey::recipient_category,
                      own_category ? service->category : agency.category));
  RELAIS_TRY_VOID(put(line, facts, FactKey::recipient_jurisdiction, agency.jurisdiction));
  RELAIS_TRY_VOID(
      facts.set(line.vocabulary, FactKey::recipient_mission, std::span(agency.missions)));
  if (service != nullptr) {
    RELAIS_TRY_VOID(put(line, facts, FactKey::recipient_kind, service->kind));
    facts.set(FactKey::need, service->need());
    facts.set(FactKey::need_required, service->required());
  }
  const DeclaredProfession* named =
      declared(agency, facts.text(line.vocabulary, FactKey::recipient_profession));
  RELAIS_TRY_VOID(
      put(line, facts, FactKey::recipient_secrecy,
          named != nullptr && !named->secrecy.empty() ? named->secrecy : agency.secrecy));
  if (named != nullptr) {
    RELAIS_TRY_VOID(put(line, facts, FactKey::recipient_r1110_2, named->r1110_2));
    put(facts, FactKey::recipient_sworn, named->sworn);
  }
  return {};
}

Result<void> put_person(const Line& line, const Person& person, policy::Facts& facts) {
  const PersonFacts& known = person.facts;
  RELAIS_TRY_VOID(put(line, facts, FactKey::subject_age_band, known.age_band));
  RELAIS_TRY_VOID(put(line, facts, FactKey::subject_capacity, known.capacity));
  if (known.maturity) {
    RELAIS_TRY_VOID(put(line, facts, FactKey::subject_maturity, *known.maturity ? "yes" : "no"));
  }
  put(facts, FactKey::subject_vulnerable, known.vulnerable);
  put(facts, FactKey::subject_deceased, known.deceased);
  RELAIS_TRY_VOID(facts.set(line.vocabulary, FactKey::origin, std::span(known.origin)));
  facts.set(FactKey::objection, person.objection);
  facts.set(FactKey::restriction, person.restriction);
  return {};
}

// What goes back is for the professional who referred, when one is named; and it is needed for the
// purpose itself (docs/decisions/0082-what-is-said-after-the-request.md).
Result<void> put_way_back(const Line& line, policy::Facts& facts) {
  const auto outcomes = line.vocabulary.mask("outcome.*");
  facts.set(FactKey::need, outcomes ? *outcomes : CategorySet{});
  const bool named = facts.is_true(FactKey::recipient_named);
  return put(line, facts, FactKey::recipient_kind, named ? "professional" : "organisation");
}

Result<void> put_engine(const Line& line, const std::string& purpose, const Stage& stage,
                        CategorySet data, policy::Facts& facts) {
  RELAIS_TRY_VOID(put(line, facts, FactKey::purpose, purpose));
  RELAIS_TRY_VOID(put(line, facts, FactKey::state, stage.state));
  if (stage.returns) RELAIS_TRY_VOID(put_way_back(line, facts));
  facts.set(FactKey::date, Date::of(line.clock.now()));
  facts.set(FactKey::data, data);
  return {};
}

}  // namespace

Result<void> check_role(const Line& line, const std::string& role) {
  if (role_of(line, role) == nullptr) {
    return fail(FaultKind::invalid, "no such role in the agency's staff register", "acting.role");
  }
  return {};
}

Result<void> check_named(const Line& line, const ActingProfessional& acting) {
  if (acting.staff_id.empty()) {
    return fail(FaultKind::invalid, "a named professional answers", "acting.staff_id");
  }
  return check_role(line, acting.role);
}

Result<void> check_request(const Line& line, const Request& request, const std::string& role) {
  RELAIS_TRY_VOID(check_reference(request.person));
  RELAIS_TRY_VOID(check_role(line, role));
  RELAIS_TRY(question, resolve(line, request, {}));
  RELAIS_TRY_VOID(put_items(line, request, question));
  return put_attestations(line, request, question.facts);
}

Result<Question> ask(const Line& line, const Person& person, const Request& request,
                     const std::string& role, const Stage& stage) {
  RELAIS_TRY(question, resolve(line, request, stage));
  const StaffRole* staff = role_of(line, role);
  if (staff == nullptr) {
    return fail(FaultKind::precondition, "this agency or role is no longer registered",
                "acting.role");
  }
  RELAIS_TRY_VOID(put_items(line, request, question));
  RELAIS_TRY_VOID(put_attestations(line, request, question.facts));
  RELAIS_TRY_VOID(put_sender(line, *question.self, *staff, question.facts));
  RELAIS_TRY_VOID(put_recipient(line, *question.recipient, question.service, question.facts));
  RELAIS_TRY_VOID(put_person(line, person, question.facts));
  RELAIS_TRY_VOID(put_consent_version(person, request, question));
  RELAIS_TRY_VOID(put_consent(line, request, question));
  RELAIS_TRY_VOID(put_engine(line, request.purpose, stage, question.data, question.facts));
  question.scope.sender = line.settings.agency;
  question.scope.recipient = request.recipient;
  question.scope.service = request.service;
  question.scope.person_epoch = person.epoch;
  question.scope.directory_version = question.directory->version;
  leave_out_unsafe(line, request, question);
  return std::move(question);
}

Result<policy::Facts> facts_received(const Line& line, const Reception& reception) {
  policy::Facts facts;
  RELAIS_TRY_VOID(put(line, facts, FactKey::sender_category, reception.sender.category));
  RELAIS_TRY_VOID(put(line, facts, FactKey::sender_jurisdiction, reception.sender.jurisdiction));
  RELAIS_TRY_VOID(
      facts.set(line.vocabulary, FactKey::sender_mission, std::span(reception.sender.missions)));
  put(facts, FactKey::sender_public_official, reception.sender.public_official);
  RELAIS_TRY_VOID(put_recipient(line, reception.recipient, reception.service, facts));
  RELAIS_TRY_VOID(facts.set(line.vocabulary, FactKey::origin, std::span(reception.origin_labels)));
  facts.set(FactKey::objection, reception.rights.objection);
  facts.set(FactKey::restriction, reception.rights.restriction);
  RELAIS_TRY_VOID(put_engine(line, reception.purpose, reception.stage, reception.data, facts));
  return facts;
}

}  // namespace relais::flow
