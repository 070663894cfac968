// SPDX-License-Identifier: Apache-2.0
#include "node/flow/capacity.h"

#include <algorithm>

#include "node/flow/entry.h"
#include "node/flow/fresh.h"
#include "node/flow/judge.h"
#include "node/flow/message.h"
#include "node/flow/payload.h"
#include "node/flow/words.h"

namespace relais::flow {
namespace {

constexpr std::string_view kAbout = "probe:";
constexpr const char* kRoom = "room";
constexpr const char* kNoRoom = "no_room";

CategorySet ceiling_of_probes(const Line& line) {
  const policy::State* state = line.vocabulary.find_state(kCapacityProbe);
  return state == nullptr ? CategorySet{} : state->ceiling;
}

std::string question_named_by(const ledger::SharedPart& shared) {
  const std::string& about = shared.attachments.front();
  return about.substr(kAbout.size());
}

// On either side an answer changes no state, and there is one.
void put_answer(const StoredReferral& question, const std::string& answer, Draft& draft) {
  ReferralChange change;
  change.id = question.id;
  change.state = kCapacityProbe;
  change.reason = answer;
  draft.change = std::move(change);
  draft.expected = ExpectedState{question.id, kCapacityProbe, question.sequence_out};
}

Draft draft_answer(const Line& line, const Caller& caller, const StoredReferral& question,
                   bool has_room) {
  Draft draft = draft_said(line, caller, question);
  draft.shared.purpose = question.purpose;
  draft.shared.status = has_room ? kRoom : kNoRoom;
  draft.shared.attachments = {std::string(kAbout) + question.disclosure.text()};
  const Label words =
      room_words(line.directories.current()->name_of(line.settings.agency), has_room);
  say(draft, words.fr, words.en);
  put_answer(question, draft.shared.status, draft);
  put_message(line, question, draft);
  return draft;
}

}  // namespace

Result<Submitted> ask_capacity(const Line& line, const Caller& caller, const std::string& key,
                               Request request) {
  if (is_protective(request.purpose)) {
    return fail(FaultKind::invalid, "where a duty to report may stand, ask for no room: report",
                "purpose");
  }
  const CategorySet ceiling = ceiling_of_probes(line);
  for (const AskedItem& item : request.items) {
    const auto bit = line.vocabulary.find(item.category);
    if (!bit || ceiling.has(*bit)) continue;  // what is no category is refused as in any request
    return fail(FaultKind::invalid,
                "a question about room has need, age band, household and access needs only",
                item.category);
  }
  request.capacity_probe = true;
  return submit(line, caller, key, request);
}

Result<Opened> answer_capacity(const Line& line, const Caller& caller, const ReferralId& id,
                               bool has_room) {
  RELAIS_TRY(question, line.referrals.get(id));
  if (!question) return fail(FaultKind::not_found, "no such referral", "referral_id");
  RELAIS_TRY_VOID(check_named(line, caller.acting));
  const bool waits = question->direction == Direction::received &&
                     question->state == kCapacityProbe && question->reason.empty();
  if (!waits) return fail(FaultKind::precondition, "no question about room waits here", "state");
  RELAIS_TRY(outcome, line.ledger.append(draft_answer(line, caller, *question, has_room)));
  if (!std::holds_alternative<Appended>(outcome)) {
    return fail(FaultKind::precondition, "somebody else has answered this question", "state");
  }
  return get_referral(line, id);
}

bool is_probe(const ledger::SharedPart& shared) {
  return shared.event == ledger::Event::disclosed && shared.handle.empty();
}

bool is_probe_answer(const ledger::SharedPart& shared) {
  return shared.event == ledger::Event::outcome && shared.handle.empty() &&
         shared.attachments.size() == 1 && shared.attachments.front().starts_with(kAbout) &&
         is_uuid(question_named_by(shared));
}

// Nobody stands behind it whom this agency could know: a row of its own, which no reference finds.
Result<Draft> draft_probed(const Line& line, const Envelope& envelope, const Verified& verified) {
  RELAIS_TRY(verdict, judge_items(line, envelope, verified, Stage{kCapacityProbe}));
  if (!verdict.refusal.empty()) return draft_refusal(line, envelope, verified, verdict.refusal);
  const CategorySet ceiling = ceiling_of_probes(line);
  const bool within = std::all_of(
      verdict.items.begin(), verdict.items.end(),
      [&](const AskedItem& item) { return ceiling.has(*line.vocabulary.find(item.category)); });
  if (!within || envelope.sequence != 1) {
    return draft_refusal(line, envelope, verified, "not_declared");
  }
  Draft draft = draft_filed(line, PersonId(fresh_uuid(line.clock, line.entropy)), envelope,
                            verified, std::move(verdict.decided));
  draft.new_person = true;
  draft.referral = received_referral(line, draft, envelope, verified, kCapacityProbe);
  return draft;
}

Result<Draft> draft_probe_answered(const Line& line, const Envelope& envelope,
                                   const Verified& verified) {
  const ledger::SharedPart& shared = verified.shared;
  RELAIS_TRY(found, line.referrals.probe(envelope.sender, DisclosureId(question_named_by(shared))));
  const bool ours = found && found->direction == Direction::sent &&
                    found->service == envelope.service && found->reason.empty();
  const bool formed = (shared.status == kRoom || shared.status == kNoRoom) &&
                      shared.reason.empty() && brings_nothing(envelope, verified);
  if (!ours || !formed) return draft_refusal(line, envelope, verified, "not_expected");
  Draft draft = draft_reception(line, ledger::Event::received, found->person, envelope, verified);
  draft.shared.status = shared.status;
  draft.shared.attachments = shared.attachments;
  const Label words = room_words(verified.sender.name, shared.status == kRoom);
  say(draft, words.fr, words.en);
  put_answer(*found, shared.status, draft);
  draft.change->sequence_in = envelope.sequence;
  return draft;
}

}  // namespace relais::flow
