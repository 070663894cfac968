// SPDX-License-Identifier: Apache-2.0
// chaos_ledger: a federation of real nodes on a real PostgreSQL, asked by several callers at once,
// while one thing after another goes wrong (troubles.h), for RELAIS_SECONDS. Then everything is
// healed, and what LedgerWatch checks must stand. It ends with its seed and its counts; RELAIS_SEED
// repeats the schedule, though not the machine's timing. Prints "ok NAME" / "not ok NAME".
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <sstream>

#include "policy/document.h"
#include "tests/chaos/callers.h"
#include "tests/chaos/troubles.h"

namespace relais::chaos {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* kSender = "sds-69";
constexpr const char* kReceiver = "siao-69";
constexpr uint64_t kSeconds = 40;
constexpr int kCallTimeout_ms = 300;  // so that what a dead node had claimed is soon free again

uint64_t number_from(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  if (text == nullptr) return otherwise;
  uint64_t value = 0;
  const std::string_view view(text);
  const auto read = std::from_chars(view.data(), view.data() + view.size(), value);
  return read.ec == std::errc{} ? value : otherwise;
}

std::string shim() {
  std::error_code ignored;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return (self.parent_path() / "libclock_shift.so").string();
}

// The value of ledger_key in the entry that the agency's directory was made from.
ledger::VerifierKey ledger_key(const demo::Seat& seat) {
  const std::string text = policy::read_file(seat.file("agency.toml")).value_or("");
  const std::string mark = "ledger_key = \"";
  const size_t begin = text.find(mark) + mark.size();
  return ledger::VerifierKey::parse(text.substr(begin, text.find('"', begin) - begin)).value();
}

test::WatchedLedger watched(const e2e::Stage& stage, const std::string& agency) {
  demo::Federation& federation = *stage.federation;
  const demo::Seat& seat = federation.seat(agency);
  const auto ask = [&federation, &seat](const std::string& query) {
    return federation.cluster().sql(seat.database(), query).value();
  };
  const auto verify = [&federation, agency]() -> std::vector<std::string> {
    const auto ended = federation.relaisctl(agency, {"ledger", "verify"});
    if (ended && ended->status == 0) return {};
    return {ended ? ended->output + ended->errors : "relaisctl does not run"};
  };
  return {agency, ledger_key(seat), ask, verify};
}

// A soak of one federation from a seed.
class Soak {
 public:
  Soak(e2e::Stage& stage, Clocks& clocks, uint64_t seed)
      : stage_(stage),
        watch_(watched_all(stage)),
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
    for (const auto until = Clock::now() + time; Clock::now() < until;) troubles_.strike();
    stage_.tap.check(troubles_.heal(), "every node and the database come back");
    callers.stop();
    stage_.tap.none(callers.wrong(),
                    "every request is answered in the end, and one key by one referral");
    stage_.tap.check(settled(), "nothing waits in an outbox any more", waiting_);
    told_ = callers.told();
    stage_.tap.none(not_delivered(), "every referral that was promised is held by its recipient");
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
    tell(report);
  }

 private:
  static std::vector<test::WatchedLedger> watched_all(const e2e::Stage& stage) {
    std::vector<test::WatchedLedger> ledgers;
    for (const std::string& agency : stage.federation->agencies()) {
      ledgers.push_back(watched(stage, agency));
    }
    return ledgers;
  }

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
      settings.pages[agency] = {federation.seat(agency).ops_port};
    }
    settings.pages[kSender].push_back(replica_.seat.ops_port);
    settings.seed = seed_;
    return settings;
  }

  std::string ask(const std::string& agency, const std::string& query) const {
    const demo::Federation& federation = *stage_.federation;
    const auto rows = stage_.federation->cluster().sql(federation.seat(agency).database(), query);
    return rows ? *rows : rows.error().where;
  }

  bool settled() {
    const auto none_waits = [this] {
      waiting_.clear();
      for (const std::string& agency : stage_.federation->agencies()) {
        waiting_ += ask(agency,
                        "SELECT disclosure, peer, attempts, last_failure, next_attempt_ms -"
                        " relais.now_ms() FROM relais.outbox WHERE status = 'queued' LIMIT 5");
      }
      return waiting_.find_first_not_of('\n') == std::string::npos;
    };
    return e2e::eventually(none_waits, 90s);
  }

  std::vector<std::string> not_delivered() const {
    std::set<std::string> filed;
    std::istringstream lines(ask(kReceiver,
                                 "SELECT disclosure FROM relais.filed WHERE status = 'filed'"
                                 " AND sender = 'sds-69'"));
    for (std::string line; std::getline(lines, line);) filed.insert(line);
    std::vector<std::string> missing;
    for (const auto& [key, told] : told_) {
      if (filed.count(told.disclosure) == 0) missing.push_back(key + " " + told.disclosure);
    }
    return missing;
  }

  void tell(const test::WatchReport& report) const {
    stage_.tap.note(std::to_string(told_.size()) + " referrals promised (" +
                    std::to_string(repeated_) + " calls repeated), " + std::to_string(accepted_) +
                    " accepted");
    for (const auto& [what, times] : troubles_.counts()) {
      stage_.tap.note(std::to_string(times) + " times " + what);
    }
    stage_.tap.note(std::to_string(report.entries) + " entries, " +
                    std::to_string(report.checkpoints) + " checkpoints (" +
                    std::to_string(report.released) + " of them as strangers saw them), " +
                    std::to_string(report.proofs) + " consistency proofs, " +
                    std::to_string(report.disclosures) + " messages held by peers");
  }

  e2e::Stage& stage_;
  test::LedgerWatch watch_;
  Replica replica_;
  Troubles troubles_;
  const uint64_t seed_;
  std::map<std::string, Told> told_;
  std::string waiting_;
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
