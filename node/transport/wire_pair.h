// SPDX-License-Identifier: Apache-2.0
// The messages of reconciliation ↔ domain values. Strict in form, as wire_exchange.h. Pure, any
// thread.
#pragma once

#include "node/flow/reconcile.h"

namespace relais::v1 {
class ListPairRequest;
class ListPairResponse;
class ReconcileResponse;
}  // namespace relais::v1

namespace relais::transport {

Result<flow::PairQuestion> read(const v1::ListPairRequest& message);
void write(const flow::PairQuestion& question, v1::ListPairRequest& message);
Result<flow::PairPage> read(const v1::ListPairResponse& message);
void write(const flow::PairPage& page, v1::ListPairResponse& message);
void write(const flow::Reconciled& result, v1::ReconcileResponse& message);

}  // namespace relais::transport
