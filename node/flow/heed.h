// SPDX-License-Identifier: Apache-2.0
// heed: what the receiving side makes of a notice that a person exercised a right at the agency
// that sent them (docs/exchange-format.md). What stands here under the handle is stopped, erased,
// corrected, or kept under an article; the acknowledgement says which. A handle nobody knows is
// remembered, so that a message that was overtaken is not filed, and answered like any other: the
// peer learns nothing. Inside flow, for receive.cc; any thread.
#pragma once

#include "node/flow/reception.h"

namespace relais::flow {

Result<Draft> draft_heeded(const Line& line, const Envelope& envelope, const Verified& verified);

// Whether the sender's own word about the handle came first and beats this message.
Result<bool> is_stopped(const Line& line, const Envelope& envelope, const Verified& verified);

}  // namespace relais::flow
