// SPDX-License-Identifier: Apache-2.0
// What a recipient signed about a message when it took or refused it. A plain value.
#pragma once

#include "node/core/bytes.h"
#include "node/core/ids.h"

namespace relais::flow {

struct Counterpart {
  Digest envelope_digest{};
  EntryId entry;  // the recipient's own, and what that commits to
  Digest commitment{};
};

}  // namespace relais::flow
