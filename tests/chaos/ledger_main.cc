// SPDX-License-Identifier: Apache-2.0
// chaos_ledger: a federation of real nodes on a real PostgreSQL, asked by several callers at once,
// while one thing after another goes wrong (troubles.h), for RELAIS_SECONDS. Then everything is
// healed, and what LedgerWatch checks must stand. It ends with its seed and its counts; RELAIS_SEED
// repeats the schedule, though not the machine's timing. Prints "ok NAME" / "not ok NAME".
#include <filesystem>
#include <random>

#include "tests/chaos/aftermath.h"
#include "tests/chaos/callers.h"
#include "tests/chaos/troubles.h"
#include "tests/chaos/withdrawals.h"

namespace relais::chaos {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr uint64_t kSeconds = 40;
constexpr int kCallTimeout_ms = 300;  // so that what a dead node had claimed is soon free again

std::string shim() {
  std::error_code ignored;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return (self.parent_path() / "libclock_shift.so").string();
}

// A soak of one federation from a seed.
class Soak {
 public:
  Soak(e2e::Stage& stage, Clocks& clocks, uint64_t seed)
      : stage_(stage),
        watch_(watched_ledgers(stage)),
        aftermath_(stage),
        troubles_(stage, clocks, replica_, seed),
        seed_(seed) {
    replica_.program = stage.programs + "/relais-node";
    replica_.environment = clocks.environment(kSender);
  }

  bool set_up() {
    const auto set = prepare();
    return stage_.tap.worked(set, "a second replica of a node is laid out, and commits are timed");
  }

  void go_on_for(std::chrono::seconds time) {
    Callers callers(stage_, watch_, settings());
    Withdrawals withdrawals(stage_.federation->desk(kSender), seed_);
    for (const auto until = Clock::now() + time; Clock::now() < until;) troubles_.strike();
    stage_.tap.check(troubles_.heal(), "every node and the database come back");
    callers.stop();
    withdrawals.stop();
    stage_.tap.none(callers.wrong(),
                    "every request is answered in the end, and one key by one referral");
    stage_.tap.check(aftermath_.settled(), "nothing waits in an outbox any more",
                     aftermath_.waiting());
    told_ = callers.told();
    stage_.tap.none(aftermath_.not_delivered(told_),
                    "every referral that was promised is held by its recipient");
    stage_.tap.none(aftermath_.disagreements(), "no referral stands twice, and both sides agree");
    aftermath_.check_persons(withdrawals);
    repeated_ = callers.repeated();
    accepted_ = callers.accepted();
  }

  void check() {
    const test::WatchReport report = watch_.check();
    stage_.tap.none(report.wrong,
                    "the ledgers re-verify: no gap, no duplicate, all checkpoints consistent, every"
                    " message held covered by a checkpoint signed before it was sent");
    stage_.tap.check(report.released > 10 && report.disclosures >= told_.size() && !told_.empty(),
                     "there was something to check");
    aftermath_.tell(report, told_.size(), repeated_, accepted_, troubles_.counts());
  }

 private:
  Result<void> prepare() {
    demo::Federation& federation = *stage_.federation;
    RELAIS_TRY(ports, demo::free_ports(3));
    RELAIS_TRY_VOID(replica_.lay_out(federation.seat(kSender), ports));
    RELAIS_TRY_VOID(
        federation.cluster().sql("postgres", "ALTER SYSTEM SET track_commit_timestamp = on"));
    federation.cluster().stop();
    return federation.cluster().start();
  }

  CallersSettings settings() const {
    const demo::Federation& federation = *stage_.federation;
    CallersSettings settings;
    demo::DeskAccess second = federation.desk(kSender);
    second.address = "127.0.0.1:" + std::to_string(replica_.seat.desk_port);
    settings.desks = {federation.desk(kSender), second};
    settings.receiver = federation.desk(kReceiver);
    for (const std::string& agency : federation.agencies()) {
      settings.pages[agency] = {{"127.0.0.1", federation.seat(agency).ops_port}};
    }
    settings.pages[kSender].push_back({"127.0.0.1", replica_.seat.ops_port});
    settings.seed = seed_;
    return settings;
  }

  e2e::Stage& stage_;
  test::LedgerWatch watch_;
  Aftermath aftermath_;
  Replica replica_;
  Troubles troubles_;
  const uint64_t seed_;
  std::map<std::string, Told> told_;
  uint64_t repeated_ = 0;
  uint64_t accepted_ = 0;
};

int run() {
  const uint64_t seed = number_from("RELAIS_SEED", std::random_device{}());
  const uint64_t seconds = number_from("RELAIS_SECONDS", kSeconds);
  Clocks clocks(shim(), {"pass-69", "sds-69", "siao-69"});
  const auto environment = [&](const std::string& agency) { return clocks.environment(agency); };
  const auto stage = e2e::set_stage(kCallTimeout_ms, environment);
  if (!stage) return 1;
  if (stage->tap.check(clocks.made(), "the nodes have clocks of their own")) {
    Soak soak(*stage, clocks, seed);
    if (soak.set_up()) {
      soak.go_on_for(std::chrono::seconds{seconds});
      soak.check();
    }
  }
  stage->tap.note("seed " + std::to_string(seed) + ", " + std::to_string(seconds) + " s");
  return stage->tap.status();
}

}  // namespace
}  // namespace relais::chaos

int main() { return relais::chaos::run(); }
