// SPDX-License-Identifier: Apache-2.0
// The pages for whoever watches a ledger (c2sp.org/tlog-tiles): /checkpoint and /tile/… of the
// current ledger, and /ledger/<origin>/checkpoint and /ledger/<origin>/tile/… of any. Public by
// nature: commitments and signatures. More requests a second than allowed are answered 429, and 503
// while the database is away. The sources are functions, called on the server's threads.
#pragma once

#include <functional>
#include <string>

#include "node/core/result.h"
#include "node/ledger/tile.h"
#include "node/web/http.h"

namespace relais::web {

struct LogSources {
  std::string origin;  // of the current ledger
  std::function<Result<Bytes>(const std::string& origin)> checkpoint;
  std::function<Result<Bytes>(const std::string& origin, const ledger::TilePath& path)> tile;
};

// At most `per_second` requests a second over all of them, and as many at once.
Sections log_pages(LogSources sources, unsigned per_second);

}  // namespace relais::web
