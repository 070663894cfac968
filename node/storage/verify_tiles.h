// SPDX-License-Identifier: Apache-2.0
// The part of verify that compares every stored tile with what it was made of: the entries, or the
// tiles below. Inside storage only; memory is a few tiles.
#pragma once

#include "node/storage/transact.h"
#include "node/storage/verify.h"
#include "node/storage/verify_bodies.h"

namespace relais::storage {

void verify_tiles(Work& work, int32_t ledger, VerifyReport& report, Findings& findings);

}  // namespace relais::storage
