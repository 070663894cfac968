// SPDX-License-Identifier: Apache-2.0
#include "node/storage/person_rows.h"

#include <utility>

#include "node/storage/sealed.h"

namespace relais::storage {
namespace {

const Statement kGet{"person_get", RELAIS_SELECT_PERSON "WHERE p.id = $1::uuid"};

enum Column {
  kId,
  kEpoch,
  kObjection,
  kRestriction,
  kKeyEpoch,
  kKey,
  kFacts,
  kConsent,
  kVersion,
  kSealed
};

Result<Consent> open_consent(const pqxx::row& row, const ledger::SealKey& key) {
  const ConsentId id(row[kConsent].as<std::string>());
  const auto version = row[kVersion].as<int32_t>();
  RELAIS_TRY(plain, ledger::open(key, consent_bound_to(id, version), bytes_of(row[kSealed])));
  return unpack_consent(plain);
}

}  // namespace

Result<ledger::SealKey> key_of(const pqxx::row& row, pqxx::row::size_type at,
                               const PersonId& person, const Keyring& keyring) {
  return keyring.unwrap(person, WrappedKey{row[at].as<int32_t>(), bytes_of(row[at + 1])});
}

Result<ledger::SealKey> key_or_agency(const pqxx::row& row, pqxx::row::size_type at,
                                      const std::optional<PersonId>& person,
                                      const Keyring& keyring) {
  if (!person) return keyring.agency_key();
  if (row[at].is_null())
    return fail(FaultKind::corrupt, "a row is about a person that is not there");
  return key_of(row, at, *person, keyring);
}

Result<std::optional<Person>> person_of(const pqxx::result& rows, const Keyring& keyring) {
  if (rows.empty()) return std::nullopt;
  const pqxx::row first = rows[0];
  Person person;
  person.id = PersonId(first[kId].as<std::string>());
  person.epoch = first[kEpoch].as<int64_t>();
  person.objection = first[kObjection].as<bool>();
  person.restriction = first[kRestriction].as<bool>();
  RELAIS_TRY(key, key_of(first, kKeyEpoch, person.id, keyring));
  if (!first[kFacts].is_null()) {
    RELAIS_TRY(plain, ledger::open(key, facts_bound_to(person.id), bytes_of(first[kFacts])));
    RELAIS_TRY(facts, unpack_facts(plain));
    person.facts = std::move(facts);
  }
  for (const auto& row : rows) {
    if (row[kConsent].is_null()) continue;
    RELAIS_TRY(consent, open_consent(row, key));
    person.consents.push_back(std::move(consent));
  }
  return person;
}

Result<std::optional<Person>> read_person(Work& work, const PersonId& id, const Keyring& keyring) {
  return person_of(run(work, kGet, text(id.text())), keyring);
}

}  // namespace relais::storage
