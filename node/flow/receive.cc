// SPDX-License-Identifier: Apache-2.0
#include "node/flow/receive.h"

#include <algorithm>

#include "node/core/step.h"
#include "node/flow/acknowledge.h"
#include "node/flow/capacity.h"
#include "node/flow/checkpoints.h"
#include "node/flow/fresh.h"
#include "node/flow/heed.h"
#include "node/flow/judge.h"
#include "node/flow/ledger_keys.h"
#include "node/flow/question.h"
#include "node/flow/reception.h"
#include "node/flow/record.h"
#include "node/flow/supplied.h"
#include "node/flow/tell.h"
#include "node/ledger/crypto.h"
#include "node/ledger/witness.h"

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

Result<void> check_signature(const Envelope& envelope, const Agency& sender, Instant now) {
  if (!signed_by_one_of(sender.signing_keys(now), ledger::signed_bytes(signed_part(envelope)),
                        envelope.signature)) {
    return fail(FaultKind::invalid, "the signature is not the sender's over these bytes",
                "signature");
  }
  return {};
}

// The checkpoint it leads to, with the log's signature alone.
Result<Bytes> check_proof(const Line& line, const Envelope& envelope, const Agency& sender,
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
  RELAIS_TRY(note, ledger::without_others(envelope.checkpoint, *key));
  line.checkpoints.show(key->name(), {{checkpoint->size, checkpoint->root}, note});
  return std::move(note);
}

// About a referral, by its handle; or about room, by no handle at all.
bool is_addressed(const ledger::SharedPart& shared) {
  if (is_probe(shared) || is_probe_answer(shared)) return true;
  return shared.handle.size() == 64 && from_hex(shared.handle).has_value();
}

bool says_the_same(const Envelope& envelope, const ledger::SharedPart& shared) {
  const bool kind = shared.event == ledger::Event::disclosed ||
                    shared.event == ledger::Event::outcome || is_notice(shared);
  return kind && shared.sender_agency == envelope.sender.text() &&
         shared.recipient_agency == envelope.recipient.text() &&
         shared.recipient_service == envelope.service.text() &&
         shared.disclosure_id == envelope.disclosure.text() && is_uuid(shared.disclosure_id) &&
         is_addressed(shared) && shared.payload_digest == ledger::sha256(envelope.payload);
}

Result<Verified> verify(const Line& line, const AgencyId& peer, const Envelope& envelope,
                        const Directory& directory) {
  RELAIS_TRY_VOID(check_addressing(line, peer, envelope, directory));
  const Agency& sender = *directory.find(envelope.sender);
  const Digest digest = ledger::sha256(ledger::signed_bytes(signed_part(envelope)));
  RELAIS_TRY_VOID(check_signature(envelope, sender, line.clock.now()));
  auto shared = ledger::decode_shared(envelope.shared_bytes);
  if (!shared || !ledger::is_plain(*shared) || !says_the_same(envelope, *shared)) {
    return fail(FaultKind::invalid, "the record says something else than its envelope",
                "shared_part");
  }
  RELAIS_TRY(shown, check_proof(line, envelope, sender, *shared));
  return Verified{sender, *directory.find(line.settings.agency), std::move(*shared), digest,
                  std::move(shown)};
}

Draft draft_filing(const Line& line, const Envelope& envelope, const Verified& verified,
                   ledger::PrivatePart decided) {
  Draft draft = draft_filed(line, PersonId(fresh_uuid(line.clock, line.entropy)), envelope,
                            verified, std::move(decided));
  draft.new_person = true;
  draft.referral = received_referral(line, draft, envelope, verified, "received");
  return draft;
}

Result<Draft> draft_for(const Line& line, const Envelope& envelope, const Verified& verified) {
  if (line.clock.now() > envelope.expires) {
    return draft_refusal(line, envelope, verified, "expired");
  }
  if (is_probe(verified.shared)) return draft_probed(line, envelope, verified);
  if (is_probe_answer(verified.shared)) return draft_probe_answered(line, envelope, verified);
  if (verified.shared.event == ledger::Event::outcome) {
    return draft_moved(line, envelope, verified);
  }
  if (is_notice(verified.shared)) return draft_heeded(line, envelope, verified);
  RELAIS_TRY(stopped, is_stopped(line, envelope, verified));
  if (stopped) return draft_refusal(line, envelope, verified, "stopped");
  RELAIS_TRY(known, line.referrals.by_handle(envelope.sender, Handle(verified.shared.handle)));
  if (known || envelope.sequence > 1) return draft_supplied(line, known, envelope, verified);
  RELAIS_TRY(verdict, judge_items(line, envelope, verified));
  if (!verdict.refusal.empty()) return draft_refusal(line, envelope, verified, verdict.refusal);
  if (!is_within_ceiling(line, verified, envelope.service, Stage{}.state)) {
    return draft_refusal(line, envelope, verified, "not_declared");
  }
  return draft_filing(line, envelope, verified, std::move(verdict.decided));
}

// What was written, and the word to give of it. Decided again while something else about the same
// handle is first.
struct Written {
  AppendOutcome outcome;
  Filed filed;
  Instant time;
};
Result<Written> write(const Line& line, const Envelope& envelope, const Verified& verified) {
  for (int decisions = 0; decisions < kMostDecisions; ++decisions) {
    RELAIS_TRY(draft, draft_for(line, envelope, verified));
    const Filed filed = *draft.filed;
    const Instant time = from_unix_ms(static_cast<int64_t>(draft.shared.time_claimed_ms));
    at_step("receive.before_append");
    RELAIS_TRY(outcome, line.ledger.append(std::move(draft)));
    const bool again =
        std::holds_alternative<Moved>(outcome) || std::holds_alternative<Stale>(outcome);
    if (!again) return Written{std::move(outcome), filed, time};
  }
  return fail(FaultKind::unavailable, "what the message is about keeps changing; try again");
}

}  // namespace

Result<Acknowledgement> receive(const Line& line, const AgencyId& peer, const Envelope& envelope) {
  const auto directory = line.directories.current();
  if (directory->expires <= line.clock.now()) {
    return fail(FaultKind::unavailable, "this node's directory has expired", "directory");
  }
  RELAIS_TRY(verified, verify(line, peer, envelope, *directory));
  RELAIS_TRY(written, write(line, envelope, verified));
  at_step("receive.before_answer");
  if (auto* before = std::get_if<AlreadyFiled>(&written.outcome)) {
    if (before->envelope_digest != verified.digest) {
      return fail(FaultKind::invalid, "this disclosure id was used for other bytes",
                  "disclosure_id");
    }
    RELAIS_TRY(origin, line.ledger.origin_of(before->entry));
    return acknowledge(line, envelope, *before, origin);
  }
  auto* appended = std::get_if<Appended>(&written.outcome);
  RELAIS_CHECK(appended != nullptr);
  const Filed& filed = written.filed;
  return acknowledge(line, envelope,
                     AlreadyFiled{filed.envelope_digest, filed.status, filed.reason,
                                  appended->entry, appended->commitment, written.time},
                     line.settings.ledger_key.name());
}

}  // namespace relais::flow
