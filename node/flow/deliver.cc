// SPDX-License-Identifier: Apache-2.0
#include "node/flow/deliver.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "node/core/step.h"
#include "node/flow/acknowledge.h"
#include "node/flow/capacity.h"
#include "node/flow/entry.h"
#include "node/flow/tell.h"
#include "node/flow/withhold.h"
#include "node/flow/words.h"
#include "node/ledger/exchange.h"

namespace relais::flow {
namespace {

// How a message ended, to be written with its outcome entry.
struct Ending {
  std::string status;  // delivered | refused | withheld | undeliverable
  std::string reason;  // a code, or empty
  std::optional<Acknowledgement> acknowledgement{};
  bool may_have_left = false;  // withheld or undeliverable, after an attempt nobody answered
};

// The state a referral takes when the message that opened it ends so; empty: as it was. What never
// left is this agency's own affair: it is given up, not moved through the states the two share.
std::string state_after(const Ending& ending) {
  if (ending.status == "delivered") return "received";
  if (ending.status == "undeliverable") return "expired";
  if (ending.status == "refused") return "rejected";
  if (ending.reason == "expired") return "expired";
  return ending.reason == "consent_withdrawn" ? "consent_withdrawn" : "cancelled";
}

std::string referral_reason(const Ending& ending) {
  if (ending.status == "delivered") return "";
  const std::string state = state_after(ending);
  if (state == "expired") return "no_answer";
  return state == "consent_withdrawn" ? "consent_withdrawn" : "other";
}

void put_acknowledgement(Draft& draft, const Acknowledgement& acknowledgement) {
  draft.private_part.acknowledgement = encode_acknowledgement(acknowledgement);
  draft.shared.counterpart_origin = acknowledgement.origin;
  draft.shared.counterpart_entry_id = acknowledgement.entry.text();
}

// What the recipient of a notice made of it is kept first: the entry may be repeated.
Result<void> note_answer(const Line& line, const ledger::SharedPart& sent, const Ending& ending) {
  if (!is_notice(sent)) return {};
  const NoticeAnswer answer = answer_of(sent.event, ending.status, ending.reason);
  const auto at = answer.answered ? std::optional(line.clock.now()) : std::nullopt;
  return line.notices.answered(DisclosureId(sent.disclosure_id), answer.status, answer.answer, at);
}

// What the person is told of it; and when it cannot be known whether the message arrived, that.
void put_words(Draft& draft, const StoredDisclosure& stored, const ledger::SharedPart& sent,
               const Ending& ending) {
  const auto told = is_request(stored) && !is_probe(sent) ? outcome_words : message_outcome_words;
  const Label recipient = parted(sent.recipient_name);
  const NoticeAnswer said = answer_of(sent.event, ending.status, ending.reason);
  const Label words =
      is_notice(sent) ? told_words(recipient, said, heard_by(sent.event, stored.referral.direction))
      : ending.may_have_left ? unknown_outcome_words(recipient, ending.status, ending.reason)
                             : told(recipient, ending.status, ending.reason);
  say(draft, words.fr, words.en);
  if (ending.may_have_left) add_details({{kMayHaveLeft, "true"}}, draft.private_part);
}

// The sender's outcome entry, its outbox row and its referral, in one transaction.
Result<Draft> draft_outcome(const Line& line, const StoredDisclosure& stored,
                            const ledger::SharedPart& sent, const Ending& ending) {
  Draft draft = draft_entry(line, ledger::Event::outcome, stored.person.id, {});
  draft.shared.disclosure_id = sent.disclosure_id;
  draft.shared.sender_agency = sent.sender_agency;
  draft.shared.recipient_agency = sent.recipient_agency;
  draft.shared.recipient_name = sent.recipient_name;
  draft.shared.recipient_service = sent.recipient_service;
  draft.shared.recipient_service_name = sent.recipient_service_name;
  draft.shared.purpose = sent.purpose;
  draft.shared.status = ending.status;
  draft.shared.reason = ending.reason;
  if (ending.acknowledgement) put_acknowledgement(draft, *ending.acknowledgement);
  put_words(draft, stored, sent, ending);
  draft.settled = Settled{stored.queued.disclosure, ending.status};
  if (ending.acknowledgement) {
    draft.settled->counterpart =
        Counterpart{ending.acknowledgement->envelope_digest, ending.acknowledgement->entry,
                    ending.acknowledgement->commitment};
  }
  RELAIS_TRY_VOID(note_answer(line, sent, ending));
  if (stored.person.id.empty()) return draft;  // an erasure's: about nobody any more
  draft.shared.handle = sent.handle;
  RELAIS_TRY(recorded, ledger::decode_private(stored.private_bytes));
  withhold_alike(recorded, draft.private_part);
  if (!is_request(stored)) return draft;  // how far the referral came, the request alone says
  ReferralChange change;
  change.id = stored.referral.id;
  change.state = state_after(ending);
  change.reason = referral_reason(ending);
  // A question about room that arrived stays one.
  change.if_state = ending.status == "delivered" ? "requested" : "requested capacity_probe";
  change.delivery = ending.status;
  draft.change = change;
  return draft;
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

Attempt attempt_of(const Ending& ending) {
  if (ending.status == "delivered") return Attempt::delivered;
  if (ending.status == "refused") return Attempt::refused;
  return ending.status == "withheld" ? Attempt::withheld : Attempt::undeliverable;
}

// What became of one message: an ending to be written, or a failure to be tried again later, or
// already the answer.
struct Trial {
  const StoredDisclosure* stored = nullptr;
  std::optional<Ending> ending;
  std::optional<Fault> failure;
  Handed handed = Handed::nothing;  // by this attempt
  Instant recorded{};               // once it has an ending
  Result<Attempt> attempt = Attempt::gone;
};

// Recalls each, and sends those that may still go at once.
void send(const Line& line, Courier& courier, std::vector<Trial>& trials) {
  std::vector<Disclosure> disclosures;
  std::vector<Trial*> sent;
  for (Trial& trial : trials) {
    if (trial.stored == nullptr) continue;
    at_step("deliver.before_recall");
    auto recalled = recall(line, *trial.stored);
    if (!recalled) {
      trial.failure = std::move(recalled.error());
      const bool lacks = trial.failure->kind == FaultKind::exhausted;  // this node: no peer's word
      if (lacks) trial.failure->kind = FaultKind::internal;
    } else if (auto* stopped = std::get_if<Stopped>(&*recalled)) {
      trial.ending =
          Ending{"withheld", stopped->reason, std::nullopt, trial.stored->may_have_left()};
    } else {
      disclosures.push_back(std::move(std::get<Disclosure>(*recalled)));
      sent.push_back(&trial);
    }
  }
  if (disclosures.empty()) return;
  at_step("deliver.before_send");
  auto answers = courier.deliver_all(disclosures);
  at_step("deliver.after_send");
  RELAIS_CHECK(answers.size() == sent.size());
  for (size_t i = 0; i < sent.size(); ++i) {
    if (!answers[i]) {
      const bool vain = answers[i].error().kind == FaultKind::unavailable;
      sent[i]->handed = vain ? Handed::nothing : Handed::perhaps;
      sent[i]->failure = std::move(answers[i].error());
      continue;
    }
    const bool filed = answers[i]->status == "filed";
    std::string reason = answers[i]->reason;
    sent[i]->ending =
        Ending{filed ? "delivered" : "refused", std::move(reason), std::move(*answers[i])};
  }
}

// What failed is tried again later, or is undeliverable from now on.
void put_off(const Line& line, const RetryPolicy& retry, Trial& trial) {
  if (trial.failure->kind == FaultKind::corrupt) {
    trial.attempt = tl::unexpected(*trial.failure);
    return;
  }
  const Instant now = line.clock.now();
  if (now >= trial.stored->queued.give_up) {
    const bool may_have_left = trial.handed == Handed::perhaps || trial.stored->may_have_left();
    trial.ending = Ending{"undeliverable", "no_answer", std::nullopt, may_have_left};
    return;
  }
  const auto put = line.outbox.postpone(trial.stored->queued.disclosure,
                                        pause(line, retry, trial.stored->attempts),
                                        failure_code(*trial.failure), trial.handed);
  const bool busy = trial.failure->kind == FaultKind::exhausted;
  trial.attempt = busy ? Attempt::busy : Attempt::postponed;
  if (!put) trial.attempt = tl::unexpected(put.error());
}

// Writes every ending, in one batch of the ledger where it takes them so.
void settle(const Line& line, std::vector<Trial>& trials) {
  std::vector<Draft> drafts;
  std::vector<Trial*> settled;
  for (Trial& trial : trials) {
    if (!trial.ending) continue;
    const auto sent = ledger::decode_shared(trial.stored->shared_bytes);
    auto draft = sent ? draft_outcome(line, *trial.stored, *sent, *trial.ending)
                      : Result<Draft>(tl::unexpected(sent.error()));
    if (!draft) {
      trial.attempt = tl::unexpected(draft.error());
      continue;
    }
    trial.recorded = from_unix_ms(static_cast<int64_t>(sent->time_claimed_ms));
    drafts.push_back(std::move(*draft));
    settled.push_back(&trial);
  }
  if (drafts.empty()) return;
  at_step("deliver.before_settle");
  const auto outcomes = line.ledger.append_all(std::move(drafts));
  at_step("deliver.after_settle");
  RELAIS_CHECK(outcomes.size() == settled.size());
  for (size_t i = 0; i < settled.size(); ++i) {
    RELAIS_CHECK(!outcomes[i] || std::holds_alternative<Appended>(*outcomes[i]));
    if (outcomes[i]) {
      settled[i]->attempt = attempt_of(*settled[i]->ending);
      if (settled[i]->ending->status == "delivered") {
        line.tally.disclosed(line.clock.now() - settled[i]->recorded);
      }
    } else {
      settled[i]->attempt = tl::unexpected(outcomes[i].error());
    }
  }
}

// A message that had failed has arrived: its peer was away, and is back. What was put off meanwhile
// is due now, some at a time, so that a long queue follows at the pace at which it is taken. Should
// this fail they come in their own time.
void hasten_rest(const Line& line, const std::vector<Trial>& trials) {
  constexpr int kEach = 4;
  for (const Trial& trial : trials) {
    if (!trial.ending || !trial.ending->acknowledgement || trial.stored->attempts < 2) continue;
    (void)line.outbox.hasten(trial.stored->queued.peer, kEach * static_cast<int>(trials.size()));
    return;
  }
}

std::vector<Trial> trials_of(const std::vector<DisclosureId>& ids,
                             const std::vector<Loaded>& loaded) {
  std::vector<Trial> trials(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto found = std::find_if(loaded.begin(), loaded.end(),
                                    [&](const Loaded& one) { return one.id == ids[i]; });
    if (found == loaded.end()) continue;  // settled meanwhile: gone
    if (found->message) {
      trials[i].stored = &*found->message;
    } else {
      trials[i].attempt = tl::unexpected(found->message.error());
    }
  }
  return trials;
}

}  // namespace

std::vector<Result<Attempt>> deliver(const Line& line, Courier& courier, const RetryPolicy& retry,
                                     const std::vector<DisclosureId>& ids) {
  const auto loaded = line.outbox.load(ids);
  if (!loaded) return std::vector<Result<Attempt>>(ids.size(), tl::unexpected(loaded.error()));
  std::vector<Trial> trials = trials_of(ids, *loaded);
  send(line, courier, trials);
  for (Trial& trial : trials) {
    if (trial.failure) put_off(line, retry, trial);
  }
  settle(line, trials);
  hasten_rest(line, trials);
  std::vector<Result<Attempt>> attempts;
  for (Trial& trial : trials) attempts.push_back(std::move(trial.attempt));
  return attempts;
}

}  // namespace relais::flow
