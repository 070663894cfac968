// SPDX-License-Identifier: Apache-2.0
#include "node/flow/record.h"

#include "node/core/step.h"
#include "node/flow/carried.h"
#include "node/flow/checkpoints.h"
#include "node/flow/entry.h"
#include "node/flow/explain.h"
#include "node/flow/fresh.h"
#include "node/flow/ledger_keys.h"
#include "node/flow/payload.h"
#include "node/flow/question.h"
#include "node/flow/tell.h"
#include "node/flow/withhold.h"
#include "node/ledger/crypto.h"
#include "node/ledger/exchange.h"

namespace relais::flow {
namespace {

std::vector<AskedItem> coded(const Line& line, const std::vector<Item>& items) {
  std::vector<AskedItem> coded;
  for (const Item& item : items) {
    coded.push_back({line.vocabulary.at(item.category).code, item.value});
  }
  return coded;
}

// From the directory the decision was made by: the one in force now may not know the recipient any
// more. The guard then finds the decision stale.
void put_recipient(const Directory& directory, ledger::SharedPart& shared,
                   const Referral& referral) {
  const Agency* recipient = directory.find(referral.recipient);
  RELAIS_CHECK(recipient != nullptr);
  const Service* service = recipient->service(referral.service);  // none on the way back
  shared.sender_agency = referral.sender.text();
  shared.recipient_agency = referral.recipient.text();
  shared.recipient_name = both(recipient->name);
  shared.recipient_service = referral.service.text();
  shared.recipient_address = recipient->address;
  if (service == nullptr) return;
  shared.recipient_service_name = both(service->name);
  if (!service->address.empty()) shared.recipient_address = service->address;
}

Result<void> check_stored(const Line& line, const StoredDisclosure& stored,
                          const ledger::SharedPart& shared) {
  const auto commitment = ledger::commit(stored.shared_bytes, stored.shared_opening,
                                         stored.private_bytes, stored.private_opening);
  if (commitment.commitment != stored.commitment) {
    return fail(FaultKind::corrupt, "a stored record does not open its commitment",
                shared.entry_id);
  }
  if (shared.payload_digest != ledger::sha256(stored.payload)) {
    return fail(FaultKind::corrupt, "a stored payload has another digest than its record",
                shared.entry_id);
  }
  const auto key = own_ledger_key(line, shared.origin);
  if (!key) {
    return fail(FaultKind::unavailable, "the key of the ledger this was recorded in is not here",
                shared.entry_id);
  }
  auto checkpoint = line.checkpoints.open(stored.checkpoint, *key);
  if (!checkpoint) {
    return fail(FaultKind::corrupt, "a stored checkpoint does not verify", shared.entry_id);
  }
  const Digest leaf = ledger::leaf_hash(commitment.leaf_data());
  if (!ledger::verify_inclusion(stored.index, checkpoint->size, leaf, stored.proof,
                                checkpoint->root)) {
    return fail(FaultKind::corrupt, "a stored proof does not lead to its checkpoint",
                shared.entry_id);
  }
  return {};
}

// Why a question that was once answered with a release no longer is, as a code for the account.
std::string stop_reason(const Question& question) {
  if (question.facts.is_true(policy::FactKey::restriction)) return "restriction";
  if (question.facts.is_true(policy::FactKey::objection)) return "objection";
  if (question.consent_now == "withdrawn") return "consent_withdrawn";
  if (question.consent_now == "expired") return "consent_expired";
  return "law";
}

Result<Question> question_of_request(const Line& line, const StoredDisclosure& stored) {
  RELAIS_TRY(kept, decode_request(stored.referral.body));
  return ask(line, person_there(stored.person, kept), kept.request, kept.role);
}

Result<bool> was_confirmed(const StoredDisclosure& stored, const ledger::SharedPart& shared) {
  if (!is_notice(shared)) return shared.status == "obliged";
  RELAIS_TRY(privately, ledger::decode_private(stored.private_bytes));
  return has_detail(privately, kConfirmed);
}

// Why the law of this moment would no longer release what was recorded; empty: it still would.
Result<std::string> decide_again(const Line& line, const StoredDisclosure& stored,
                                 const ledger::SharedPart& shared) {
  if (is_notice(shared)) {
    RELAIS_TRY(needless, no_need_to_tell(line, stored));
    if (!needless.empty()) return needless;
  }
  const bool carries =
      shared.event == ledger::Event::disclosed || !shared.categories_released.empty();
  if (!carries) return std::string();
  RELAIS_TRY(question, is_request(stored) ? question_of_request(line, stored)
                                          : question_of_message(line, stored, shared));
  RELAIS_TRY(confirmed, was_confirmed(stored, shared));
  question.scope.confirmed_by_human = confirmed;
  const policy::Ruling ruling = policy::decide(*question.law, question.facts, question.scope);
  const auto recorded = line.vocabulary.set_of(shared.categories_released);
  if (!recorded) return std::string("vocabulary_changed");
  if (ruling.permit && recorded->within(ruling.permit->released())) return std::string();
  return stop_reason(question);
}

Envelope envelope_of(const Line& line, const StoredDisclosure& stored,
                     const ledger::SharedPart& shared) {
  Envelope envelope;
  envelope.federation = line.settings.federation;
  envelope.sender = line.settings.agency;
  envelope.recipient = stored.queued.peer;
  envelope.service = ServiceId(shared.recipient_service);
  envelope.disclosure = stored.queued.disclosure;
  envelope.sequence = stored.queued.sequence;
  envelope.expires = stored.queued.expires;
  envelope.shared_bytes = stored.shared_bytes;
  envelope.shared_opening = stored.shared_opening;
  envelope.private_commitment = ledger::commit(stored.shared_bytes, stored.shared_opening,
                                               stored.private_bytes, stored.private_opening)
                                    .c_p;
  envelope.payload = stored.payload;
  envelope.index = stored.index;
  envelope.proof = stored.proof;
  envelope.checkpoint = stored.checkpoint;
  envelope.signature = line.signer.sign(ledger::signed_bytes(signed_part(envelope)));
  return envelope;
}

}  // namespace

Referral referral_of(const Line& line, const StoredReferral& stored, const Question& question) {
  Referral referral;
  referral.id = stored.id;
  referral.disclosure = stored.disclosure;
  referral.handle = stored.handle;
  referral.person = stored.person;
  referral.sender = line.settings.agency;
  referral.recipient = stored.counterpart;
  referral.service = stored.service;
  referral.purpose = stored.purpose;
  referral.consent = question.scope.consent;
  referral.items = question.items;
  referral.submitted = line.clock.now();
  referral.expires = referral.submitted + line.settings.expiry;
  return referral;
}

Recording recording_of(const Line& line, const Question& question, const Explained& explained,
                       const Person& person, const std::string& role) {
  Recording recording;
  recording.directory = question.directory;
  recording.private_part = private_part(line, question, explained, role);
  const policy::Decision& decision = explained.decision;
  recording.bases = decision.bases;
  recording.secrecy_ground = decision.secrecy_ground == "not_bound"
                                 ? decision.secrecy_ground
                                 : decision.secrecy_ground + "@" + recording.private_part.law_date;
  recording.origin_labels = person.facts.origin;
  recording.consent_ref = question.scope.consent ? fresh_hex(line.entropy, 16) : "";
  return recording;
}

Draft draft_disclosure(const Line& line, const Minimal& minimal, Recording recording) {
  const Referral& referral = minimal.referral();
  const Permit& permit = minimal.permit();
  Draft draft = draft_entry(line, ledger::Event::disclosed, referral.person, recording.trace_id);
  put_decided_part(std::move(recording.private_part), draft);
  const std::vector<std::string>& attachments = recording.referral.attachments;
  withhold_if_attached(attachments, permit.grounds(), line.clock.now(), line.settings.withhold_days,
                       draft.private_part);

  draft.payload = encode_items(coded(line, referral.items));
  ledger::SharedPart& shared = draft.shared;
  shared.disclosure_id = referral.disclosure.text();
  shared.handle = referral.handle.text();
  put_recipient(*recording.directory, shared, referral);
  shared.purpose = referral.purpose;
  shared.categories_released = line.vocabulary.codes(permit.released());
  shared.payload_digest = ledger::sha256(draft.payload);
  shared.grounds = permit.grounds();
  shared.data_protection_basis = std::move(recording.bases);
  shared.secrecy_ground = std::move(recording.secrecy_ground);
  shared.consent_ref = recording.consent_ref;
  shared.attachments = attachments;
  shared.origin_labels = std::move(recording.origin_labels);
  shared.status = permit.scope().confirmed_by_human ? "obliged" : "permitted";

  draft.guard = Guard{permit.scope().person_epoch, permit.scope().directory_version};
  draft.queued = Queued{referral.disclosure, referral.recipient,
                        referral.id,         1,
                        referral.expires,    referral.submitted + line.settings.give_up};
  draft.expected = std::move(recording.expected);
  draft.submission = std::move(recording.submission);
  draft.referral = std::move(recording.referral);
  return draft;
}

ledger::SignedEnvelope signed_part(const Envelope& envelope) {
  return {envelope.federation,
          envelope.sender.text(),
          envelope.recipient.text(),
          envelope.service.text(),
          envelope.disclosure.text(),
          envelope.sequence,
          ledger::sha256(envelope.shared_bytes),
          ledger::sha256(envelope.payload),
          static_cast<uint64_t>(unix_ms(envelope.expires))};
}

Result<Recorded> record(const Line& line, Minimal minimal, Recording recording) {
  at_step("record.before");
  RELAIS_TRY(outcome, line.ledger.append(draft_disclosure(line, minimal, std::move(recording))));
  at_step("record.after");
  if (auto* appended = std::get_if<Appended>(&outcome)) return Recorded(std::move(*appended));
  if (auto* existing = std::get_if<Existing>(&outcome)) return Recorded(std::move(*existing));
  if (std::holds_alternative<Moved>(outcome)) return Recorded(Moved{});
  RELAIS_CHECK(std::holds_alternative<Stale>(outcome));
  return Recorded(Stale{});
}

Result<Recalled> recall(const Line& line, const StoredDisclosure& stored) {
  RELAIS_TRY(shared, ledger::decode_shared(stored.shared_bytes));
  RELAIS_TRY_VOID(check_stored(line, stored, shared));

  const Instant now = line.clock.now();
  if (now >= stored.queued.expires) return Recalled(Stopped{"expired"});
  const auto directory = line.directories.current();
  if (directory->expires <= now) {
    return fail(FaultKind::unavailable, "the directory has expired: nothing leaves", "directory");
  }
  const Agency* self = directory->find(line.settings.agency);
  if (self == nullptr || !self->current(now)) {  // it waits: a suspension can be lifted
    return fail(FaultKind::unavailable, "this agency is suspended: nothing leaves", "directory");
  }
  const Agency* peer = directory->find(stored.queued.peer);
  if (peer == nullptr || !peer->current(now)) {
    // It still holds what a right was exercised about, and a suspension can be lifted.
    if (!is_notice(shared)) return Recalled(Stopped{"recipient_suspended"});
    return fail(FaultKind::unavailable, "the recipient of a notice is suspended", "directory");
  }
  RELAIS_TRY(reason, decide_again(line, stored, shared));
  if (!reason.empty()) return Recalled(Stopped{reason});
  return Recalled(Disclosure{envelope_of(line, stored, shared), peer->peer_address(now),
                             peer->signing_keys(now)});
}

}  // namespace relais::flow
