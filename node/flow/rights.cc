// SPDX-License-Identifier: Apache-2.0
#include "node/flow/rights.h"

#include <algorithm>
#include <array>

#include "node/flow/consent_asked.h"
#include "node/flow/entry.h"
#include "node/flow/fresh.h"
#include "node/flow/said_before.h"
#include "node/flow/tell.h"
#include "node/flow/words.h"
#include "policy/text.h"

namespace relais::flow {
namespace {

constexpr std::array<std::string_view, 5> kAgeBands{"", "u13", "13_14", "15_17", "adult"};
constexpr std::array<std::string_view, 5> kCapacities{"", "full", "assisted", "represented",
                                                      "unable"};
constexpr std::array<std::string_view, 5> kOrigins{"part2", "vawa", "ferpa", "child_protection",
                                                   "control"};
constexpr const char* kInForce = "in_force";
constexpr const char* kLifted = "lifted";

Result<void> check_facts(const PersonFacts& facts) {
  if (!policy::is_one_of(kAgeBands, facts.age_band)) {
    return fail(FaultKind::invalid, "age_band is u13, 13_14, 15_17 or adult", "age_band");
  }
  if (!policy::is_one_of(kCapacities, facts.capacity)) {
    return fail(FaultKind::invalid, "capacity is full, assisted, represented or unable",
                "capacity");
  }
  for (const std::string& label : facts.origin) {
    if (!policy::is_one_of(kOrigins, label)) {
      return fail(FaultKind::invalid, "origin is part2, vawa, ferpa, child_protection or control",
                  "origin");
    }
  }
  return {};
}

Result<uint64_t> append(const Line& line, Draft draft) {
  RELAIS_TRY(outcome, line.ledger.append(std::move(draft)));
  auto* appended = std::get_if<Appended>(&outcome);
  RELAIS_CHECK(appended != nullptr);
  return appended->index;
}

Draft draft_consent(const Line& line, const Caller& caller, const Person& person,
                    ledger::Event event, Consent consent) {
  Draft draft = draft_entry(line, event, person.id, caller.trace_id);
  draft.shared.status = consent.state;
  draft.shared.purpose = consent.purposes.size() == 1 ? consent.purposes.front() : "";
  draft.private_part.consent_id = consent.id.text();
  draft.private_part.consent_version = static_cast<uint64_t>(consent.version);
  draft.private_part.asking_role = caller.acting.role;
  draft.consent = std::move(consent);
  return draft;
}

ledger::Event event_of(Right right) {
  return right == Right::objection ? ledger::Event::objection : ledger::Event::restricted;
}

Result<Draft> draft_right(const Line& line, const Caller& caller, const PersonId& row, Right right,
                          bool lifted) {
  const bool objects = right == Right::objection;
  Draft draft = draft_entry(line, event_of(right), row, caller.trace_id);
  draft.private_part.asking_role = caller.acting.role;
  draft.shared.status = lifted ? kLifted : kInForce;
  draft.rights = RightsChange{};
  (objects ? draft.rights->objection : draft.rights->restriction) = !lifted;
  const Label words = right_words(objects, lifted);
  say(draft, words.fr, words.en);
  Telling telling = telling_of(draft);
  telling.lifted = lifted;
  RELAIS_TRY_VOID(put_notices(line, telling, draft));
  return draft;
}

Result<Draft> draft_withdrawal(const Line& line, const Caller& caller, const Person& person,
                               const ConsentId& id, const std::string& reason) {
  const auto known = std::find_if(person.consents.begin(), person.consents.end(),
                                  [&](const Consent& one) { return one.id == id; });
  if (known == person.consents.end()) {
    return fail(FaultKind::not_found, "this person has no such consent", "consent_id");
  }
  Draft draft =
      draft_consent(line, caller, person, ledger::Event::consent_withdrawn, known->withdrawn());
  draft.shared.reason = reason;
  say(draft, "Vous avez retiré votre accord. Ce qui n'est pas encore parti ne partira pas.",
      "You withdrew your consent. What has not left yet will not leave.");
  Telling telling = telling_of(draft);
  telling.consent = id.text();
  RELAIS_TRY_VOID(put_notices(line, telling, draft));
  return draft;
}

Result<Draft> draft_taken_back(const Line& line, const Caller& caller, const PersonId& row,
                               const ConsentId& id) {
  Draft draft = draft_entry(line, ledger::Event::consent_withdrawn, row, caller.trace_id);
  draft.private_part.asking_role = caller.acting.role;
  draft.private_part.consent_id = id.text();
  draft.shared.status = "withdrawn";
  say(draft, "Vous avez retiré votre accord pour ce que nous avons répondu.",
      "You withdrew your consent for what we answered.");
  Telling telling = telling_of(draft);
  telling.consent = id.text();
  RELAIS_TRY_VOID(put_notices(line, telling, draft));
  return draft;
}

// What was told back about referrals of other agencies stands in rows of their own. Each is told
// after the consent is withdrawn, when no more can leave under it.
Result<void> tell_of_outcomes(const Line& line, const Caller& caller,
                              const PersonReference& reference, const ConsentId& id) {
  RELAIS_TRY(rows, line.people.filed_under(reference));
  RELAIS_TRY(own, line.people.find(reference));
  for (const PersonId& row : rows) {
    if (own && row == own->id) continue;
    RELAIS_TRY(entries, line.account.entries(row));
    Telling telling;
    telling.event = ledger::Event::consent_withdrawn;
    telling.person = row;
    telling.consent = id.text();
    std::vector<Notice> told;
    RELAIS_TRY_VOID(add_notices(line, entries, telling, told));
    RELAIS_TRY(before, withdrawal_before(entries, id));
    if (told.empty() || before) continue;
    RELAIS_TRY_VOID(exercise(line, [&] { return draft_taken_back(line, caller, row, id); }));
  }
  return {};
}

// The entry of a withdrawal that was said before and still stands.
Result<std::optional<uint64_t>> withdrawn_before(const Line& line, const PersonReference& reference,
                                                 const ConsentId& id) {
  RELAIS_TRY(person, line.people.find(reference));
  if (!person) return std::optional<uint64_t>();
  const auto& all = person->consents;
  const bool stands = std::any_of(all.begin(), all.end(), [&](const Consent& one) {
    return one.id == id && one.state == "withdrawn";
  });
  if (!stands) return std::optional<uint64_t>();
  RELAIS_TRY(entries, line.account.entries(person->id));
  return withdrawal_before(entries, id);
}

Result<uint64_t> record_in(const Line& line, const Caller& caller, const PersonId& row, Right right,
                           bool lifted) {
  RELAIS_TRY(entries, line.account.entries(row));
  RELAIS_TRY(before, right_before(entries, event_of(right), lifted ? kLifted : kInForce));
  if (before) return *before;
  return exercise(line, [&] { return draft_right(line, caller, row, right, lifted); });
}

}  // namespace

Result<uint64_t> record_person(const Line& line, const Caller& caller,
                               const PersonReference& reference, const PersonFacts& facts) {
  RELAIS_TRY_VOID(check_facts(facts));
  RELAIS_TRY(person, line.people.open(reference));
  Draft draft = draft_entry(line, ledger::Event::corrected, person.id, caller.trace_id);
  draft.private_part.asking_role = caller.acting.role;
  draft.facts = facts;
  say(draft, "Nous avons noté ce que la loi demande de savoir pour vous orienter.",
      "We noted what the law needs to know to refer you.");
  return append(line, std::move(draft));
}

Result<ConsentRecorded> record_consent(const Line& line, const Caller& caller,
                                       const PersonReference& reference,
                                       const ConsentAsked& asked) {
  RELAIS_TRY(person, line.people.open(reference));
  RELAIS_TRY(consent, checked_consent(line, person, asked));
  const ConsentVersion key = consent.key();
  const bool given = consent.state == "given";
  Draft draft =
      draft_consent(line, caller, person, ledger::Event::consent_given, std::move(consent));
  if (given) {
    say(draft, "Vous avez donné votre accord pour transmettre certaines informations.",
        "You agreed that some information may be passed on.");
  } else {
    say(draft, "Vous n'avez pas donné votre accord.", "You did not give your consent.");
  }
  RELAIS_TRY(index, append(line, std::move(draft)));
  return ConsentRecorded{key, index};
}

Result<uint64_t> withdraw_consent(const Line& line, const Caller& caller,
                                  const PersonReference& reference, const ConsentId& id,
                                  const std::string& reason) {
  RELAIS_TRY(before, withdrawn_before(line, reference, id));
  if (!before) {
    RELAIS_TRY(index, exercise(line, [&]() -> Result<Draft> {
                 RELAIS_TRY(person, line.people.find(reference));
                 if (!person) {
                   return fail(FaultKind::not_found, "nobody is filed under this reference");
                 }
                 return draft_withdrawal(line, caller, *person, id, reason);
               }));
    before = index;
  }
  RELAIS_TRY_VOID(tell_of_outcomes(line, caller, reference, id));
  return *before;
}

Result<uint64_t> record_right(const Line& line, const Caller& caller,
                              const PersonReference& reference, Right right, bool lifted) {
  RELAIS_TRY(person, line.people.open(reference));
  RELAIS_TRY(rows, line.people.filed_under(reference));
  if (std::find(rows.begin(), rows.end(), person.id) == rows.end()) rows.push_back(person.id);
  uint64_t index = 0;
  for (const PersonId& row : rows) {
    RELAIS_TRY(recorded, record_in(line, caller, row, right, lifted));
    if (row == person.id) index = recorded;
  }
  return index;
}

Result<std::vector<Consent>> list_consents(const Line& line, const PersonReference& reference) {
  RELAIS_TRY(person, line.people.find(reference));
  if (!person) return fail(FaultKind::not_found, "nobody is filed under this reference");
  return person->consents;
}

}  // namespace relais::flow
