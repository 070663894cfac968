// SPDX-License-Identifier: Apache-2.0
// What is counted about the ledger: batches, its head, its witnesses, statements.
#include "node/ops/metrics_series.h"

namespace relais::ops {

void Metrics::appended(size_t entries, uint64_t size, double seconds) {
  series_->append.Observe(seconds);
  series_->batch.Observe(static_cast<double>(entries));
  series_->ledger_entries.Set(static_cast<double>(size));
}

void Metrics::ledger_verified(Instant at) { series_->ledger_verified.Set(seconds_of(at)); }
void Metrics::ledger_in_force(bool in_force) { series_->ledger_in_force.Set(in_force ? 1 : 0); }
void Metrics::account_broken() { series_->accounts_broken.Increment(); }

void Metrics::witness_answered(std::string_view standing) {
  series_->witnesses[index_in(kStandings, standing)]->Increment();
}

void Metrics::ledger_contradicted() { series_->contradicted.Set(1); }

void Metrics::ledger_unwitnessed(bool since_start) {
  series_->unwitnessed.Set(since_start ? 1 : 0);
}

void Metrics::ledger_witnessed(uint64_t size, Instant at) {
  series_->witnessed_size.Set(static_cast<double>(size));
  series_->witnessed_at.Set(seconds_of(at));
}

void Metrics::cosigning(std::string_view status) {
  series_->cosignings[index_in(kWitnessAnswers, status)]->Increment();
}

// A family gives the same gauge for the same peer.
void Metrics::reconciled(const AgencyId& peer, uint64_t missing, uint64_t different, Instant at) {
  const prometheus::Labels labels{{"peer", peer.text()}};
  series_->missing.Add(labels).Set(static_cast<double>(missing));
  series_->different.Add(labels).Set(static_cast<double>(different));
  series_->reconciled_at.Add(labels).Set(seconds_of(at));
}

void Metrics::witness_alarm(std::string_view kind) {
  series_->alarms[index_in(kAlarms, kind)]->Increment();
}

}  // namespace relais::ops
