// SPDX-License-Identifier: Apache-2.0
// receive: verify ─▶ decide ─▶ record ─▶ file ─▶ acknowledge, under this agency's own law and in
// its own ledger. Filed once by (sender, disclosure id), in the same transaction as the entry; the
// same message gets the same acknowledgement for ever. A crash before COMMIT leaves nothing and the
// sender sends again.
#pragma once

#include "node/core/disclosure.h"
#include "node/flow/line.h"

namespace relais::flow {

// `peer` is the agency whose TLS identity made the call, from the directory in force. Faults are
// what proves nothing about a person: `forbidden` (not the sender, suspended, not for this agency),
// `invalid` (form, signature, proof; `where` names the part). A lawful refusal is an
// acknowledgement with status "refused" and a reason code, recorded without payload.
Result<Acknowledgement> receive(const Line& line, const AgencyId& peer, const Envelope& envelope);

}  // namespace relais::flow
