// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/store.h"

#include <algorithm>
#include <limits>

#include "node/flow/payload.h"
#include "tests/simulation/agency.h"
#include "tests/simulation/watch.h"

namespace relais::simulation {

namespace {

constexpr int kStepsUntilDurable = 12;

bool discloses(const flow::Draft& draft) {
  return draft.queued && draft.shared.event == ledger::Event::disclosed;
}

bool is_late(const flow::Draft& draft) {
  if (planted(Bug::send_before_commit)) return discloses(draft);
  return planted(Bug::acknowledge_before_commit) && draft.filed && draft.filed->status == "filed";
}

}  // namespace

// An entry about a known person goes to somebody else's account.
void SimulatedStore::misfile(flow::Draft& draft) {
  if (draft.new_person || draft.person.empty() || !draft.change) return;
  for (const PersonId& other : persons_) {
    if (other == draft.person || !kept_.get(other)) continue;
    draft.person = other;
    draft.as_of_seq.reset();
    return;
  }
}

void SimulatedStore::break_draft(flow::Draft& draft) {
  if (planted(Bug::drop_sequence_check) && draft.stop) draft.stop->sequence = 0;
  if (planted(Bug::file_twice)) draft.filed.reset();
  if (planted(Bug::forget_notices)) draft.notices.clear();
  if (planted(Bug::skip_guard)) draft.guard.reset();
  if (planted(Bug::never_settle)) draft.settled.reset();
  if (planted(Bug::forget_key)) draft.submission.reset();
  if (planted(Bug::file_under_another)) misfile(draft);
}

Result<flow::AppendOutcome> SimulatedStore::append(flow::Draft draft) {
  return at_port([&]() -> Result<flow::AppendOutcome> {
    const flow::Draft asked = draft;
    const Moment moment = watch_.moment_of(agency_, asked);
    if (planted(Bug::skip_consent_reread) && discloses(draft)) {
      as_recorded_[draft.queued->disclosure.text()] = kept_.get(draft.person).value();
    }
    if (is_late(draft) && !undo_) {
      undo_ = kept_.kept();
      not_durable_for_ = kStepsUntilDurable;
    }
    break_draft(draft);
    if (!draft.person.empty()) persons_.push_back(draft.person);
    auto outcome = kept_.append(std::move(draft));
    if (outcome) {
      if (auto* before = std::get_if<flow::AlreadyFiled>(&*outcome)) {
        if (planted(Bug::answer_anew)) before->time += std::chrono::milliseconds{1};
      }
      watch_.appended(agency_, asked, moment, *outcome);
    }
    return outcome;
  });
}

void SimulatedStore::crash() {
  if (undo_) undo_();
  undo_ = {};
  if (planted(Bug::lose_tombstones)) (void)kept_.forget(Instant::max());
}

void SimulatedStore::tick() {
  if (undo_ && --not_durable_for_ <= 0) undo_ = {};
}

// A person as a broken store reads them.
Person SimulatedStore::read(Person person) const {
  if (!planted(Bug::widen_consent)) return person;
  for (Consent& consent : person.consents) {
    consent.categories = CategorySet::all();
    for (const Agency* other : watch_.agencies()) consent.recipients.push_back(other->id());
  }
  return person;
}

// A referral that was sent as a broken store reads it.
flow::StoredReferral SimulatedStore::read(flow::StoredReferral referral) const {
  const bool sent = referral.direction == flow::Direction::sent && !referral.body.empty();
  if (!planted(Bug::ignore_rights_there) || !sent) return referral;
  flow::KeptRequest kept = flow::decode_request(referral.body).value();
  kept.rights_there.clear();
  referral.body = flow::encode_request(kept);
  return referral;
}

Result<std::vector<flow::Loaded>> SimulatedStore::load(const std::vector<DisclosureId>& ids) {
  return at_port([&]() -> Result<std::vector<flow::Loaded>> {
    auto loaded = kept_.load(ids);
    for (flow::Loaded& one : *loaded) {
      watch_.loaded(agency_, *one.message);
      one.message->person = read(one.message->person);
      one.message->referral = read(one.message->referral);
      const auto old = as_recorded_.find(one.id.text());
      if (planted(Bug::skip_consent_reread) && old != as_recorded_.end()) {
        one.message->person = old->second;
      }
    }
    return loaded;
  });
}

Result<std::optional<Person>> SimulatedStore::find(const PersonReference& reference) {
  return at_port([&]() -> Result<std::optional<Person>> {
    auto found = kept_.find(reference);
    if (*found) **found = read(**found);
    return found;
  });
}

Result<Person> SimulatedStore::open(const PersonReference& reference) {
  return at_port([&]() -> Result<Person> { return read(kept_.open(reference).value()); });
}

Result<Person> SimulatedStore::get(const PersonId& id) {
  return at_port([&]() -> Result<Person> {
    auto found = kept_.get(id);
    if (found) *found = read(*found);
    return found;
  });
}

Result<std::optional<flow::Existing>> SimulatedStore::submitted(
    const flow::Submission& submission) {
  return at_port([&]() -> Result<std::optional<flow::Existing>> {
    if (planted(Bug::forget_key)) return std::optional<flow::Existing>();
    return kept_.submitted(submission);
  });
}

Result<std::vector<flow::AccountEntry>> SimulatedStore::entries(const PersonId& person) {
  return at_port([&] {
    auto entries = kept_.entries(person);
    if (planted(Bug::statement_leaves_out) && reading_ && entries && entries->size() > 1) {
      entries->pop_back();
    }
    return entries;
  });
}

Result<flow::AccountHead> SimulatedStore::head(const PersonId& person) {
  return at_port([&] {
    auto head = kept_.head(person);
    if (planted(Bug::statement_leaves_out) && reading_ && head->last_seq > 1) --head->last_seq;
    return head;
  });
}

}  // namespace relais::simulation
