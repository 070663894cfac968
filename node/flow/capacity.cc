// SPDX-License-Identifier: Apache-2.0
#include "node/flow/capacity.h"

#include <algorithm>

#include "node/flow/entry.h"
#include "node/flow/fresh.h"
#include "node/flow/judge.h"
#include "node/flow/payload.h"
#include "node/flow/withhold.h"
#include "node/flow/words.h"
#include "node/ledger/crypto.h"

namespace relais::flow {
namespace {

constexpr std::string_view kAbout = "probe:";
constexpr const char* kRoom = "room";
constexpr const char* kNoRoom = "no_room";

CategorySet ceiling_of_probes(const Line& line) {
  const auto index = line.vocabulary.state(kCapacityProbe);
  return index ? line.vocabulary.states()[*index].ceiling : CategorySet{};
}

std::string question_named_by(const ledger::SharedPart& shared) {
  const std::string& about = shared.attachments.front();
  return about.substr(kAbout.size());
}

Draft draft_answer(const Line& line, const Caller& caller, const StoredReferral& question,
                   bool has_room) {
  Draft draft = draft_entry(line, ledger::Event::outcome, question.person, caller.trace_id);
  const auto directory = line.directories.current();
  const DisclosureId message(fresh_uuid(line.clock, line.entropy));
  const Instant now = line.clock.now();
  draft.payload = encode_items({});
  ledger::SharedPart& shared = draft.shared;
  shared.disclosure_id = message.text();
  shared.sender_agency = line.settings.agency.text();
  shared.recipient_agency = question.counterpart.text();
  shared.recipient_name = both(directory->name_of(question.counterpart));
  shared.recipient_service = question.service.text();
  shared.purpose = question.purpose;
  shared.payload_digest = ledger::sha256(draft.payload);
  shared.status = has_room ? kRoom : kNoRoom;
  shared.attachments = {std::string(kAbout) + question.disclosure.text()};
  draft.private_part.asking_role = caller.acting.role;
  const Label words = room_words(directory->name_of(line.settings.agency), has_room);
  say(draft, words.fr, words.en);
  draft.queued = Queued{message,
                        question.counterpart,
                        question.id,
                        question.sequence_out + 1,
                        now + line.settings.expiry,
                        now + line.settings.give_up};
  ReferralChange change;
  change.id = question.id;
  change.state = kCapacityProbe;
  change.reason = shared.status;
  change.sequence_out = draft.queued->sequence;
  draft.change = std::move(change);
  draft.expected = ExpectedState{question.id, kCapacityProbe};
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
    if (bit && ceiling.has(*bit)) continue;
    return fail(FaultKind::invalid, "a question about room says nothing of who asks",
                bit ? item.category : std::string("items"));
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
  Draft draft = draft_reception(line, ledger::Event::received,
                                PersonId(fresh_uuid(line.clock, line.entropy)), envelope, verified);
  draft.new_person = true;
  put_filed(verified, envelope, std::move(verdict.decided), draft);
  draft.shared.status = "filed";
  const Label words =
      received_words(verified.sender.name, parted(draft.shared.recipient_service_name));
  say(draft, words.fr, words.en);
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
                      shared.reason.empty() && shared.categories_released.empty() &&
                      envelope.payload == encode_items({});
  if (!ours || !formed) return draft_refusal(line, envelope, verified, "not_expected");
  Draft draft = draft_reception(line, ledger::Event::received, found->person, envelope, verified);
  draft.shared.status = shared.status;
  draft.shared.attachments = shared.attachments;
  const Label words = room_words(verified.sender.name, shared.status == kRoom);
  say(draft, words.fr, words.en);
  ReferralChange change;
  change.id = found->id;
  change.state = kCapacityProbe;
  change.reason = shared.status;
  change.sequence_in = envelope.sequence;
  draft.change = std::move(change);
  draft.expected = ExpectedState{found->id, kCapacityProbe};
  return draft;
}

}  // namespace relais::flow
