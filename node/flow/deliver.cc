// SPDX-License-Identifier: Apache-2.0
#include "node/flow/deliver.h"

#include <algorithm>
#include <cmath>

#include "node/core/step.h"
#include "node/flow/acknowledge.h"
#include "node/flow/entry.h"
#include "node/flow/words.h"
#include "node/ledger/exchange.h"

namespace relais::flow {
namespace {

// How a message ended, to be written with its outcome entry.
struct Ending {
  std::string status;  // delivered | refused | withheld | undeliverable
  std::string reason;  // a code, or empty
  const Acknowledgement* acknowledgement = nullptr;
};

// The state a referral takes when the message that opened it ends so; empty: as it was.
std::string state_after(const Ending& ending) {
  if (ending.status == "delivered") return "received";
  if (ending.status == "undeliverable") return "failed";
  if (ending.status == "refused") return "rejected";
  return ending.reason == "consent_withdrawn" ? "consent_withdrawn" : "cancelled";
}

std::string referral_reason(const Ending& ending) {
  if (ending.status == "delivered") return "";
  if (ending.status == "undeliverable") return "no_answer";
  return ending.reason == "consent_withdrawn" ? "consent_withdrawn" : "other";
}

void put_acknowledgement(Draft& draft, const Acknowledgement& acknowledgement) {
  draft.private_part.acknowledgement = encode_acknowledgement(acknowledgement);
  draft.shared.counterpart_origin = acknowledgement.origin;
  draft.shared.counterpart_entry_id = acknowledgement.entry.text();
}

// The sender's outcome entry, its outbox row and its referral, in one transaction.
Result<void> settle(const Line& line, const StoredDisclosure& stored, const Ending& ending) {
  RELAIS_TRY(sent, ledger::decode_shared(stored.shared_bytes));
  Draft draft = draft_entry(line, ledger::Event::outcome, stored.person.id, {});
  draft.shared.disclosure_id = sent.disclosure_id;
  draft.shared.handle = sent.handle;
  draft.shared.sender_agency = sent.sender_agency;
  draft.shared.recipient_agency = sent.recipient_agency;
  draft.shared.recipient_name = sent.recipient_name;
  draft.shared.recipient_service = sent.recipient_service;
  draft.shared.recipient_service_name = sent.recipient_service_name;
  draft.shared.purpose = sent.purpose;
  draft.shared.status = ending.status;
  draft.shared.reason = ending.reason;
  if (ending.acknowledgement != nullptr) put_acknowledgement(draft, *ending.acknowledgement);
  const Label words = outcome_words(parted(sent.recipient_name), ending.status, ending.reason);
  say(draft, words.fr, words.en);
  draft.settled = Settled{stored.queued.disclosure, ending.status};
  ReferralChange change;
  change.id = stored.referral.id;
  if (sent.event == ledger::Event::disclosed) {
    change.state = state_after(ending);
    change.reason = referral_reason(ending);
    change.if_state = "requested";
  }
  change.delivery = ending.status;
  draft.change = change;
  at_step("deliver.before_settle");
  RELAIS_TRY(outcome, line.ledger.append(std::move(draft)));
  at_step("deliver.after_settle");
  RELAIS_CHECK(std::holds_alternative<Appended>(outcome));
  return {};
}

// Exponential back-off with full jitter: between zero and first·2^attempts, never above the
// longest.
std::chrono::milliseconds pause(const Line& line, const RetryPolicy& retry, int attempts) {
  const auto ceiling =
      std::min<int64_t>(retry.longest.count(), retry.first.count() << std::min(attempts, 20));
  std::array<uint8_t, 4> random{};
  line.entropy.fill(random);
  uint32_t draw = 0;
  for (const uint8_t byte : random) draw = draw << 8 | byte;
  const int64_t floor = retry.first.count() / 2;
  return std::chrono::milliseconds{floor +
                                   static_cast<int64_t>(draw) % std::max<int64_t>(ceiling, 1)};
}

Constant failure_code(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::deadline:
      return "no_answer";
    case FaultKind::exhausted:
      return "peer_busy";
    case FaultKind::unavailable:
      return "peer_away";
    case FaultKind::forbidden:
    case FaultKind::unauthenticated:
      return "peer_refused_us";
    case FaultKind::invalid:
      return "peer_found_it_invalid";
    default:
      return "failed";
  }
}

Result<Attempt> put_off(const Line& line, const RetryPolicy& retry, const StoredDisclosure& stored,
                        const Fault& fault) {
  const Instant now = line.clock.now();
  if (now >= stored.queued.give_up) {
    RELAIS_TRY_VOID(settle(line, stored, {"undeliverable", "no_answer", nullptr}));
    return Attempt::undeliverable;
  }
  RELAIS_TRY_VOID(line.outbox.postpone(
      stored.queued.disclosure, now + pause(line, retry, stored.attempts), failure_code(fault)));
  return Attempt::postponed;
}

}  // namespace

Result<Attempt> deliver(const Line& line, Courier& courier, const RetryPolicy& retry,
                        const DisclosureId& id) {
  RELAIS_TRY(loaded, line.outbox.load(id));
  if (!loaded) return Attempt::gone;
  at_step("deliver.before_recall");
  auto recalled = recall(line, *loaded);
  if (!recalled) {
    if (recalled.error().kind == FaultKind::corrupt) return tl::unexpected(recalled.error());
    return put_off(line, retry, *loaded, recalled.error());
  }
  if (auto* stopped = std::get_if<Stopped>(&*recalled)) {
    RELAIS_TRY_VOID(settle(line, *loaded, {"withheld", stopped->reason, nullptr}));
    return Attempt::withheld;
  }
  at_step("deliver.before_send");
  auto acknowledgement = courier.deliver(std::get<Disclosure>(*recalled));
  at_step("deliver.after_send");
  if (!acknowledgement) return put_off(line, retry, *loaded, acknowledgement.error());
  const bool filed = acknowledgement->status == "filed";
  RELAIS_TRY_VOID(
      settle(line, *loaded,
             {filed ? "delivered" : "refused", acknowledgement->reason, &*acknowledgement}));
  return filed ? Attempt::delivered : Attempt::refused;
}

}  // namespace relais::flow
