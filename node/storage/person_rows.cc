// SPDX-License-Identifier: Apache-2.0
#include "node/storage/person_rows.h"

#include <utility>

#include "node/storage/sealed.h"
#include "node/storage/sql_array.h"

namespace relais::storage {
namespace {

const Statement kGet{"person_get", RELAIS_SELECT_PERSON "WHERE p.id = $1::uuid"};
const Statement kGetAll{"person_get_all",
                        RELAIS_SELECT_PERSON "WHERE p.id = ANY ($1::uuid[]) ORDER BY p.id"};

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
  kSealed,
  kObjectionInRow,
  kRestrictionInRow
};

Result<Consent> open_consent(const pqxx::row& row, const ledger::SealKey& key) {
  const ConsentId id(row[kConsent].as<std::string>());
  const auto version = row[kVersion].as<int32_t>();
  RELAIS_TRY(plain, ledger::open(key, consent_bound_to(id, version), bytes_of(row[kSealed])));
  return unpack_consent(plain);
}

}  // namespace

Result<ledger::SealKey> key_of(const std::optional<WrappedKey>& wrapped, const PersonId& person,
                               const Keyring& keyring) {
  if (wrapped) return keyring.unwrap(person, *wrapped);
  return fail(FaultKind::precondition, "an erasure was asked for: nothing of it is read any more");
}

Result<ledger::SealKey> key_of(const pqxx::row& row, pqxx::row::size_type at,
                               const PersonId& person, const Keyring& keyring) {
  return key_of(wrapped_of(row[at], row[at + 1]), person, keyring);
}

Result<ledger::SealKey> key_or_agency(const pqxx::row& row, pqxx::row::size_type at,
                                      const std::optional<PersonId>& person,
                                      const Keyring& keyring) {
  if (!person) return keyring.agency_key();
  if (row[at].is_null())
    return fail(FaultKind::corrupt, "a row is about a person that is not there");
  return key_of(row, at, *person, keyring);
}

namespace {

// Rows [begin, end) are one person's.
Result<Person> one_person(const pqxx::result& rows, pqxx::result::size_type begin,
                          pqxx::result::size_type end, const Keyring& keyring) {
  const pqxx::row first = rows[begin];
  Person person;
  person.id = PersonId(first[kId].as<std::string>());
  person.epoch = first[kEpoch].as<int64_t>();
  person.objection = first[kObjection].as<bool>();
  person.restriction = first[kRestriction].as<bool>();
  person.in_row = {first[kObjectionInRow].as<bool>(), first[kRestrictionInRow].as<bool>()};
  RELAIS_TRY(key, key_of(first, kKeyEpoch, person.id, keyring));
  if (!first[kFacts].is_null()) {
    RELAIS_TRY(plain, ledger::open(key, facts_bound_to(person.id), bytes_of(first[kFacts])));
    RELAIS_TRY(facts, unpack_facts(plain));
    person.facts = std::move(facts);
  }
  for (auto at = begin; at < end; ++at) {
    if (rows[at][kConsent].is_null()) continue;
    RELAIS_TRY(consent, open_consent(rows[at], key));
    person.consents.push_back(std::move(consent));
  }
  return person;
}

}  // namespace

Result<std::optional<Person>> person_of(const pqxx::result& rows, const Keyring& keyring) {
  if (rows.empty()) return std::nullopt;
  RELAIS_TRY(person, one_person(rows, 0, rows.size(), keyring));
  return std::optional<Person>(std::move(person));
}

Result<std::map<std::string, Result<Person>>> read_persons(Work& work,
                                                           const std::vector<PersonId>& ids,
                                                           const Keyring& keyring) {
  SqlArray wanted;
  for (const PersonId& id : ids) wanted.add(id.text());
  const pqxx::result rows = run(work, kGetAll, wanted.done());
  std::map<std::string, Result<Person>> persons;
  for (pqxx::result::size_type begin = 0; begin < rows.size();) {
    const auto id = rows[begin][kId].as<std::string>();
    auto end = begin + 1;
    while (end < rows.size() && rows[end][kId].as<std::string>() == id) ++end;
    persons.emplace(id, one_person(rows, begin, end, keyring));
    begin = end;
  }
  return persons;
}

Result<std::optional<Person>> read_person(Work& work, const PersonId& id, const Keyring& keyring) {
  return person_of(run(work, kGet, text(id.text())), keyring);
}

}  // namespace relais::storage
