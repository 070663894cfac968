// SPDX-License-Identifier: Apache-2.0
// Stretches of a ledger, hashed again from its entries and held against the roots that were signed:
// what storing tiles and deriving a living ledger again both stand on. Inside storage only; plain
// functions over one transaction, any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "node/ledger/tree.h"
#include "node/storage/transact.h"

namespace relais::storage {

struct SignedRoot {
  uint64_t size = 0;
  Bytes root;
};

// Of the first checkpoint of at least this size, or else of the newest; nothing while there is
// none.
std::optional<SignedRoot> signed_root_from(Work& work, int32_t ledger, uint64_t size);
// The right edge at the last checkpoint of at most this size; empty where there is none. `corrupt`:
// what is stored is none.
Result<ledger::Frontier> frontier_until(Work& work, int32_t ledger, uint64_t size);

// Each leaf's hash, and the tree's size with it; a Fault of its own ends the walk.
using VisitLeaf = std::function<Result<void>(const Digest& leaf, uint64_t size)>;
// Grows `frontier` to `end`, leaf by leaf. `corrupt`, with the place: an entry is missing, or they
// do not give its root.
Result<void> derive(Work& work, int32_t ledger, const SignedRoot& end, ledger::Frontier& frontier,
                    const VisitLeaf& visit);

}  // namespace relais::storage
