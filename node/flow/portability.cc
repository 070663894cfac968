// SPDX-License-Identifier: Apache-2.0
#include "node/flow/portability.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "node/core/rfc3339.h"
#include "node/flow/access.h"
#include "node/flow/payload.h"
#include "node/flow/reading.h"
#include "node/flow/statement_line.h"
#include "node/flow/suspension.h"
#include "node/flow/withhold.h"
#include "policy/text.h"

namespace relais::flow {
namespace {

using Json = nlohmann::ordered_json;

// Written by professionals about the person, not provided by them.
constexpr std::array<std::string_view, 5> kNotProvided{"assessment.professional", "concern.child",
                                                       "coordination.needed", "outcome.code",
                                                       "outcome.met"};
// Where the person can be found, and from what they fled: theirs alone to carry.
constexpr std::array<std::string_view, 4> kSubjectOnly{"contact.point", "location.current",
                                                       "location.protected", "violence.victim"};

struct Carried {
  Json items = Json::array();
  Json left_out = Json::array();
};

void leave_out(const std::string& category, const char* why, Carried& carried) {
  const Json one = {{"category", category}, {"why", why}};
  auto& all = carried.left_out;
  if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

void add_item(const Line& line, const StoredReferral& referral, const AskedItem& item,
              const std::string& requester, Carried& carried) {
  if (policy::is_one_of(kNotProvided, item.category)) {
    return leave_out(item.category, "not_provided_by_the_person", carried);
  }
  if (requester != "subject" && policy::is_one_of(kSubjectOnly, item.category)) {
    return leave_out(item.category, "given_to_the_person_alone", carried);
  }
  const auto bit = line.vocabulary.find(item.category);
  const Label label = bit ? line.vocabulary.at(*bit).label : Label{item.category, item.category};
  carried.items.push_back({{"category", item.category},
                           {"label_fr", label.fr},
                           {"label_en", label.en},
                           {"value", item.value.reveal()},
                           {"given", rfc3339(referral.created)},
                           {"purpose", referral.purpose}});
}

struct Asking {
  const Line& line;
  const std::string& requester;
  Date today;
  std::vector<Suspension> suspensions;
};

// The same readers are kept from the request as from its entry, as long.
bool is_kept_back(const Asking& asking, const StoredReferral& referral) {
  ledger::SharedPart shared;
  shared.recipient_agency = referral.counterpart.text();
  if (covering(asking.suspensions, shared, asking.today) != nullptr) return true;
  ledger::PrivatePart part;
  withhold_if_attached(referral.attachments, {}, referral.created,
                       asking.line.settings.withhold_days, part);
  return is_withheld(part, asking.requester, asking.today);
}

Result<void> add_row(const Asking& asking, const PersonId& row, Carried& carried) {
  RELAIS_TRY(referrals, asking.line.referrals.of_person(row));
  for (const StoredReferral& referral : referrals) {
    if (referral.direction != Direction::sent || is_kept_back(asking, referral)) continue;
    RELAIS_TRY(kept, decode_request(referral.body));
    for (const AskedItem& item : kept.request.items) {
      add_item(asking.line, referral, item, asking.requester, carried);
    }
  }
  return {};
}

Json json_of(const Line& line, const Consent& consent) {
  Json recipients = Json::array();
  for (const AgencyId& one : consent.recipients) recipients.push_back(one.text());
  return {{"consent_id", consent.id.text()},
          {"version", consent.version},
          {"state", consent.state},
          {"giver", consent.giver},
          {"form", consent.form},
          {"language", consent.language},
          {"notice_version", consent.notice_version},
          {"recipients", recipients},
          {"purposes", consent.purposes},
          {"categories", line.vocabulary.codes(consent.categories)},
          {"valid_from", rfc3339(consent.valid_from)},
          {"valid_until", rfc3339(consent.valid_until)}};
}

Json document_of(const Line& line, const Person& person, const std::string& requester) {
  const std::string& id = line.settings.agency.text();
  const Label name = line.directories.current()->name_of(line.settings.agency);
  Json consents = Json::array();
  for (const Consent& one : person.consents) consents.push_back(json_of(line, one));
  return {{"format", "relais/portability/v1"},
          {"law", "GDPR, art. 20"},
          {"agency", {{"id", id}, {"name_fr", name.fr}, {"name_en", name.en}}},
          {"made", rfc3339(line.clock.now())},
          {"requester", requester},
          {"person",
           {{"age_band", person.facts.age_band},
            {"objection", person.in_row.objection},
            {"restriction", person.in_row.restriction}}},
          {"consents", consents}};
}

}  // namespace

Result<Portable> export_person(const Line& line, const Caller& caller,
                               const PersonReference& reference, const std::string& requester) {
  RELAIS_TRY_VOID(check_requester(requester));
  RELAIS_TRY(rows, line.people.filed_under(reference));
  if (rows.empty()) return fail(FaultKind::not_found, "nobody is filed under this reference");
  RELAIS_TRY(person, line.people.get(rows.front()));
  RELAIS_TRY(suspensions, suspensions_of(line, rows));
  const Asking asking{line, requester, Date::of(line.clock.now()), std::move(suspensions)};
  Carried carried;
  for (const PersonId& row : rows) RELAIS_TRY_VOID(add_row(asking, row, carried));
  const Label words{"Un fichier de ce que vous nous avez donné a été demandé.",
                    "A file of what you gave us was asked for."};
  const uint64_t items = carried.items.size();
  RELAIS_TRY(index, record_reading(line, caller, rows.front(), requester, "exported", words,
                                   {{"items", std::to_string(items)}}));
  Json document = document_of(line, person, requester);
  document["provided"] = std::move(carried.items);
  document["left_out"] = std::move(carried.left_out);
  document["ledger_index"] = index;
  return Portable{document.dump(2) + "\n", items, index};
}

}  // namespace relais::flow
