// SPDX-License-Identifier: Apache-2.0
// The key file of an epoch, and what a restored database takes from it.
#include <algorithm>
#include <set>
#include <sstream>

#include "node/ledger/crypto.h"
#include "node/ledger/encoding.h"
#include "node/storage/rotate.h"
#include "node/storage/sql_array.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

constexpr std::string_view kHead = "relais-living-keys+";

// Rows whose epoch's key is not held: what a restored database is full of.
const Statement kUnheld{"restore_unheld",
                        "SELECT id FROM person WHERE key_epoch IS NOT NULL"
                        " AND key_epoch <> ALL ($1::int[]) ORDER BY id"};
const Statement kGive{"restore_give",
                      "UPDATE person p SET key_epoch = $1, key_wrapped = u.sealed"
                      " FROM unnest($2::uuid[], $3::bytea[]) AS u (id, sealed) WHERE p.id = u.id"};
const Statement kErase{
    "restore_erase",
    "WITH gone AS (DELETE FROM person WHERE id = ANY ($1::uuid[]) RETURNING id),"
    " bodies AS (DELETE FROM body WHERE person = ANY ($1::uuid[])),"
    " consents AS (DELETE FROM consent WHERE person = ANY ($1::uuid[])),"
    " referrals AS (DELETE FROM referral WHERE person = ANY ($1::uuid[])),"
    " messages AS (DELETE FROM outbox WHERE person = ANY ($1::uuid[]))"
    " INSERT INTO erased_person (person) SELECT id FROM gone ON CONFLICT DO NOTHING"};
const Statement kHas{"restore_has", "SELECT id FROM person WHERE id = ANY ($1::uuid[])"};

Fault broken() {
  return {FaultKind::invalid, "a key file is not whole: take an untouched copy", {}, nullptr};
}

}  // namespace

std::string print_living(const LivingKeys& keys) {
  std::string text = std::string(kHead) + std::to_string(keys.epoch) + "\n";
  for (const LivingKeys::One& one : keys.living) {
    text += "living " + one.person + " " + ledger::base64(one.sealed) + "\n";
  }
  for (const std::string& person : keys.erased) text += "erased " + person + "\n";
  return text + "sha256 " + to_hex(view(ledger::sha256(text))) + "\n";
}

Result<LivingKeys> parse_living(const std::string& text) {
  constexpr size_t kTail = 7 + 64 + 1;
  if (text.size() < kTail || !text.starts_with(kHead)) return tl::unexpected(broken());
  const std::string body = text.substr(0, text.size() - kTail);
  if (text.substr(body.size()) != "sha256 " + to_hex(view(ledger::sha256(body))) + "\n") {
    return tl::unexpected(broken());
  }
  std::istringstream lines(body.substr(kHead.size()));
  LivingKeys keys;
  lines >> keys.epoch;
  std::string kind, person, sealed;
  while (lines >> kind >> person) {
    if (kind == "erased") {
      keys.erased.push_back(person);
      continue;
    }
    if (kind != "living" || !(lines >> sealed)) return tl::unexpected(broken());
    const auto bytes = ledger::from_base64(sealed);
    if (!bytes) return tl::unexpected(broken());
    keys.living.push_back({person, *bytes});
  }
  if (keys.epoch < 1) return tl::unexpected(broken());
  return keys;
}

Result<Restored> restore_keys(Pool& pool, const Keyring& keyring, const LivingKeys& keys) {
  SqlArray held, erased;
  for (const int32_t epoch : keyring.epochs()) held.add_number(epoch);
  for (const std::string& person : keys.erased) erased.add(person);
  return transact(pool, [&](Work& work) -> Result<Restored> {
    work.exec(kUnhurried);
    Restored restored;
    restored.erased = run(work, kHas, erased.done()).size();
    run(work, kErase, erased.done());
    std::set<std::string> unheld;
    for (const auto& row : run(work, kUnheld, held.done())) {
      unheld.insert(row[0].as<std::string>());
    }
    SqlArray id, sealed;
    for (const LivingKeys::One& one : keys.living) {
      if (unheld.erase(one.person) == 0) continue;
      RELAIS_TRY_VOID(keyring.unwrap(PersonId(one.person), {keys.epoch, one.sealed}));
      id.add(one.person);
      sealed.add_bytes(one.sealed);
      ++restored.living;
    }
    if (!id.empty()) run(work, kGive, keys.epoch, id.done(), sealed.done());
    restored.unknown = unheld.size();
    return restored;
  });
}

}  // namespace relais::storage
