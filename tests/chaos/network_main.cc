// SPDX-License-Identifier: Apache-2.0
// chaos_network: three real nodes, each in a network namespace of its own, on a real PostgreSQL,
// asked by several callers at once, while the network between them is parted, slow and lossy, nodes
// and the database are killed and certificates change, for RELAIS_SECONDS. Then everything is
// healed, and the same must stand as after chaos_ledger. It ends with its seed and its counts;
// RELAIS_SEED repeats the schedule, though not the machine's timing. Where namespaces are not
// permitted it says so and is skipped. Prints "ok NAME" / "not ok NAME".
#include <signal.h>

#include <random>

#include "tests/chaos/aftermath.h"
#include "tests/chaos/callers.h"
#include "tests/chaos/network.h"
#include "tests/chaos/withdrawals.h"

namespace relais::chaos {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr uint64_t kSeconds = 40;
constexpr int kCallTimeout_ms = 2000;  // a handshake takes three round trips of 400 ms
constexpr milliseconds kDelay{200};
constexpr double kLoss = 0.05;

const std::vector<std::string>& agencies() {
  static const std::vector<std::string> all{"pass-69", "sds-69", "siao-69"};
  return all;
}

// What goes wrong, one thing after another; weather and partings last while others come.
class NetworkTroubles {
 public:
  NetworkTroubles(e2e::Stage& stage, Network& network, uint64_t seed)
      : federation_(*stage.federation), network_(network), random_(seed) {}

  void strike() {
    const int which = below(10);
    if (which < 2) {
      weather();
    } else if (which < 4) {
      part();
    } else if (which == 4) {
      cut_off();
    } else if (which < 7) {
      kill_node();
    } else if (which == 7) {
      kill_postgres();
    } else {
      rotate();
    }
    rest(500);
  }
  // Everything runs and can be reached again; false when one does not come back.
  bool heal() {
    network_.heal();
    bring_back_postgres();
    const auto all_ready = [&] {
      federation_.revive();
      for (const std::string& agency : agencies()) {
        if (!federation_.ops_page(agency, "/readyz")) return false;
      }
      return true;
    };
    return e2e::eventually(all_ready, 60s);
  }
  const std::map<std::string, int>& counts() const { return counts_; }

 private:
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  void rest(int at_most_ms) { e2e::pause_for(milliseconds{below(at_most_ms)}); }
  const std::string& any_agency() { return agencies()[static_cast<size_t>(below(3))]; }

  void weather() {
    ++counts_["200 ms of delay and 5 % of loss"];
    network_.weather(kDelay, kLoss);
    e2e::pause_for(milliseconds{1000 + below(4000)});
    if (below(2) == 0) network_.weather(0ms, 0);  // else the next trouble comes on top of it
  }
  void part() {
    const int first = below(3);
    ++counts_["two nodes parted"];
    network_.part(agencies()[static_cast<size_t>(first)],
                  agencies()[static_cast<size_t>((first + 1) % 3)]);
    e2e::pause_for(milliseconds{500 + below(4000)});
    network_.heal();
  }
  void cut_off() {
    ++counts_["a node cut off"];
    network_.cut_off(any_agency());
    e2e::pause_for(milliseconds{500 + below(3000)});
    network_.heal();
  }
  void kill_node() {
    ++counts_["kill -9 of a node"];
    federation_.node(any_agency()).end(SIGKILL);
    rest(400);
    federation_.revive();
  }
  void kill_postgres() {
    ++counts_["kill -9 of PostgreSQL"];
    federation_.cluster().kill();
    rest(400);
    bring_back_postgres();
    federation_.revive();
  }
  void rotate() {
    if (federation_.renew_certificate(any_agency())) ++counts_["a certificate renewed"];
  }
  // One that was killed leaves processes behind that end a moment later; until then none starts.
  void bring_back_postgres() {
    demo::Cluster& cluster = federation_.cluster();
    for (int tried = 0; tried < 100; ++tried) {
      if (cluster.running() && cluster.sql("postgres", "SELECT 1")) return;
      e2e::pause_for(50ms);
      if (!cluster.running()) static_cast<void>(cluster.start());
    }
  }

  demo::Federation& federation_;
  Network& network_;
  std::mt19937_64 random_;
  std::map<std::string, int> counts_;
};

CallersSettings callers_of(const e2e::Stage& stage, uint64_t seed) {
  const demo::Federation& federation = *stage.federation;
  CallersSettings settings;
  settings.desks = {federation.desk(kSender)};
  settings.receiver = federation.desk(kReceiver);
  for (const std::string& agency : agencies()) {
    const demo::Seat& seat = federation.seat(agency);
    settings.pages[agency] = {{seat.host, seat.ops_port}};
  }
  settings.seed = seed;
  return settings;
}

// Each commit with its time, by which a checkpoint is known to have come before its message.
Result<void> time_commits(demo::Cluster& cluster) {
  RELAIS_TRY_VOID(cluster.sql("postgres", "ALTER SYSTEM SET track_commit_timestamp = on"));
  cluster.stop();
  return cluster.start();
}

void soak(e2e::Stage& stage, Network& network, uint64_t seed, std::chrono::seconds time) {
  test::LedgerWatch watch(watched_ledgers(stage));
  Aftermath aftermath(stage);
  NetworkTroubles troubles(stage, network, seed);
  Callers callers(stage, watch, callers_of(stage, seed));
  Withdrawals withdrawals(stage.federation->desk(kSender), seed);
  for (const auto until = Clock::now() + time; Clock::now() < until;) troubles.strike();
  stage.tap.check(troubles.heal(), "every node and the database come back");
  callers.stop();
  withdrawals.stop();
  stage.tap.none(callers.wrong(),
                 "every request is answered in the end, and one key by one referral");
  stage.tap.check(aftermath.settled(), "nothing waits in an outbox any more", aftermath.waiting());
  stage.tap.none(aftermath.not_delivered(callers.told()),
                 "every referral that was promised has crossed");
  stage.tap.none(aftermath.disagreements(), "no referral stands twice, and both sides agree");
  aftermath.check_persons(withdrawals);
  const test::WatchReport report = watch.check();
  stage.tap.none(report.wrong,
                 "the ledgers re-verify: no gap, no duplicate, all checkpoints consistent, every"
                 " message held covered by a checkpoint signed before it was sent");
  stage.tap.check(report.released > 10 && !callers.told().empty() &&
                      report.disclosures >= callers.told().size(),
                  "there was something to check");
  aftermath.tell(report, callers.told().size(), callers.repeated(), callers.accepted(),
                 troubles.counts());
  stage.tap.note(std::to_string(network.carried()) + " packets carried, " +
                 std::to_string(network.lost()) + " lost");
}

int run() {
  const uint64_t seed = number_from("RELAIS_SEED", std::random_device{}());
  const uint64_t seconds = number_from("RELAIS_SECONDS", kSeconds);
  auto laid = Network::lay(agencies(), seed);
  e2e::Tap tap;
  if (!laid && laid.error().kind == FaultKind::precondition) {
    tap.check(true, "chaos_network # SKIP " + std::string(laid.error().message.view()) + ": " +
                        laid.error().where);
    return 0;
  }
  if (!tap.worked(laid, "three namespaces are joined by a network")) return 1;
  Network& network = **laid;
  const auto stage = e2e::set_stage(
      kCallTimeout_ms, {}, [&](const std::string& agency) { return network.place(agency); });
  if (!stage) return 1;
  if (stage->tap.worked(time_commits(stage->federation->cluster()), "commits are timed")) {
    soak(*stage, network, seed, std::chrono::seconds{seconds});
  }
  stage->tap.note("seed " + std::to_string(seed) + ", " + std::to_string(seconds) + " s");
  return stage->tap.status();
}

}  // namespace
}  // namespace relais::chaos

int main() { return relais::chaos::run(); }
