// SPDX-License-Identifier: Apache-2.0
// How the rooms' observer ports are bound to the metrics and the operational log. Each is called
// from many threads, returns at once and never throws. Owned by the Node.
#pragma once

#include "node/flow/line.h"
#include "node/flow/outbox_workers.h"
#include "node/ops/log.h"
#include "node/ops/metrics.h"
#include "node/storage/gauges.h"
#include "node/transport/observer.h"

namespace relais {

// The name an attempt has in metrics and logs.
std::string_view name_of(flow::Attempt attempt);

class CallObserver final : public transport::Observer {
 public:
  CallObserver(ops::Metrics& metrics, ops::Log& log) : metrics_(metrics), log_(log) {}
  void answered(const transport::Answered& answered) override;
  void queued(std::string_view desk, size_t entries) override { metrics_.queued(desk, entries); }
  void refused(const transport::Refused& refused) override;

 private:
  ops::Metrics& metrics_;
  ops::Log& log_;
};

class OutboxObserver final : public flow::DeliveryObserver {
 public:
  OutboxObserver(ops::Metrics& metrics, ops::Log& log) : metrics_(metrics), log_(log) {}
  void attempted(flow::Attempt attempt, std::chrono::duration<double> took) override;
  void hindered(const Fault& fault) override { log_.error("outbox_hindered", {{"fault", fault}}); }

 private:
  ops::Metrics& metrics_;
  ops::Log& log_;
};

class DecisionTally final : public flow::Tally {
 public:
  explicit DecisionTally(ops::Metrics& metrics) : metrics_(metrics) {}
  void decided(policy::Outcome outcome) override { metrics_.decided(policy::text_of(outcome)); }
  void account_broken() override { metrics_.account_broken(); }
  void disclosed(std::chrono::milliseconds since_recorded) override {
    metrics_.disclosed(std::chrono::duration<double>(since_recorded).count());
  }

 private:
  ops::Metrics& metrics_;
};

// What the database counts, as gauges.
void show(const storage::Gauges& gauges, ops::Metrics& metrics);

}  // namespace relais
