// SPDX-License-Identifier: Apache-2.0
#include "node/flow/supplied.h"

#include "node/flow/entry.h"
#include "node/flow/judge.h"
#include "node/flow/payload.h"
#include "node/flow/seen.h"
#include "node/flow/supply.h"
#include "node/flow/withhold.h"
#include "node/flow/words.h"
#include "policy/lifecycle.h"

namespace relais::flow {
namespace {

bool is_expected(const Line& line, const StoredReferral& referral, const Envelope& envelope,
                 const Verified& verified) {
  if (referral.service != envelope.service || envelope.sequence <= referral.sequence_in) {
    return false;
  }
  if (referral.direction == Direction::received) {
    return policy::is_open(line.vocabulary, referral.state) &&
           verified.shared.purpose == referral.purpose;
  }
  return has_outcome(referral.state) && verified.shared.purpose == kWayBack;
}

// What the person asked at this counter, and of this referral. What another agency told of its own
// referral counts for what goes out, and not here: it would close this agency to all the others.
Result<Rights> rights_here(const Line& line, const StoredReferral& referral) {
  RELAIS_TRY(person, line.people.get(referral.person));
  Rights rights = person.in_row;
  if (referral.direction == Direction::received && !referral.reference.empty()) {
    RELAIS_TRY(own, line.people.find(referral.reference));
    rights.objection |= own && own->in_row.objection;
    rights.restriction |= own && own->in_row.restriction;
  }
  return rights;
}

Result<Bytes> body_with(const StoredReferral& referral, std::vector<AskedItem> items) {
  if (referral.direction == Direction::received) {
    RELAIS_TRY(held, decode_items(referral.body));
    put_over(std::move(items), held);
    return encode_items(held);
  }
  RELAIS_TRY(kept, decode_request(referral.body));
  put_over(std::move(items), kept.outcome);
  return encode_request(kept);
}

}  // namespace

Result<Draft> draft_supplied(const Line& line, const std::optional<StoredReferral>& known,
                             const Envelope& envelope, const Verified& verified) {
  RELAIS_TRY(seen, seen_again(line, known));
  const std::optional<StoredReferral>& found = seen.referral;
  if (!found || !is_expected(line, *found, envelope, verified)) {
    return draft_refusal(line, envelope, verified, "not_expected");
  }
  if (!is_within_ceiling(line, verified, found->service, found->state)) {
    return draft_refusal(line, envelope, verified, "not_declared");
  }
  const Stage stage{found->state, found->direction == Direction::sent};
  RELAIS_TRY(rights, rights_here(line, *found));
  RELAIS_TRY(verdict, judge_items(line, envelope, verified, stage, rights));
  if (!verdict.refusal.empty()) return draft_refusal(line, envelope, verified, verdict.refusal);
  Draft draft = draft_filed(line, found->person, envelope, verified, std::move(verdict.decided));
  const Label words = stage.returns ? received_outcome_words(verified.sender.name)
                                    : received_more_words(verified.sender.name);
  say(draft, words.fr, words.en);
  // Whatever its sender forgot to say of this message.
  withhold_if_attached(found->attachments, draft.shared.grounds, line.clock.now(),
                       line.settings.withhold_days, draft.private_part);
  ReferralChange change;
  change.id = found->id;
  change.sequence_in = envelope.sequence;
  RELAIS_TRY(body, body_with(*found, std::move(verdict.items)));
  change.body = std::move(body);
  draft.change = std::move(change);
  draft.expected = ExpectedState{found->id, found->state, found->sequence_out};
  draft.as_of_seq = seen.entries;
  return draft;
}

}  // namespace relais::flow
