// SPDX-License-Identifier: Apache-2.0
// Turning a key epoch and coming back from a backup, over the database and the folder of keys
// (node/ops/epochs.h), beside running nodes. In this order:
//
//   a key file of the next epoch · every living key wrapped again under it · no older epoch can be
//   stored any more · the rest wrapped again · the key file of the living · the older epochs'
//   files destroyed · erasures that waited for it are complete everywhere
//
// A crash leaves a step half done or undone, and the next call goes on from the files that are
// there. Nothing old is destroyed before what replaces it is on the disk. One call at a time.
#pragma once

#include <cstdint>
#include <string>

#include "node/core/entropy.h"
#include "node/core/result.h"
#include "node/core/time.h"
#include "node/ops/config.h"
#include "node/storage/pool.h"
#include "node/storage/rotate.h"

namespace relais::admin {

// The one folder of key_encryption; `precondition` when it names files.
Result<std::string> epoch_folder_of(const ops::Config& config);

struct Turned {
  int32_t epoch = 0;
  uint64_t wrapped = 0;
  uint64_t living = 0;
  uint64_t completed = 0;  // erasures
};
Result<Turned> turn_epoch(const ops::Config& config, storage::Pool& pool, Entropy& entropy,
                          Instant now);

// A restored database is given its living keys of the newest key file; nothing to do without one.
Result<storage::Restored> restore_from_key_file(const ops::Config& config, storage::Pool& pool,
                                                Entropy& entropy);

}  // namespace relais::admin
