// SPDX-License-Identifier: Apache-2.0
// Every series there is, with its name, its help and what it starts at. Inside ops: for metrics.cc
// and metrics_ledger.cc only. Made once by Metrics; the series themselves are thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>

#include "node/ops/metrics.h"
#include "node/ops/metrics_labels.h"

namespace relais::ops {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

template <class Set>
size_t index_in(const Set& set, std::string_view text) {
  const auto end = std::prev(std::end(set));
  return static_cast<size_t>(std::distance(std::begin(set), std::find(std::begin(set), end, text)));
}

// A boundary sits exactly on the objective, 250 ms, so that its share can be read off.
inline const Histogram::BucketBoundaries& request_buckets() {
  static const Histogram::BucketBoundaries buckets{.001, .0025, .005, .01, .025, .05,
                                                   .1,   .25,   .5,   1,   2.5,  5};
  return buckets;
}
// An attempt may last as long as its call's timeout, 10 s unless configured.
inline const Histogram::BucketBoundaries& attempt_buckets() {
  static const Histogram::BucketBoundaries buckets{.001, .0025, .005, .01, .025, .05, .1,
                                                   .25,  .5,    1,    2.5, 5,    10};
  return buckets;
}
inline const Histogram::BucketBoundaries& batch_buckets() {
  static const Histogram::BucketBoundaries buckets{1, 2, 4, 8, 16, 32, 64, 128, 256};
  return buckets;
}

inline Family<Counter>& counters(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
inline Family<Gauge>& gauges(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}
inline Family<Histogram>& histograms(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

inline Gauge& gauge(Registry& registry, const char* name, const char* help, double start = 0) {
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

inline double seconds_of(std::optional<Instant> instant) {
  return instant ? static_cast<double>(unix_ms(*instant)) / 1000 : kUnknown;
}

// One certificate gauge a use; unknown until the node has read it.
inline std::array<Gauge*, kUses.size() - 1> certificate_gauges(Registry& registry) {
  auto& family = gauges(registry, "relais_certificate_expiry_timestamp_seconds",
                        "When a certificate of this node ends, by use.");
  std::array<Gauge*, kUses.size() - 1> all{};
  for (size_t i = 0; i < all.size(); ++i) {
    all[i] = &family.Add({{"use", std::string(kUses[i])}});
    all[i]->Set(kUnknown);
  }
  return all;
}

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
                    "Calls sent away because no seat was free for them, by surface."),
           "desk", kDesks);
  Family<Counter>& peer_refused =
      counters(registry, "relais_peer_refused_total",
               "Calls of a peer sent away because it had its share, by peer and reason.");
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
  std::array<Counter*, kStandings.size()> witnesses =
      each(counters(registry, "relais_witness_answers_total",
                    "What this ledger's witnesses answered, by what it came to."),
           "standing", kStandings);
  Gauge& contradicted =
      gauge(registry, "relais_ledger_contradicted",
            "1: a witness holds another history of this ledger, and nothing is signed.");
  Gauge& unwitnessed = gauge(registry, "relais_ledger_unwitnessed",
                             "1: no witness has answered since this process started.");
  Gauge& witnessed_size =
      gauge(registry, "relais_ledger_witnessed_entries",
            "Size that enough witnesses cosigned last; NaN: none yet.", kUnknown);
  Gauge& witnessed_at = gauge(registry, "relais_ledger_witnessed_timestamp_seconds",
                              "When they did; NaN: not yet.", kUnknown);
  std::array<Counter*, kWitnessAnswers.size()> cosignings =
      each(counters(registry, "relais_cosign_requests_total",
                    "Requests to this node as a witness, by the status answered."),
           "status", kWitnessAnswers);
  std::array<Counter*, kAlarms.size()> alarms =
      each(counters(registry, "relais_witness_alarms_total",
                    "Signed checkpoints of others that no honest log signs, by kind."),
           "kind", kAlarms);
  Family<Gauge>& missing =
      gauges(registry, "relais_reconcile_missing",
             "Messages that one of two agencies recorded and the other did not, by peer.");
  Family<Gauge>& different = gauges(registry, "relais_reconcile_different",
                                    "Messages that two agencies recorded differently, by peer.");
  Family<Gauge>& reconciled_at = gauges(registry, "relais_reconcile_timestamp_seconds",
                                        "When a comparison with a peer ended last, by peer.");
  Counter& accounts_broken =
      counters(registry, "relais_accounts_broken_total",
               "Statements in which an entry was missing or did not follow the one before it.")
          .Add({});
  Gauge& directory_version = gauge(registry, "relais_directory_version",
                                   "Version of the directory in force; NaN: none.", kUnknown);
  Gauge& directory_expiry = gauge(registry, "relais_directory_expiry_timestamp_seconds",
                                  "When the directory in force expires; NaN: none.", kUnknown);
  Gauge& directory_ends_soon =
      gauge(registry, "relais_directory_ends_soon",
            "1 while the directory in force has less than the grace left.");
  Gauge& directory_fetched =
      gauge(registry, "relais_directory_fetch_timestamp_seconds",
            "When a source of directories answered last; NaN: none did.", kUnknown);
  std::array<Counter*, kDisbeliefs.size()> directories_refused =
      each(counters(registry, "relais_directory_refused_total",
                    "Directories that were not believed, by reason."),
           "reason", kDisbeliefs);
  Gauge& signing_in_force = gauge(registry, "relais_signing_key_in_force",
                                  "1 while the directory lists the key this node signs with.");
  Gauge& tls_in_force = gauge(registry, "relais_certificate_key_in_force",
                              "1 while the directory takes the key of the exchange's certificate.");
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

}  // namespace relais::ops
