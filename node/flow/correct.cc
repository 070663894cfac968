// SPDX-License-Identifier: Apache-2.0
#include "node/flow/correct.h"

#include <algorithm>
#include <set>

#include "node/core/minimal.h"
#include "node/flow/carried.h"
#include "node/flow/entry.h"
#include "node/flow/explain.h"
#include "node/flow/payload.h"
#include "node/flow/question.h"
#include "node/flow/record.h"
#include "node/flow/tell.h"
#include "policy/decide.h"

namespace relais::flow {
namespace {

Result<void> check_items(const Line& line, const std::vector<AskedItem>& items) {
  if (items.empty() || items.size() > kMostItems) {
    return fail(FaultKind::invalid, "a correction has 1 to 128 items", "items");
  }
  std::set<std::string> seen;
  for (const AskedItem& item : items) {
    const auto bit = line.vocabulary.find(item.category);
    if (!bit || line.vocabulary.at(*bit).tier == 4 || line.vocabulary.at(*bit).tier == 0) {
      return fail(FaultKind::invalid, "no such category is ever sent", "items");
    }
    if (!seen.insert(item.category).second) {
      return fail(FaultKind::invalid, "a category is corrected once", item.category);
    }
    RELAIS_TRY_VOID(line.vocabulary.check_value(*bit, item.value.reveal()));
  }
  return {};
}

Label corrected_words(const Line& line, const std::vector<AskedItem>& items) {
  Label names;
  for (const AskedItem& item : items) {
    const Label& label = line.vocabulary.at(*line.vocabulary.find(item.category)).label;
    names.fr += (names.fr.empty() ? "" : ", ") + label.fr;
    names.en += (names.en.empty() ? "" : ", ") + label.en;
  }
  return {"Nous avons corrigé : " + names.fr + ".", "We corrected: " + names.en + "."};
}

// The received referral of a row, and what of the correction is about items that came with it.
struct Held {
  StoredReferral referral;
  std::vector<AskedItem> items;  // as they are now
  std::vector<AskedItem> put_right;
};
Result<std::optional<Held>> held_of(const Line& line, const PersonId& row,
                                    const std::vector<AskedItem>& items) {
  RELAIS_TRY(referrals, line.referrals.of_person(row));
  for (StoredReferral& referral : referrals) {
    if (referral.direction != Direction::received) continue;
    Held held;
    RELAIS_TRY(decoded, decode_items(referral.body));
    held.items = std::move(decoded);
    held.put_right = put_right(items, held.items);
    if (held.put_right.empty()) continue;
    held.referral = std::move(referral);
    return held;
  }
  return std::optional<Held>();
}

// What came from another agency is put right where it is kept, and that agency is told that it was
// wrong.
void put_change(const Held& held, Draft& draft) {
  ReferralChange change;
  change.id = held.referral.id;
  change.body = encode_items(held.items);
  draft.change = std::move(change);
  draft.expected = ExpectedState{held.referral.id, held.referral.state, held.referral.sequence_out};
}

Result<Draft> draft_corrected(const Line& line, const Caller& caller, const PersonId& person,
                              const std::vector<AskedItem>& items) {
  Draft draft = draft_entry(line, ledger::Event::corrected, person, caller.trace_id);
  draft.shared.purpose = "subject_rights";
  draft.shared.status = "in_force";
  draft.private_part.asking_role = caller.acting.role;
  draft.payload = encode_items(items);
  const Label words = corrected_words(line, items);
  say(draft, words.fr, words.en);
  Telling telling = telling_of(draft);
  for (const AskedItem& item : items) telling.categories.push_back(item.category);
  RELAIS_TRY_VOID(put_notices(line, telling, draft));
  RELAIS_TRY(held, held_of(line, person, items));
  if (held) put_change(*held, draft);
  return draft;
}

// What of the correction a row is about: what came with its referral, and what was told back of it.
Result<std::vector<AskedItem>> about_row(const Line& line, const PersonId& row,
                                         const std::vector<AskedItem>& items) {
  std::set<std::string> known;
  RELAIS_TRY(held, held_of(line, row, items));
  if (held) {
    for (const AskedItem& item : held->put_right) known.insert(item.category);
  }
  RELAIS_TRY(entries, line.account.entries(row));
  for (const AccountEntry& entry : entries) {
    RELAIS_TRY(shared, ledger::decode_shared(entry.shared_bytes));
    const bool told = shared.event == ledger::Event::disclosed &&
                      shared.sender_agency == line.settings.agency.text();
    if (told) known.insert(shared.categories_released.begin(), shared.categories_released.end());
  }
  std::vector<AskedItem> about = items;
  std::erase_if(about, [&](const AskedItem& item) { return known.count(item.category) == 0; });
  return about;
}

// What is put right in each of the person's rows: everything in the agency's own, and in one that
// another agency's referral opened what is about it.
struct Corrected {
  PersonId person;
  std::vector<AskedItem> items;
};
Result<std::vector<Corrected>> rows_of(const Line& line, const PersonReference& reference,
                                       const std::vector<AskedItem>& items) {
  RELAIS_TRY(own, line.people.find(reference));
  RELAIS_TRY(filed, line.people.filed_under(reference));
  std::vector<Corrected> rows;
  if (own) rows.push_back({own->id, items});
  for (const PersonId& person : filed) {
    if (own && person == own->id) continue;
    RELAIS_TRY(about, about_row(line, person, items));
    if (!about.empty()) rows.push_back({person, std::move(about)});
  }
  if (rows.empty() && !filed.empty()) rows.push_back({filed.front(), items});
  return rows;
}

// What of the correction is about categories this recipient has.
struct Wanted {
  std::vector<AskedItem> items;
  bool confirmed = false;  // it had them because a human confirmed a duty
};
Result<Wanted> wanted_by(const Line& line, const Notice& notice) {
  RELAIS_TRY(entries, line.account.entries(notice.person));
  Wanted wanted;
  std::set<std::string> received;
  for (const AccountEntry& entry : entries) {
    RELAIS_TRY(shared, ledger::decode_shared(entry.shared_bytes));
    if (shared.entry_id == notice.cause.text()) {
      RELAIS_TRY(items, decode_items(entry.payload));
      wanted.items = std::move(items);
    }
    const bool sent = shared.event == ledger::Event::disclosed &&
                      shared.handle == notice.handle.text() &&
                      shared.recipient_agency == notice.peer.text();
    if (!sent) continue;
    received.insert(shared.categories_released.begin(), shared.categories_released.end());
    wanted.confirmed |= shared.status == "obliged";
  }
  std::erase_if(wanted.items,
                [&](const AskedItem& item) { return received.count(item.category) == 0; });
  return wanted;
}

// A disclosure in all but its name: the same decision, record and guard.
Draft as_notice(const Line& line, const Notice& notice, bool confirmed, Draft draft) {
  Draft told = draft_notice(line, notice);
  draft.shared.event = told.shared.event;
  draft.shared.entry_id = told.shared.entry_id;
  draft.shared.status = told.shared.status;
  draft.queued = told.queued;
  draft.referral.reset();
  if (confirmed) add_details({{kConfirmed, "true"}}, draft.private_part);
  say(draft, told.private_part.sentence_fr, told.private_part.sentence_en);
  return draft;
}

}  // namespace

Result<uint64_t> correct(const Line& line, const Caller& caller, const PersonReference& reference,
                         const std::vector<AskedItem>& items) {
  RELAIS_TRY_VOID(check_items(line, items));
  RELAIS_TRY(rows, rows_of(line, reference, items));
  if (rows.empty()) return fail(FaultKind::not_found, "nobody is filed under this reference");
  std::optional<uint64_t> first;
  for (const Corrected& row : rows) {
    RELAIS_TRY(index, exercise(line, [&] {
                 return draft_corrected(line, caller, row.person, row.items);
               }));
    if (!first) first = index;
  }
  return *first;
}

Result<Draft> draft_correction(const Line& line, const Notice& notice,
                               const StoredReferral& referral) {
  RELAIS_TRY(wanted, wanted_by(line, notice));
  RELAIS_TRY(kept, decode_request(referral.body));
  RELAIS_TRY(here, line.people.get(notice.person));
  const Person person = person_there(std::move(here), kept);
  kept.request.items = std::move(wanted.items);
  auto question = ask(line, person, kept.request, kept.role, Stage{kStageOfCorrections});
  if (!question && question.error().retryable()) return tl::unexpected(question.error());
  if (!question) return draft_notice(line, notice);
  question->scope.confirmed_by_human = wanted.confirmed;
  policy::Ruling ruling = policy::decide(*question->law, question->facts, question->scope);
  if (!ruling.permit) return draft_notice(line, notice);
  Referral asked = referral_of(line, referral, *question);
  asked.disclosure = notice.id;
  const Minimal minimal = minimise(std::move(asked), std::move(*ruling.permit));
  if (minimal.referral().items.empty()) return draft_notice(line, notice);
  const Explained explained = explain(line, *question, std::move(ruling.decision));
  Recording recording = recording_of(line, *question, explained, person, kept.role);
  recording.referral = referral;
  return as_notice(line, notice, wanted.confirmed,
                   draft_disclosure(line, minimal, std::move(recording)));
}

}  // namespace relais::flow
