// SPDX-License-Identifier: Apache-2.0
#include "node/storage/referrals.h"

#include <algorithm>
#include <utility>

#include "node/ledger/encoding.h"
#include "node/storage/referral_rows.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

#define RELAIS_SELECT_REFERRAL \
  "SELECT " RELAIS_REFERRAL_COLUMNS " FROM referral r LEFT JOIN person p ON p.id = r.person "

const Statement kGet{"referral_get", RELAIS_SELECT_REFERRAL "WHERE r.id = $1::uuid"};
const Statement kByHandle{"referral_by_handle", RELAIS_SELECT_REFERRAL
                          "WHERE r.counterpart = $1 AND r.handle = $2 AND r.handle <> ''"
                          " ORDER BY r.created_ms DESC, r.id DESC LIMIT 1"};
const Statement kProbe{"referral_probe", RELAIS_SELECT_REFERRAL
                       "WHERE r.counterpart = $1 AND r.disclosure = $2::uuid"
                       " AND r.state = 'capacity_probe' LIMIT 1"};
const Statement kSubmitted{"referral_submitted",
                           "SELECT referral, body = $3 FROM submission"
                           " WHERE client = $1 AND key = $2"};
const Statement kInbox{"referral_inbox", RELAIS_SELECT_REFERRAL
                       "WHERE r.received AND (r.ledger, r.index) > ($1, $2)"
                       " ORDER BY r.ledger, r.index LIMIT $3"};
const Statement kUnanswered{"referral_unanswered", RELAIS_SELECT_REFERRAL
                            "WHERE (r.state IN ('requested', 'received', 'more_info_requested',"
                            "  'cancel_requested') OR r.state = 'capacity_probe' AND r.reason = '')"
                            " AND r.expires_ms <= $1 ORDER BY r.expires_ms LIMIT $2"};

const Statement kOfPerson{"referral_of_person", RELAIS_SELECT_REFERRAL
                          "WHERE r.person = $1::uuid ORDER BY r.created_ms, r.id"};

constexpr int kMostOnAPage = 500;

Result<std::optional<flow::StoredReferral>> only(const pqxx::result& rows, const Keyring& keyring) {
  if (rows.empty()) return std::nullopt;
  return referral_of(rows[0], keyring).map([](flow::StoredReferral&& one) {
    return std::optional(std::move(one));
  });
}

// A place in the inbox: "<ledger>.<index>", the ledger's number in this database.
struct Place {
  int32_t ledger = 0;
  int64_t index = -1;
};

std::string print_place(const pqxx::row& row) {
  return row[kReferralLedgerColumn].as<std::string>() + "." +
         row[kReferralLedgerColumn + 1].as<std::string>();
}

std::optional<int64_t> parse_number(std::string_view text, uint64_t most) {
  const std::optional<uint64_t> value = ledger::from_decimal(text);
  if (!value.has_value() || *value > most) return std::nullopt;
  return static_cast<int64_t>(*value);
}

Result<Place> parse_place(std::string_view token) {
  if (token.empty()) return Place{};
  const size_t dot = token.find('.');
  if (dot != std::string_view::npos) {
    const auto ledger = parse_number(token.substr(0, dot), INT32_MAX);
    const auto index = parse_number(token.substr(dot + 1), INT64_MAX);
    if (ledger && index) return Place{static_cast<int32_t>(*ledger), *index};
  }
  return fail(FaultKind::invalid, "not a place in the inbox", "page_token");
}

}  // namespace

Result<std::optional<flow::StoredReferral>> ReferralStore::get(const ReferralId& id) {
  return once(pool_, [&](Work& work) { return only(run(work, kGet, text(id.text())), keyring_); });
}

Result<std::optional<flow::StoredReferral>> ReferralStore::by_handle(const AgencyId& counterpart,
                                                                     const Handle& handle) {
  return once(pool_, [&](Work& work) {
    return only(run(work, kByHandle, text(counterpart.text()), text(handle.text())), keyring_);
  });
}

Result<std::optional<flow::StoredReferral>> ReferralStore::probe(const AgencyId& counterpart,
                                                                 const DisclosureId& disclosure) {
  return once(pool_, [&](Work& work) {
    return only(run(work, kProbe, text(counterpart.text()), text(disclosure.text())), keyring_);
  });
}

Result<std::optional<flow::Existing>> ReferralStore::submitted(const flow::Submission& submission) {
  const Bytes body(view(submission.body));
  return once(pool_, [&](Work& work) -> Result<std::optional<flow::Existing>> {
    const pqxx::result rows =
        run(work, kSubmitted, text(submission.client), text(submission.key), bytea(body));
    if (rows.empty()) return std::nullopt;
    return flow::Existing{ReferralId(rows[0][0].as<std::string>()), rows[0][1].as<bool>()};
  });
}

Result<flow::InboxPage> ReferralStore::inbox(const std::string& after, int limit) {
  RELAIS_TRY(place, parse_place(after));
  const int most = std::clamp(limit, 1, kMostOnAPage);
  return once(pool_, [&, place = place](Work& work) -> Result<flow::InboxPage> {
    flow::InboxPage page;
    for (const auto& row : run(work, kInbox, place.ledger, place.index, most)) {
      RELAIS_TRY(referral, referral_of(row, keyring_));
      page.referrals.push_back(std::move(referral));
      page.tokens.push_back(print_place(row));
    }
    return page;
  });
}

Result<std::vector<flow::StoredReferral>> ReferralStore::unanswered(Instant now, int limit) {
  return once(pool_, [&](Work& work) -> Result<std::vector<flow::StoredReferral>> {
    std::vector<flow::StoredReferral> late;
    for (const auto& row : run(work, kUnanswered, unix_ms(now), limit)) {
      auto referral = referral_of(row, keyring_);
      if (referral) late.push_back(*std::move(referral));
    }
    return late;
  });
}

Result<std::vector<flow::StoredReferral>> ReferralStore::of_person(const PersonId& person) {
  return once(pool_, [&](Work& work) -> Result<std::vector<flow::StoredReferral>> {
    std::vector<flow::StoredReferral> all;
    for (const auto& row : run(work, kOfPerson, text(person.text()))) {
      RELAIS_TRY(referral, referral_of(row, keyring_));
      all.push_back(std::move(referral));
    }
    return all;
  });
}

}  // namespace relais::storage
