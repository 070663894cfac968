// SPDX-License-Identifier: Apache-2.0
#include "node/ops/metrics.h"

#include <prometheus/text_serializer.h>

#include <sstream>

#include "node/ops/metrics_series.h"

namespace relais::ops {

Metrics::Metrics(std::vector<std::string> methods, Constant version)
    : registry_(std::make_shared<Registry>()),
      methods_([&methods] {
        methods.emplace_back("other");
        return std::move(methods);
      }()),
      series_(std::make_unique<Series>(*registry_)),
      calls_(methods_.size() * kCodes.size()) {
  gauges(*registry_, "relais_build_info", "Always 1; the version is the label.")
      .Add({{"version", std::string(version.view())}})
      .Set(1);
}

Metrics::~Metrics() = default;

Histogram& Metrics::call_series(std::string_view method, std::string_view code) {
  const size_t row = index_in(methods_, method);
  const size_t column = index_in(kCodes, code);
  std::atomic<Histogram*>& cell = calls_[row * kCodes.size() + column];
  Histogram* series = cell.load();
  if (series == nullptr) {  // two threads at once get the same series from the family
    series = &series_->calls.Add({{"method", methods_[row]}, {"code", std::string(kCodes[column])}},
                                 request_buckets());
    cell.store(series);
  }
  return *series;
}

void Metrics::answered(std::string_view method, std::string_view code, double seconds) {
  call_series(method, code).Observe(seconds);
}

void Metrics::queued(std::string_view desk, size_t entries) {
  series_->queued[index_in(kDesks, desk)]->Set(static_cast<double>(entries));
}

void Metrics::refused(std::string_view desk) {
  series_->refused[index_in(kDesks, desk)]->Increment();
}

// A family gives the same counter for the same labels; refusing is rare enough to look it up.
void Metrics::peer_refused(std::string_view peer, std::string_view reason) {
  series_->peer_refused
      .Add({{"peer", std::string(peer.empty() ? "other" : peer)},
            {"reason", std::string(kShares[index_in(kShares, reason)])}})
      .Increment();
}

void Metrics::decided(std::string_view outcome) {
  series_->decisions[index_in(kOutcomes, outcome)]->Increment();
}

void Metrics::attempted(std::string_view result, double seconds) {
  const size_t index = index_in(kResults, result);
  series_->attempts[index]->Observe(seconds);
  if (kResults[index] == "delivered") series_->disclosures.Increment();
}

void Metrics::outbox(const std::vector<std::pair<AgencyId, size_t>>& pending,
                     std::optional<Instant> oldest) {
  const std::lock_guard lock(peers_mutex_);
  for (auto& [peer, series] : peers_) series->Set(0);
  for (const auto& [peer, entries] : pending) {
    Gauge*& series = peers_[peer];
    if (series == nullptr) series = &series_->pending.Add({{"peer", peer.text()}});
    series->Set(static_cast<double>(entries));
  }
  series_->oldest_pending.Set(seconds_of(oldest));
}

void Metrics::notices(size_t unanswered, size_t overdue) {
  series_->notices_unanswered.Set(static_cast<double>(unanswered));
  series_->notices_overdue.Set(static_cast<double>(overdue));
}

void Metrics::duties(size_t open, std::optional<Instant> oldest) {
  series_->duties_open.Set(static_cast<double>(open));
  series_->oldest_duty.Set(seconds_of(oldest));
}

void Metrics::database_idle(size_t connections) {
  series_->database_idle.Set(static_cast<double>(connections));
}

void Metrics::certificate(std::string_view use, Instant expires) {
  const size_t index = index_in(kUses, use);
  if (index < series_->certificates.size()) series_->certificates[index]->Set(seconds_of(expires));
}

void Metrics::key_epoch(int32_t epoch) { series_->key_epoch.Set(epoch); }
void Metrics::disclosed(double seconds_since_recorded) {
  series_->disclose.Observe(seconds_since_recorded);
}
void Metrics::directory(int64_t version, Instant expires) {
  series_->directory_version.Set(static_cast<double>(version));
  series_->directory_expiry.Set(seconds_of(expires));
}

void Metrics::directory_ends_soon(bool soon) { series_->directory_ends_soon.Set(soon ? 1 : 0); }

void Metrics::directory_refused(std::string_view reason) {
  series_->directories_refused[index_in(kDisbeliefs, reason)]->Increment();
}

void Metrics::directory_fetched(Instant at) { series_->directory_fetched.Set(seconds_of(at)); }

void Metrics::own_keys_in_force(bool signing, bool tls) {
  series_->signing_in_force.Set(signing ? 1 : 0);
  series_->tls_in_force.Set(tls ? 1 : 0);
}

void Metrics::law(const std::vector<std::pair<std::string, std::string>>& packs, int64_t version,
                  Instant at) {
  const std::lock_guard lock(law_mutex_);
  for (prometheus::Gauge* before : packs_) series_->packs.Remove(before);
  packs_.clear();
  for (const auto& [pack, pack_version] : packs) {
    packs_.push_back(&series_->packs.Add({{"pack", pack}, {"version", pack_version}}));
    packs_.back()->Set(1);
  }
  series_->law_version.Set(version > 0 ? static_cast<double>(version) : kUnknown);
  series_->law_since.Set(seconds_of(at));
}

void Metrics::law_on_disk(size_t changed_packs, bool note_refused) {
  series_->law_changed.Set(static_cast<double>(changed_packs));
  series_->law_refused.Set(note_refused ? 1 : 0);
}

std::string Metrics::expose() const {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, registry_->Collect());
  return text.str();
}

}  // namespace relais::ops
