// SPDX-License-Identifier: Apache-2.0
#include "node/flow/supplied.h"

#include "node/flow/entry.h"
#include "node/flow/judge.h"
#include "node/flow/payload.h"
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
  const bool over = referral.state == "completed" || referral.state == "failed";
  return over && verified.shared.purpose == kWayBack;
}

// What the state here lets a sender say; a duty has no such bound (vocabulary.md, section 5). The
// sender is never ahead of what this side told it, so more than that is no honest difference.
bool is_within_ceiling(const Line& line, const StoredReferral& referral, const Verified& verified) {
  if (verified.shared.status == "obliged") return true;
  const auto index = line.vocabulary.state(referral.state);
  if (!index) return false;
  const policy::State& state = line.vocabulary.states()[*index];
  CategorySet ceiling = state.ceiling | state.consented_ceiling;
  const Service* service = verified.self.service(referral.service);
  if (service != nullptr && state.adds_need) ceiling |= service->need();
  if (service != nullptr && state.adds_required_need) ceiling |= service->required();
  for (const std::string& code : verified.shared.categories_released) {
    const auto bit = line.vocabulary.find(code);
    if (!bit || !ceiling.has(*bit)) return false;
  }
  return true;
}

// The newest word of each category.
void put_over(std::vector<AskedItem> items, std::vector<AskedItem>& held) {
  for (AskedItem& item : items) {
    std::erase_if(held, [&](const AskedItem& old) { return old.category == item.category; });
    held.push_back(std::move(item));
  }
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

Result<Draft> draft_supplied(const Line& line, const std::optional<StoredReferral>& found,
                             const Envelope& envelope, const Verified& verified) {
  if (!found || !is_expected(line, *found, envelope, verified)) {
    return draft_refusal(line, envelope, verified, "not_expected");
  }
  if (!is_within_ceiling(line, *found, verified)) {
    return draft_refusal(line, envelope, verified, "not_declared");
  }
  const Stage stage{found->state, found->direction == Direction::sent};
  RELAIS_TRY(verdict, judge_items(line, envelope, verified, stage));
  if (!verdict.refusal.empty()) return draft_refusal(line, envelope, verified, verdict.refusal);
  Draft draft = draft_reception(line, ledger::Event::received, found->person, envelope, verified);
  put_filed(verified, envelope, std::move(verdict.decided), draft);
  draft.shared.status = "filed";
  withhold_if_attached(draft.shared.attachments, draft.shared.grounds, line.clock.now(),
                       line.settings.withhold_days, draft.private_part);
  const Label words =
      received_words(verified.sender.name, parted(draft.shared.recipient_service_name));
  say(draft, words.fr, words.en);
  ReferralChange change;
  change.id = found->id;
  change.sequence_in = envelope.sequence;
  RELAIS_TRY(body, body_with(*found, std::move(verdict.items)));
  change.body = std::move(body);
  draft.change = std::move(change);
  draft.expected = ExpectedState{found->id, found->state};
  return draft;
}

}  // namespace relais::flow
