// SPDX-License-Identifier: Apache-2.0
#include "node/flow/suspension.h"

#include <algorithm>

#include "node/flow/entry.h"

namespace relais::flow {
namespace {

constexpr const char* kStatus = "accounting_suspended";
constexpr const char* kStatute = "suspended_accounting";
constexpr const char* kForm = "suspension_form";

std::optional<Suspension> read(const ledger::SharedPart& shared,
                               const ledger::PrivatePart& privately) {
  if (shared.event != ledger::Event::restricted || shared.status != kStatus) return std::nullopt;
  const auto until = Date::parse(privately.withheld_until);
  if (!until) return std::nullopt;
  return Suspension{detail_of(privately, kStatute), shared.recipient_agency,
                    detail_of(privately, kForm), privately.withheld_basis, *until};
}

Result<Date> end_of(const SuspensionAsked& asked, int oral_days, Date today) {
  if (asked.form == "oral") {
    if (asked.until.empty()) return today.plus_days(oral_days);
    return fail(FaultKind::invalid, "the law fixes the end of an oral suspension", "until");
  }
  if (asked.form != "written") {
    return fail(FaultKind::invalid, "a statement is oral or written", "form");
  }
  const auto until = Date::parse(asked.until);
  if (!until || *until <= today) {
    return fail(FaultKind::invalid, "a written statement names a day to come", "until");
  }
  return *until;
}

Result<const policy::Accounting*> statute_of(const policy::Law& law, const std::string& id) {
  const policy::Accounting* statute = law.accounting(id);
  if (statute == nullptr) return fail(FaultKind::invalid, "no pack has this accounting", "statute");
  if (statute->suspended_by.empty()) {
    return fail(FaultKind::invalid, "nobody can put this accounting off", "statute");
  }
  return statute;
}

Result<const Agency*> agency_of(const Directory& directory, const policy::Accounting& statute,
                                const AgencyId& id) {
  const Agency* agency = directory.find(id);
  const auto& may = statute.suspended_by;
  if (agency == nullptr || std::find(may.begin(), may.end(), agency->category) == may.end()) {
    return fail(FaultKind::invalid, "this agency cannot put the accounting off", "recipient");
  }
  return agency;
}

Draft draft_suspension(const Line& line, const Caller& caller, const PersonId& person,
                       const SuspensionAsked& asked, const policy::Accounting& statute,
                       const Agency& agency, Date until) {
  Draft draft = draft_entry(line, ledger::Event::restricted, person, caller.trace_id);
  draft.shared.status = kStatus;
  draft.shared.purpose = "subject_rights";
  draft.shared.sender_agency = line.settings.agency.text();
  draft.shared.recipient_agency = agency.id.text();
  draft.shared.recipient_name = both(agency.name);
  draft.private_part.asking_role = caller.acting.role;
  add_details({{kStatute, statute.id}, {kForm, asked.form}}, draft.private_part);
  draft.private_part.visibility = ledger::Visibility::withheld;
  draft.private_part.withheld_until = until.text();
  draft.private_part.withheld_basis = statute.suspension_cite;
  say(draft,
      "Une autorité nous a demandé de ne pas vous dire, pour un temps, ce que nous lui avons "
      "transmis.",
      "An authority asked us not to tell you, for a time, what we passed on to it.");
  return draft;
}

}  // namespace

Result<void> add_suspensions(const std::vector<AccountEntry>& entries,
                             std::vector<Suspension>& suspensions) {
  for (const AccountEntry& entry : entries) {
    RELAIS_TRY(shared, ledger::decode_shared(entry.shared_bytes));
    RELAIS_TRY(privately, ledger::decode_private(entry.private_bytes));
    if (auto suspension = read(shared, privately)) suspensions.push_back(std::move(*suspension));
  }
  return {};
}

Result<std::vector<Suspension>> suspensions_of(const Line& line,
                                               const std::vector<PersonId>& rows) {
  std::vector<Suspension> all;
  for (const PersonId& row : rows) {
    RELAIS_TRY(entries, line.account.entries(row));
    RELAIS_TRY_VOID(add_suspensions(entries, all));
  }
  return all;
}

const Suspension* covering(const std::vector<Suspension>& suspensions,
                           const ledger::SharedPart& shared, Date today) {
  const Suspension* longest = nullptr;
  for (const Suspension& one : suspensions) {
    const bool with = shared.recipient_agency == one.agency || shared.sender_agency == one.agency;
    if (!with || one.until <= today) continue;
    if (longest == nullptr || longest->until < one.until) longest = &one;
  }
  return longest;
}

Result<Suspended> suspend_accounting(const Line& line, const Caller& caller,
                                     const SuspensionAsked& asked) {
  const auto law = line.laws.current();
  const auto directory = line.directories.current();
  RELAIS_TRY(statute, statute_of(*law, asked.statute));
  RELAIS_TRY(agency, agency_of(*directory, *statute, asked.agency));
  RELAIS_TRY(until, end_of(asked, statute->oral_days, Date::of(line.clock.now())));
  RELAIS_TRY(rows, line.people.filed_under(asked.person));
  if (rows.empty()) return fail(FaultKind::not_found, "nobody is filed under this reference");
  RELAIS_TRY(before, suspensions_of(line, rows));
  const bool again = std::any_of(before.begin(), before.end(), [&](const Suspension& one) {
    return one.form == "oral" && one.agency == asked.agency.text() && one.statute == asked.statute;
  });
  if (asked.form == "oral" && again) {
    return fail(FaultKind::precondition, "an oral suspension is not renewed by word of mouth",
                "form");
  }
  RELAIS_TRY(outcome, line.ledger.append(draft_suspension(line, caller, rows.front(), asked,
                                                          *statute, *agency, until)));
  auto* appended = std::get_if<Appended>(&outcome);
  RELAIS_CHECK(appended != nullptr);
  return Suspended{until.text(), appended->index};
}

}  // namespace relais::flow
