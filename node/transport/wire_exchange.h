// SPDX-License-Identifier: Apache-2.0
// The exchange's messages ↔ domain values. Strict in form, silent about truth: signatures, proofs
// and digests are the verbs' to verify. What is not a known field of the contract does not survive
// the way through these functions, so nothing unknown is ever kept or forwarded. Pure, any thread.
#pragma once

#include "node/core/disclosure.h"
#include "node/ledger/witness_reply.h"

namespace relais::v1 {
class Acknowledgement;
class AddCheckpointResponse;
class DeliverRequest;
}  // namespace relais::v1

namespace relais::transport {

Result<Envelope> read(const v1::DeliverRequest& message);
void write(const Envelope& envelope, v1::DeliverRequest& message);

Result<Acknowledgement> read(const v1::Acknowledgement& message);
void write(const Acknowledgement& acknowledgement, v1::Acknowledgement& message);

Result<ledger::WitnessReply> read(const v1::AddCheckpointResponse& message);
void write(const ledger::WitnessReply& reply, v1::AddCheckpointResponse& message);

}  // namespace relais::transport
