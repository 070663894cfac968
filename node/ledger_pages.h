// SPDX-License-Identifier: Apache-2.0
// Wiring of what strangers may read of the ledger: its pages on the ops port, and the tiles behind
// them, stored as the ledger grows. Owned by Node::Parts; the follower's thread fills.
#pragma once

#include "node/flow/line.h"
#include "node/ops/config.h"
#include "node/ops/log.h"
#include "node/storage/log_pages.h"
#include "node/storage/pool.h"
#include "node/web/http.h"

namespace relais {

// None where ops.tiles_per_second is 0. `pages` must outlive them.
web::Sections ledger_pages(const ops::Config& config, const flow::Settings& settings,
                           storage::LogPages& pages);

// Stores what became full since the last time: at most a quarter of a million entries, so that a
// ledger that has no tiles yet does not keep the follower.
void fill_tiles(storage::Pool& pool, ops::Log& log);

}  // namespace relais
