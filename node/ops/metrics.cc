// SPDX-License-Identifier: Apache-2.0
#include "node/ops/metrics.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <sstream>

#include "node/ops/metrics_labels.h"

namespace relais::ops {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

template <class Set>
size_t index_in(const Set& set, std::string_view text) {
  const auto end = std::prev(std::end(set));
  return static_cast<size_t>(std::distance(std::begin(set), std::find(std::begin(set), end, text)));
}

// A boundary sits exactly on the objective, 250 ms, so that its share can be read off.
const Histogram::BucketBoundaries& request_buckets() {
  static const Histogram::BucketBoundaries buckets{.001, .0025, .005, .01, .025, .05,
                                                   .1,   .25,   .5,   1,   2.5,  5};
  return buckets;
}
// An attempt may last as long as its call's timeout, 10 s unless configured.
const Histogram::BucketBoundaries& attempt_buckets() {
  static const Histogram::BucketBoundaries buckets{.001, .0025, .005, .01, .025, .05, .1,
                                                   .25,  .5,    1,    2.5, 5,    10};
  return buckets;
}
const Histogram::BucketBoundaries& batch_buckets() {
  static const Histogram::BucketBoundaries buckets{1, 2, 4, 8, 16, 32, 64, 128, 256};
  return buckets;
}

Family<Counter>& counters(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
Family<Gauge>& gauges(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}
Family<Histogram>& histograms(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

Gauge& gauge(Registry& registry, const char* name, const char* help, double start = 0) {
  Gauge& one = gauges(registry, name, help).Add({});
  one.Set(start);
  return one;
}

// One series a label value, made now so that every one is exposed from the start.
template <class Metric, size_t N, class... Args>
std::array<Metric*, N> each(Family<Metric>& family, const char* label,
                            const std::array<std::string_view, N>& values, const Args&... args) {
  std::array<Metric*, N> all{};
  for (size_t i = 0; i < N; ++i) all[i] = &family.Add({{label, std::string(values[i])}}, args...);
  return all;
}

double seconds_of(std::optional<Instant> instant) {
  return instant ? static_cast<double>(unix_ms(*instant)) / 1000 : kUnknown;
}

// One certificate gauge a use; unknown until the node has read it.
std::array<Gauge*, kUses.size() - 1> certificate_gauges(Registry& registry) {
  auto& family = gauges(registry, "relais_certificate_expiry_timestamp_seconds",
                        "When a certificate of this node ends, by use.");
  std::array<Gauge*, kUses.size() - 1> all{};
  for (size_t i = 0; i < all.size(); ++i) {
    all[i] = &family.Add({{"use", std::string(kUses[i])}});
    all[i]->Set(kUnknown);
  }
  return all;
}

}  // namespace

struct Metrics::Series {
  explicit Series(Registry& all) : registry(all) {}
  Registry& registry;  // first: the others are made in it

  Family<Histogram>& calls =
      histograms(registry, "relais_rpc_duration_seconds",
                 "Calls answered, from arrival to answer, by method and status code.");
  std::array<Gauge*, kDesks.size()> queued =
      each(gauges(registry, "relais_desk_queue_entries",
                  "Calls that wait for a worker now, by surface."),
           "desk", kDesks);
  std::array<Counter*, kDesks.size()> refused =
      each(counters(registry, "relais_desk_refused_total",
                    "Calls sent away because the queue was full, by surface."),
           "desk", kDesks);
  std::array<Counter*, kOutcomes.size()> decisions =
      each(counters(registry, "relais_decisions_total", "Decisions of the law, by outcome."),
           "outcome", kOutcomes);
  Counter& disclosures = counters(registry, "relais_disclosures_total",
                                  "Messages delivered and acknowledged by their recipient.")
                             .Add({});
  Histogram& disclose = histograms(registry, "relais_disclose_duration_seconds",
                                   "Delivered messages, from being recorded to their "
                                   "acknowledgement stored.")
                            .Add({}, attempt_buckets());
  std::array<Histogram*, kResults.size()> attempts =
      each(histograms(registry, "relais_delivery_duration_seconds",
                      "Delivery attempts, by what they came to."),
           "result", kResults, attempt_buckets());
  Histogram& append = histograms(registry, "relais_ledger_append_duration_seconds",
                                 "Committed ledger batches, from taking the batch to its COMMIT.")
                          .Add({}, request_buckets());
  Histogram& batch =
      histograms(registry, "relais_ledger_batch_entries", "Entries in a committed batch.")
          .Add({}, batch_buckets());
  Gauge& ledger_entries =
      gauge(registry, "relais_ledger_entries",
            "Size of the ledger after this process's last batch; NaN before the first.", kUnknown);
  Gauge& ledger_verified =
      gauge(registry, "relais_ledger_verified_timestamp_seconds",
            "When this process last verified the ledger's head; NaN: not yet.", kUnknown);
  Family<Gauge>& pending = gauges(registry, "relais_outbox_pending",
                                  "Messages that wait to be delivered, by peer agency.");
  Gauge& oldest_pending =
      gauge(registry, "relais_outbox_oldest_timestamp_seconds",
            "When the oldest waiting message was recorded; NaN: none waits.", kUnknown);
  Gauge& duties_open =
      gauge(registry, "relais_duties_open", "Duties to report that wait for a named human.");
  Gauge& notices_unanswered = gauge(registry, "relais_notices_unanswered",
                                    "Recipients told of a right, without an answer yet.");
  Gauge& notices_overdue =
      gauge(registry, "relais_notices_overdue", "Of them, those past their time or not to be had.");
  Gauge& oldest_duty = gauge(registry, "relais_duties_oldest_timestamp_seconds",
                             "When the oldest open duty arose; NaN: none is open.", kUnknown);
  Gauge& database_idle = gauge(registry, "relais_database_connections_idle",
                               "Database connections nobody borrows now.");
  std::array<Gauge*, kUses.size() - 1> certificates = certificate_gauges(registry);
  Gauge& key_epoch = gauge(registry, "relais_key_epoch",
                           "Key epoch new keys are wrapped under; NaN: not read yet.", kUnknown);
  Gauge& ledger_in_force =
      gauge(registry, "relais_ledger_in_force",
            "1: entries go into the ledger whose key is in force; 0: restart to change over.", 1);
  Counter& accounts_broken =
      counters(registry, "relais_accounts_broken_total",
               "Statements in which an entry was missing or did not follow the one before it.")
          .Add({});
  Gauge& directory_version = gauge(registry, "relais_directory_version",
                                   "Version of the directory in force; NaN: none.", kUnknown);
  Gauge& directory_expiry = gauge(registry, "relais_directory_expiry_timestamp_seconds",
                                  "When the directory in force expires; NaN: none.", kUnknown);
  Family<Gauge>& packs = gauges(registry, "relais_law_pack_info",
                                "Always 1: a pack of the law in force, by id and version.");
  Gauge& law_version =
      gauge(registry, "relais_law_version",
            "Version of the activation in force; NaN: nobody activated this law.", kUnknown);
  Gauge& law_since = gauge(registry, "relais_law_in_force_timestamp_seconds",
                           "Since when this process works under its law.", kUnknown);
  Gauge& law_changed = gauge(registry, "relais_law_packs_not_activated",
                             "Packs that read differently on disk than in force.");
  Gauge& law_refused =
      gauge(registry, "relais_law_note_refused", "1 while the activation on disk is not believed.");
};

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

void Metrics::decided(std::string_view outcome) {
  series_->decisions[index_in(kOutcomes, outcome)]->Increment();
}

void Metrics::attempted(std::string_view result, double seconds) {
  const size_t index = index_in(kResults, result);
  series_->attempts[index]->Observe(seconds);
  if (kResults[index] == "delivered") series_->disclosures.Increment();
}

void Metrics::appended(size_t entries, uint64_t size, double seconds) {
  series_->append.Observe(seconds);
  series_->batch.Observe(static_cast<double>(entries));
  series_->ledger_entries.Set(static_cast<double>(size));
}

void Metrics::ledger_verified(Instant at) { series_->ledger_verified.Set(seconds_of(at)); }

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
void Metrics::ledger_in_force(bool in_force) { series_->ledger_in_force.Set(in_force ? 1 : 0); }
void Metrics::disclosed(double seconds_since_recorded) {
  series_->disclose.Observe(seconds_since_recorded);
}
void Metrics::account_broken() { series_->accounts_broken.Increment(); }

void Metrics::directory(int64_t version, Instant expires) {
  series_->directory_version.Set(static_cast<double>(version));
  series_->directory_expiry.Set(seconds_of(expires));
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
