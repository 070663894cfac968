// SPDX-License-Identifier: Apache-2.0
// POST /add-checkpoint (c2sp.org/tlog-witness): this node as a witness for logs that are asked over
// HTTP. Whoever reaches the port may ask: a log's own signature is the only leave there is. The
// source is a function, called on the server's threads.
#pragma once

#include <functional>
#include <string_view>

#include "node/ledger/witness_reply.h"
#include "node/web/http.h"

namespace relais::web {

using Cosign = std::function<Result<ledger::WitnessReply>(std::string_view body)>;

// At most `per_second` requests a second, and as many at once; more are answered 429.
Inlets witness_page(Cosign cosign, unsigned per_second);

}  // namespace relais::web
