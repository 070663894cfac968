// SPDX-License-Identifier: Apache-2.0
#include "node/flow/receive.h"

#include <algorithm>

#include "node/core/step.h"
#include "node/flow/acknowledge.h"
#include "node/flow/checkpoints.h"
#include "node/flow/entry.h"
#include "node/flow/erase.h"
#include "node/flow/explain.h"
#include "node/flow/fresh.h"
#include "node/flow/ledger_keys.h"
#include "node/flow/payload.h"
#include "node/flow/question.h"
#include "node/flow/reception.h"
#include "node/flow/record.h"
#include "node/flow/withhold.h"
#include "node/flow/words.h"
#include "node/ledger/crypto.h"
#include "policy/decide.h"

namespace relais::flow {
namespace {

Result<void> check_addressing(const Line& line, const AgencyId& peer, const Envelope& envelope,
                              const Directory& directory) {
  const Agency* sender = directory.find(envelope.sender);
  const bool for_us =
      envelope.federation == line.settings.federation && envelope.recipient == line.settings.agency;
  if (envelope.sender != peer || sender == nullptr || !sender->current(line.clock.now()) ||
      !for_us || directory.find(line.settings.agency) == nullptr) {
    return fail(FaultKind::forbidden, "not a message from this peer to this agency");
  }
  return {};
}

Result<void> check_signature(const Envelope& envelope, const Agency& sender) {
  const auto key = ledger::VerifierKey::parse(sender.signing_key);
  if (!key || !key->key().verify(ledger::signed_bytes(signed_part(envelope)), envelope.signature)) {
    return fail(FaultKind::invalid, "the signature is not the sender's over these bytes",
                "signature");
  }
  return {};
}

Result<void> check_proof(const Line& line, const Envelope& envelope, const Agency& sender,
                         const ledger::SharedPart& shared) {
  const auto key = ledger_key_of(sender, shared.origin, line.clock.now());
  if (!key) return fail(FaultKind::invalid, "the proof is of another ledger", "proof.checkpoint");
  const auto checkpoint = line.checkpoints.open(envelope.checkpoint, *key);
  if (!checkpoint || shared.origin != checkpoint->origin) {
    return fail(FaultKind::invalid, "the proof is of another ledger", "proof.checkpoint");
  }
  const auto commitment = ledger::commitment_from(envelope.shared_bytes, envelope.shared_opening,
                                                  envelope.private_commitment);
  const Digest leaf = ledger::leaf_hash(commitment.leaf_data());
  if (!ledger::verify_inclusion(envelope.index, checkpoint->size, leaf, envelope.proof,
                                checkpoint->root)) {
    return fail(FaultKind::invalid, "the proof does not lead to its checkpoint", "proof.hashes");
  }
  return {};
}

bool says_the_same(const Envelope& envelope, const ledger::SharedPart& shared) {
  const bool kind = shared.event == ledger::Event::disclosed ||
                    shared.event == ledger::Event::outcome || shared.event == ledger::Event::erased;
  return kind && shared.sender_agency == envelope.sender.text() &&
         shared.recipient_agency == envelope.recipient.text() &&
         shared.recipient_service == envelope.service.text() &&
         shared.disclosure_id == envelope.disclosure.text() && is_uuid(shared.disclosure_id) &&
         shared.handle.size() == 64 && from_hex(shared.handle).has_value() &&
         shared.payload_digest == ledger::sha256(envelope.payload);
}

Result<Verified> verify(const Line& line, const AgencyId& peer, const Envelope& envelope,
                        const Directory& directory) {
  RELAIS_TRY_VOID(check_addressing(line, peer, envelope, directory));
  const Agency& sender = *directory.find(envelope.sender);
  const Digest digest = ledger::sha256(ledger::signed_bytes(signed_part(envelope)));
  RELAIS_TRY_VOID(check_signature(envelope, sender));
  auto shared = ledger::decode_shared(envelope.shared_bytes);
  if (!shared || !ledger::is_plain(*shared) || !says_the_same(envelope, *shared)) {
    return fail(FaultKind::invalid, "the record says something else than its envelope",
                "shared_part");
  }
  RELAIS_TRY_VOID(check_proof(line, envelope, sender, *shared));
  return Verified{sender, *directory.find(line.settings.agency), std::move(*shared), digest};
}

// What becomes of a verified message: filed as it is, or refused with a reason code.
struct Verdict {
  std::string refusal;  // empty: file
  std::vector<AskedItem> items;
  ledger::PrivatePart decided{};  // what this side's decision was made of
};

// Every item of a known, wire-able category, in its form, and exactly the categories the record
// names.
std::string check_items(const Line& line, const Verified& verified,
                        const std::vector<AskedItem>& items, CategorySet& data) {
  for (const AskedItem& item : items) {
    const auto bit = line.vocabulary.find(item.category);
    if (!bit || line.vocabulary.at(*bit).tier == 4) return "unknown_category";
    if (!line.vocabulary.check_value(*bit, item.value.reveal())) return "bad_value";
    data |= CategorySet::only(*bit);
  }
  CategorySet named;
  for (const std::string& code : verified.shared.categories_released) {
    const auto bit = line.vocabulary.find(code);
    if (!bit) return "unknown_category";
    named |= CategorySet::only(*bit);
  }
  return data == named ? "" : "not_as_recorded";
}

Result<Verdict> judge_referral(const Line& line, const Envelope& envelope,
                               const Verified& verified) {
  const Service* service = verified.self.service(envelope.service);
  const std::string& purpose = verified.shared.purpose;
  if (service == nullptr || std::find(service->purposes.begin(), service->purposes.end(),
                                      purpose) == service->purposes.end()) {
    return Verdict{"not_this_service", {}};
  }
  auto items = decode_items(envelope.payload);
  if (!items) return Verdict{"bad_value", {}};
  CategorySet data;
  std::string refusal = check_items(line, verified, *items, data);
  if (!refusal.empty()) return Verdict{std::move(refusal), {}};
  if (!data.within(service->need())) return Verdict{"not_declared", {}};
  RELAIS_TRY(facts, facts_received(line, {verified.sender, verified.self, service, purpose, data,
                                          verified.shared.origin_labels}));
  const auto law = line.laws.current();
  const policy::Decision decision = policy::receive(*law, facts, verified.shared.grounds);
  if (!data.within(decision.released)) return Verdict{"law", {}};
  Verdict verdict{"", std::move(*items)};
  put_decided(*law, facts, decision, verdict.decided);
  return verdict;
}

// `decided` is in the record so that this side's decision can be made again too.
Draft draft_filing(const Line& line, const Envelope& envelope, const Verified& verified,
                   ledger::PrivatePart decided) {
  Draft draft = draft_reception(line, ledger::Event::received,
                                PersonId(fresh_uuid(line.clock, line.entropy)), envelope, verified);
  draft.new_person = true;
  decided.span_id = draft.private_part.span_id;
  decided.retention_until = draft.private_part.retention_until;
  add_details(draft.private_part.details, decided);
  draft.private_part = std::move(decided);
  ledger::SharedPart& shared = draft.shared;
  shared.categories_released = verified.shared.categories_released;
  shared.payload_digest = verified.shared.payload_digest;
  shared.grounds = verified.shared.grounds;
  shared.data_protection_basis = verified.shared.data_protection_basis;
  shared.secrecy_ground = verified.shared.secrecy_ground;
  shared.consent_ref = verified.shared.consent_ref;
  shared.attachments = verified.shared.attachments;
  shared.origin_labels = verified.shared.origin_labels;
  shared.status = "filed";
  draft.payload = envelope.payload;
  withhold_if_attached(shared.attachments, shared.grounds, line.clock.now(),
                       line.settings.withhold_days, draft.private_part);
  const Label words = received_words(verified.sender.name, parted(shared.recipient_service_name));
  say(draft, words.fr, words.en);
  StoredReferral referral;
  referral.id = ReferralId(fresh_uuid(line.clock, line.entropy));
  referral.direction = Direction::received;
  referral.disclosure = envelope.disclosure;
  referral.handle = Handle(verified.shared.handle);
  referral.person = draft.person;
  referral.counterpart = envelope.sender;
  referral.service = envelope.service;
  referral.purpose = verified.shared.purpose;
  referral.state = "received";
  referral.attachments = verified.shared.attachments;
  referral.created = from_unix_ms(static_cast<int64_t>(shared.time_claimed_ms));
  referral.expires = envelope.expires;
  referral.sequence_in = envelope.sequence;
  referral.body = envelope.payload;
  draft.referral = std::move(referral);
  return draft;
}

Result<Draft> draft_for(const Line& line, const Envelope& envelope, const Verified& verified) {
  if (line.clock.now() > envelope.expires) {
    return draft_refusal(line, envelope, verified, "expired");
  }
  if (verified.shared.event == ledger::Event::outcome) {
    return draft_moved(line, envelope, verified);
  }
  if (verified.shared.event == ledger::Event::erased) {
    return draft_erased(line, envelope, verified);
  }
  RELAIS_TRY(verdict, judge_referral(line, envelope, verified));
  if (!verdict.refusal.empty()) return draft_refusal(line, envelope, verified, verdict.refusal);
  return draft_filing(line, envelope, verified, std::move(verdict.decided));
}

}  // namespace

Result<Acknowledgement> receive(const Line& line, const AgencyId& peer, const Envelope& envelope) {
  const auto directory = line.directories.current();
  if (directory->expires <= line.clock.now()) {
    return fail(FaultKind::unavailable, "this node's directory has expired", "directory");
  }
  RELAIS_TRY(verified, verify(line, peer, envelope, *directory));
  RELAIS_TRY(draft, draft_for(line, envelope, verified));
  const Filed filed = *draft.filed;
  const Instant time = from_unix_ms(static_cast<int64_t>(draft.shared.time_claimed_ms));
  at_step("receive.before_append");
  RELAIS_TRY(outcome, line.ledger.append(std::move(draft)));
  at_step("receive.before_answer");
  if (auto* before = std::get_if<AlreadyFiled>(&outcome)) {
    if (before->envelope_digest != verified.digest) {
      return fail(FaultKind::invalid, "this disclosure id was used for other bytes",
                  "disclosure_id");
    }
    RELAIS_TRY(origin, line.ledger.origin_of(before->entry));
    return acknowledge(line, envelope, *before, origin);
  }
  auto* appended = std::get_if<Appended>(&outcome);
  RELAIS_CHECK(appended != nullptr);
  return acknowledge(line, envelope,
                     AlreadyFiled{filed.envelope_digest, filed.status, filed.reason,
                                  appended->entry, appended->commitment, time},
                     line.settings.ledger_key.name());
}

}  // namespace relais::flow
