// SPDX-License-Identifier: Apache-2.0
// The records of a ledger, opened one after another and compared with what their entries commit to,
// for whoever goes through all of them: the replay of decisions. In one snapshot and in slices, so
// memory is bounded and appends go on meanwhile. It changes nothing. Any thread.
#pragma once

#include <functional>
#include <optional>

#include "node/core/ids.h"
#include "node/core/result.h"
#include "node/ledger/record.h"
#include "node/storage/keyring.h"
#include "node/storage/pool.h"

namespace relais::storage {

struct RecordsRead {
  uint64_t opened = 0;
  uint64_t closed = 0;  // whose key is gone, or that are not what their entry says
};

using VisitRecord =
    std::function<void(const ledger::SharedPart& shared, const ledger::PrivatePart& kept)>;

// Every record, or the one of an entry. `not_found`: there is no such entry, or it was erased.
Result<RecordsRead> read_records(Pool& pool, const Keyring& keyring,
                                 const std::optional<EntryId>& only, const VisitRecord& visit);

}  // namespace relais::storage
