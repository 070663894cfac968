// SPDX-License-Identifier: Apache-2.0
// The way to a witness of the C2SP form: POST <url>/add-checkpoint. Follows nothing, believes
// nothing, and keeps no connection. Blocking, at most five seconds; thread-safe. A crash leaves
// nothing.
#pragma once

#include "node/flow/witnesses.h"

namespace relais::web {

class WitnessClient final : public flow::WebWitnesses {
 public:
  // `unavailable`: no whole answer came; `invalid`: the address is neither http:// nor https://, or
  // the answer is larger than one can be, or a 409 without a size.
  Result<ledger::WitnessReply> add_checkpoint(const std::string& url, const Bytes& body) override;
};

}  // namespace relais::web
