// SPDX-License-Identifier: Apache-2.0
// What is held against a statement, and against all agencies when the network has healed.
#include <algorithm>

#include "node/flow/payload.h"
#include "policy/lifecycle.h"
#include "tests/simulation/agency.h"
#include "tests/simulation/watch.h"

namespace relais::simulation {

uint64_t Watch::entries_about(Agency& at, const PersonReference& reference) {
  uint64_t count = 0;
  const auto rows = at.kept.filed_under(reference).value();
  for (const PersonId& row : rows) {
    count += at.kept.entries(row)->size();
  }
  return count;
}

void Watch::stated(Agency& at, const PersonReference& reference, uint64_t before,
                   const flow::Statement& statement) {
  const std::string who = "a statement of " + at.id().text();
  if (!statement.complete) violate(who + " is not complete");
  const uint64_t after = entries_about(at, reference);
  const uint64_t shown = statement.lines.size() + statement.not_shown.size();
  if (shown != statement.count || shown < before || shown + 1 > after) {
    violate(who + " shows or counts " + std::to_string(shown) + " of " + std::to_string(before) +
            " entries");
  }
  const auto rows = at.kept.filed_under(reference).value();
  for (const PersonId& row : rows) check_account(at, row);
}

// Every entry in a person's account is about a referral of theirs.
void Watch::check_account(Agency& at, const PersonId& row) {
  for (const test::MemoryStore::Entry& entry : at.kept.ledger_entries()) {
    if (entry.person != row || entry.shared.handle.empty()) continue;
    const bool sent = entry.shared.sender_agency == at.id().text();
    const AgencyId other(sent ? entry.shared.recipient_agency : entry.shared.sender_agency);
    const auto referral = at.kept.by_handle(other, Handle(entry.shared.handle)).value();
    if (referral && referral->person != row) {
      violate(at.id().text() + " shows a person what is about another");
    }
  }
}

void Watch::check_outbox(Agency& at) {
  if (at.kept.waiting() > 0) {
    violate(at.id().text() + " still has " + std::to_string(at.kept.waiting()) +
            " messages waiting when the network has healed");
  }
  const auto open = at.kept.overdue(Instant::max(), 1 << 20).value();
  for (const flow::Notice& notice : open) {
    if (notice.status == "new" || notice.status == "queued") {
      violate(at.id().text() + " has a notice that is " + notice.status + " in the end");
    }
  }
}

// Both sides: what came was sent, here, and its sender knows what became of it.
void Watch::check_received(Agency& at) {
  for (const auto& [key, times] : filed_) {
    const auto& [number, message] = key;
    if (number != at.number) continue;
    const auto filed = at.kept.filed(AgencyId(message.first), DisclosureId(message.second)).value();
    const auto ending = endings_.find(message);
    if (!filed || ending == endings_.end()) {
      violate(at.id().text() + " filed a message that " + message.first + " has not settled");
    }
    const bool agreed =
        ending->second.status == (filed->status == "filed" ? "delivered" : "refused");
    if (!agreed && !ending->second.may_have_left) {
      violate(at.id().text() + " answered " + filed->status + " what " + message.first +
              " holds for " + ending->second.status);
    }
  }
}

// Whether the other agency's word that the referral is in this state is recorded here. What a timer
// ended is told to nobody.
bool Watch::has_heard(const Agency& at, const Handle& handle, const std::string& state) const {
  if (state == "expired") return true;
  const auto& entries = at.kept.ledger_entries();
  return std::any_of(entries.begin(), entries.end(), [&](const test::MemoryStore::Entry& one) {
    const bool withdrawn =
        state == "consent_withdrawn" && one.shared.event == ledger::Event::consent_withdrawn;
    return one.shared.handle == handle.text() && one.shared.sender_agency != at.id().text() &&
           (withdrawn || one.shared.status == state);
  });
}

// One state; or, where both ended it before they heard of each other, an end of its own on each
// side, with the other's recorded beside it (docs/decisions/0080).
bool Watch::agree(const Agency& at, const flow::StoredReferral& mine, const Agency& other,
                  const flow::StoredReferral& theirs) const {
  if (mine.state == theirs.state) return true;
  const bool both_ended =
      !policy::is_open(words_, mine.state) && !policy::is_open(words_, theirs.state);
  // A withdrawal said here after the end here is what ended it there.
  const bool told =
      theirs.state == "consent_withdrawn" && has_heard(other, mine.handle, "consent_withdrawn");
  return both_ended && (told || has_heard(at, mine.handle, theirs.state)) &&
         has_heard(other, mine.handle, mine.state);
}

void Watch::check_states(Agency& at) {
  for (const ReferralId& id : at.referrals) {
    const auto mine = at.kept.get(id).value();
    if (!mine || mine->direction != flow::Direction::sent || mine->handle.empty()) continue;
    Agency* other = find(mine->counterpart);
    const auto theirs = other->kept.by_handle(at.id(), mine->handle).value();
    if (!theirs && mine->delivery != "delivered") continue;
    if (unheard_.contains(mine->handle.text())) continue;
    if (theirs && agree(at, *mine, *other, *theirs)) continue;
    const std::string there = theirs ? theirs->state : "";
    violate("a referral is " + mine->state + " at " + at.id().text() + " and " +
            (there.empty() ? "unknown" : there) + " at " + other->id().text());
  }
}

// Whoever was sent something under a consent that is withdrawn has been told so, and heeds it.
void Watch::check_told(Agency& at) {
  for (const ReferralId& id : at.referrals) {
    const auto mine = at.kept.get(id).value();
    const bool sent = mine && mine->direction == flow::Direction::sent && !mine->handle.empty();
    if (!sent || mine->delivery != "delivered") continue;
    const auto asked = flow::decode_request(mine->body).value().request;
    const Person person = at.kept.get(mine->person).value();
    const bool withdrawn = std::any_of(
        person.consents.begin(), person.consents.end(),
        [&](const Consent& one) { return one.id == asked.consent && one.state == "withdrawn"; });
    const Agency* other = find(mine->counterpart);
    if (withdrawn && !unheard_.contains(mine->handle.text()) &&
        !stops_.contains({other->number, at.id().text(), mine->handle.text()})) {
      violate(other->id().text() + " was not told of a withdrawal at " + at.id().text());
    }
  }
}

// What a person asked last at the service's counter, and what who referred holds it for.
void Watch::check_rights_there(Agency& at) {
  for (const ReferralId& id : at.referrals) {
    const auto mine = at.kept.get(id).value();
    const bool sent = mine && mine->direction == flow::Direction::sent && !mine->handle.empty();
    if (!sent) continue;
    Agency* other = find(mine->counterpart);
    const auto theirs = other->kept.by_handle(at.id(), mine->handle).value();
    if (!theirs) continue;
    const auto kept = flow::decode_request(mine->body).value().rights_there;
    const auto notices = other->kept.about(theirs->person).value();
    for (const auto event : {ledger::Event::objection, ledger::Event::restricted}) {
      const flow::Notice* last = nullptr;
      bool all_heard = true;
      for (const flow::Notice& one : notices) {
        if (one.event != event || one.handle != mine->handle) continue;
        if (last == nullptr || last->asked <= one.asked) last = &one;
        all_heard = all_heard && one.answered.has_value();
      }
      const bool holds = std::count(kept.begin(), kept.end(), ledger::code_of(event)) > 0;
      if (last == nullptr || !all_heard || last->lifted != holds) continue;
      violate(at.id().text() + " does not hold to what was asked at " + other->id().text());
    }
  }
}

void Watch::healed() {
  for (Agency* at : agencies_) {
    restarted(*at);
    check_outbox(*at);
  }
  for (Agency* at : agencies_) check_received(*at);
  for (Agency* at : agencies_) check_told(*at);
  for (Agency* at : agencies_) check_states(*at);
  for (Agency* at : agencies_) check_rights_there(*at);
}

}  // namespace relais::simulation
