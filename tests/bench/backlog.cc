// SPDX-License-Identifier: Apache-2.0
// What waited while a peer was away for an hour: how soon the first of it arrives when the peer is
// back, how fast the rest follows beside the normal rate of the same run, and whether the sender's
// memory stays as it was.
//   bench_backlog [--full] [--seconds N]
// full: 100,000 messages; otherwise 200 for each of the N seconds. The hour is not waited for: what
// an hour of attempts leaves in the outbox (their number, and the next one drawn from the quarter
// of an hour that the product backs off at most) is written into its rows. Exits 1 when a message
// is not delivered, or not filed once; full, also when the first comes later than two seconds after
// the peer, the rest at less than four fifths of the normal rate, or memory grows by a quarter.
#include <algorithm>
#include <thread>

#include "tests/bench/figure.h"
#include "tests/bench/ground.h"
#include "tests/bench/lives.h"
#include "tests/bench/load.h"
#include "tests/bench/processes.h"
#include "tests/bench/watcher.h"

namespace relais::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr size_t kFull = 100'000;
constexpr double kEachSecond = 200;
constexpr auto kPatience = 300s;  // without one more delivered
constexpr auto kLook = 20ms;
constexpr double kFirst_ms = 2000;
constexpr double kLeastRatio = 0.8;
constexpr double kMostGrowth = 1.25;

constexpr const char* kWaiting = "SELECT count(*) FROM relais.outbox WHERE status = 'queued'";
constexpr const char* kAnHourLater =
    "UPDATE relais.outbox SET attempts = 12, in_vain = 12, last_failure = 'peer_away',"
    " next_attempt_ms = relais.now_ms() + (random() * 900000)::bigint WHERE status = 'queued'";

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

// Deliveries a second while the same node also takes referrals in, as on any day.
Result<double> normal_rate(demo::Federation& federation, const Options& options) {
  LoadSettings settings;
  settings.sender = kSender;
  settings.recipient = kRecipient;
  settings.lasting = std::chrono::duration<double>{std::clamp(options.seconds / 3, 2.0, 20.0)};
  RELAIS_TRY(report, load(federation, settings, [] {}));
  if (report.errors > 0) return fail(FaultKind::internal, "not all arrived", report.first_error);
  return static_cast<double>(report.took_ms.size()) / settings.lasting.count();
}

struct Drained {
  double first_ms = 0;
  double took_s = 0;
  double most_mib = 0;
};

Result<Drained> drain(Watcher& sender, pid_t node, size_t messages) {
  Drained drained;
  const auto begun = Clock::now();
  auto progress = begun;
  size_t left = messages;
  while (left > 0) {
    RELAIS_TRY(now, sender.count(kWaiting));
    if (now < left) progress = Clock::now();
    if (left == messages && now < left) drained.first_ms = seconds_since(begun) * 1000;
    left = now;
    drained.most_mib = std::max(drained.most_mib, usage_of(node).rss_mib);
    if (Clock::now() - progress > kPatience) {
      return fail(FaultKind::internal, "messages still wait", std::to_string(left));
    }
    std::this_thread::sleep_for(kLook);
  }
  drained.took_s = seconds_since(begun);
  return drained;
}

Result<void> check(Watcher& sender, Watcher& recipient) {
  RELAIS_TRY(delivered,
             sender.count("SELECT count(*) FROM relais.outbox WHERE status = 'delivered'"));
  RELAIS_TRY(all, sender.count("SELECT count(*) FROM relais.outbox"));
  RELAIS_TRY(filed, recipient.count("SELECT count(*) FROM relais.filed WHERE status = 'filed'"));
  RELAIS_TRY(held, recipient.count("SELECT count(*) FROM relais.referral WHERE received"));
  if (delivered == all && filed == all && held == all) return {};
  return fail(FaultKind::internal, "a message was lost, or stands twice",
              std::to_string(all) + " sent, " + std::to_string(delivered) + " delivered, " +
                  std::to_string(filed) + " filed, " + std::to_string(held) + " held");
}

Result<void> run(const Options& options) {
  RELAIS_TRY(folder, Folder::make());
  RELAIS_TRY(federation, found(options, folder));
  RELAIS_TRY_VOID(federation->start_all({kSender, kRecipient}));
  RELAIS_TRY(normal, normal_rate(*federation, options));
  federation->stop(kRecipient);
  LivesSettings waiting;
  waiting.key = "waiting-";
  waiting.referrals = options.full ? kFull : static_cast<size_t>(kEachSecond * options.seconds);
  RELAIS_TRY_VOID(ask_for(*federation, waiting));
  demo::Cluster& cluster = federation->cluster();
  const std::string database = federation->seat(kSender).database();
  const std::string other = federation->seat(kRecipient).database();
  RELAIS_TRY_VOID(cluster.sql(database, kAnHourLater));
  RELAIS_TRY_VOID(cluster.sql(database, "VACUUM ANALYZE relais.outbox"));
  RELAIS_TRY(sender, Watcher::open(cluster.connection(database, "postgres")));
  RELAIS_TRY(recipient, Watcher::open(cluster.connection(other, "postgres")));
  RELAIS_TRY(messages, sender.count(kWaiting));
  const double before_mib = usage_of(federation->node(kSender).id()).rss_mib;
  RELAIS_TRY_VOID(federation->start(kRecipient));
  RELAIS_TRY(drained, drain(sender, federation->node(kSender).id(), messages));
  print({"backlog",
         static_cast<double>(messages) / drained.took_s,
         {},
         {},
         normal,
         {{"messages", static_cast<double>(messages)},
          {"first_ms", drained.first_ms},
          {"took_s", drained.took_s},
          {"rss_before_mib", before_mib},
          {"rss_most_mib", drained.most_mib}}});
  RELAIS_TRY_VOID(check(sender, recipient));
  const bool in_time = drained.first_ms <= kFirst_ms;
  const bool fast = static_cast<double>(messages) / drained.took_s >= kLeastRatio * normal;
  const bool flat = drained.most_mib <= kMostGrowth * before_mib;
  if (options.full && !(in_time && fast && flat)) {
    return fail(FaultKind::internal, "slower, later or larger than it may be");
  }
  return {};
}

}  // namespace
}  // namespace relais::bench

int main(int argc, char** argv) { return relais::bench::run_bench(argc, argv, relais::bench::run); }
