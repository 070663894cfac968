// SPDX-License-Identifier: Apache-2.0
#include "node/storage/account_rows.h"

#include <utility>

#include "node/storage/sealed.h"
#include "node/storage/transact.h"

namespace relais::storage {

Result<flow::AccountEntry> open_entry(const pqxx::row& row, const ledger::SealKey& key) {
  flow::AccountEntry entry;
  entry.origin = row[0].as<std::string>();
  entry.index = row[1].as<uint64_t>();
  entry.ledger = row[5].as<int32_t>();
  const EntryId id(row[2].as<std::string>());
  const auto commitment = digest_of(bytes_of(row[3]));
  if (!commitment) return fail(FaultKind::corrupt, "a commitment has the wrong length", id.text());
  RELAIS_TRY(plain, ledger::open(key, body_bound_to(id, *commitment), bytes_of(row[4])));
  RELAIS_TRY(body, unpack_body(plain));
  if (body.commitment().commitment != *commitment) {
    return fail(FaultKind::corrupt, "an entry is not what its body commits to", id.text());
  }
  entry.commitment = *commitment;
  entry.shared_bytes = std::move(body.shared_bytes);
  entry.shared_opening = body.shared_opening;
  entry.private_bytes = std::move(body.private_bytes);
  entry.private_opening = body.private_opening;
  entry.payload = std::move(body.payload);
  return entry;
}

}  // namespace relais::storage
