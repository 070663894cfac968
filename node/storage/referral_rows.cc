// SPDX-License-Identifier: Apache-2.0
#include "node/storage/referral_rows.h"

#include <utility>

#include "node/storage/person_rows.h"
#include "node/storage/sealed.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

enum Column {
  kId,
  kReceived,
  kDisclosure,
  kHandle,
  kPerson,
  kCounterpart,
  kService,
  kPurpose,
  kState,
  kReason,
  kDelivery,
  kLedger,
  kIndex,
  kAttachments,
  kCreated,
  kExpires,
  kSequenceOut,
  kSequenceIn,
  kDuty,
  kBody,
  kReference,
  kKeyEpoch
};

std::vector<std::string> split_lines(const std::string& joined) {
  std::vector<std::string> lines;
  for (size_t start = 0; start < joined.size();) {
    const size_t end = joined.find('\n', start);
    lines.push_back(joined.substr(start, end - start));
    start = end == std::string::npos ? joined.size() : end + 1;
  }
  return lines;
}

void read_words(const pqxx::row& row, flow::StoredReferral& referral) {
  referral.handle = Handle(row[kHandle].as<std::string>());
  referral.counterpart = AgencyId(row[kCounterpart].as<std::string>());
  referral.service = ServiceId(row[kService].as<std::string>());
  referral.purpose = row[kPurpose].as<std::string>();
  referral.state = row[kState].as<std::string>();
  referral.reason = row[kReason].as<std::string>();
  referral.delivery = row[kDelivery].as<std::string>();
  referral.attachments = split_lines(row[kAttachments].as<std::string>());
}

void read_numbers(const pqxx::row& row, flow::StoredReferral& referral) {
  referral.direction =
      row[kReceived].as<bool>() ? flow::Direction::received : flow::Direction::sent;
  referral.index = row[kIndex].as<uint64_t>();
  referral.created = from_unix_ms(row[kCreated].as<int64_t>());
  referral.expires = from_unix_ms(row[kExpires].as<int64_t>());
  referral.sequence_out = row[kSequenceOut].as<uint64_t>();
  referral.sequence_in = row[kSequenceIn].as<uint64_t>();
  referral.duty = row[kDuty].as<bool>();
}

}  // namespace

std::string join_lines(const std::vector<std::string>& lines) {
  std::string joined;
  for (const std::string& line : lines) {
    if (!joined.empty()) joined += '\n';
    joined += line;
  }
  return joined;
}

Result<flow::StoredReferral> referral_of(const pqxx::row& row, const Keyring& keyring) {
  flow::StoredReferral referral;
  referral.id = ReferralId(row[kId].as<std::string>());
  referral.disclosure = DisclosureId(row[kDisclosure].as<std::string>(""));
  read_words(row, referral);
  read_numbers(row, referral);
  std::optional<PersonId> person;
  if (!row[kPerson].is_null()) person.emplace(row[kPerson].as<std::string>());
  RELAIS_TRY(key, key_or_agency(row, kKeyEpoch, person, keyring));
  referral.person = person.value_or(PersonId{});
  RELAIS_TRY(body, ledger::open(key, referral_bound_to(referral.id), bytes_of(row[kBody])));
  referral.body = std::move(body);
  if (person && !row[kReference].is_null()) {
    RELAIS_TRY(reference,
               ledger::open(key, reference_bound_to(*person), bytes_of(row[kReference])));
    referral.reference = PersonReference(std::move(reference));
  }
  return referral;
}

}  // namespace relais::storage
