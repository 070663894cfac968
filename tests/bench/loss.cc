// SPDX-License-Identifier: Apache-2.0
// Whole lives of referrals across two real nodes while one message in ten is lost on the way, each
// way, and both nodes are ended twice, once of them by kill -9: how many a second, beside the same
// lives over the same links undisturbed, in the same run.
//   bench_loss [--full] [--seconds N]
// full: 10,000 referrals disturbed, 2,500 undisturbed; otherwise as many as take about N seconds.
// Exits 1 when one is lost or stands twice, and, full, when it is slower than half of undisturbed.
// The nodes are set as whoever has such a line would set them: one second for an answer, two for
// the longest pause, more workers, because a message that is lost keeps its worker for that second.
// With the defaults the sum is the same, and the last of them wait for minutes.
#include <signal.h>

#include <algorithm>

#include "tests/bench/figure.h"
#include "tests/bench/ground.h"
#include "tests/bench/lives.h"
#include "tests/bench/lossy_link.h"

namespace relais::bench {
namespace {

constexpr double kLost = 0.10;
constexpr size_t kFull = 10'000;
constexpr size_t kLeast = 100;
constexpr double kLeastRatio = 0.5;  // judged where the run is long enough to say something
constexpr int kCallTimeout_ms = 1000;

struct Links {
  std::unique_ptr<LossyLink> there;
  std::unique_ptr<LossyLink> back;

  void lose(double share) const {
    there->lose(share);
    back->lose(share);
  }
  uint64_t lost() const { return there->lost() + back->lost(); }
  uint64_t passed() const { return there->passed() + back->passed(); }
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string endpoint(int port) { return "127.0.0.1:" + std::to_string(port); }

// The directory names the links instead of the nodes behind them.
Result<Links> lay_between(demo::Federation& federation, uint64_t seed) {
  const demo::Seat& sender = federation.seat(kSender);
  const demo::Seat& recipient = federation.seat(kRecipient);
  const std::string roots = federation.ground().folder + "/exchange-authority.pem";
  RELAIS_TRY(there, LossyLink::open(sender, recipient, roots, seed));
  RELAIS_TRY(back, LossyLink::open(recipient, sender, roots, seed + 1));
  std::string text = federation.directory_text();
  text = replaced(text, endpoint(recipient.exchange_port), endpoint(there->port()));
  text = replaced(text, endpoint(sender.exchange_port), endpoint(back->port()));
  RELAIS_TRY_VOID(federation.publish(text, {"a", "b"}));
  return Links{std::move(there), std::move(back)};
}

// Each node twice, as the lives go on: killed the first time, told to end the second.
class Restarts {
 public:
  explicit Restarts(demo::Federation& federation) : federation_(federation) {}
  Result<void> at(double share) {
    constexpr double kWhen[] = {0.15, 0.35, 0.55, 0.75};
    if (done_ == std::size(kWhen) || share < kWhen[done_]) return {};
    const std::string agency = done_ % 2 == 0 ? kRecipient : kSender;
    const auto begun = std::chrono::steady_clock::now();
    if (done_ < 2) {
      federation_.node(agency).end(SIGKILL);
    } else {
      federation_.stop(agency);
    }
    ++done_;
    RELAIS_TRY_VOID(federation_.start(agency));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    note(agency + " was away for " + std::to_string(took.count()) + " s");
    return {};
  }
  size_t done() const { return done_; }

 private:
  demo::Federation& federation_;
  size_t done_ = 0;
};

Result<Lives> undisturbed(demo::Federation& federation, const Options& options) {
  LivesSettings settings;
  settings.key = "first-";
  settings.referrals = kLeast;  // the first are slower: connections, plans, caches
  RELAIS_TRY(warm, live(federation, settings));
  settings.key = "undisturbed-";
  settings.referrals =
      options.full ? kFull / 4
                   : std::max(kLeast, static_cast<size_t>(warm.rate() * options.seconds / 3));
  return live(federation, settings);
}

Result<void> judge(const Lives& lives, const Lives& calm, size_t wanted, size_t restarts,
                   bool full) {
  const bool whole =
      lives.promised == wanted && lives.lost + lives.doubled + calm.lost + calm.doubled == 0;
  if (!whole) return fail(FaultKind::internal, "a referral was lost, or stands twice");
  if (restarts < 4) return fail(FaultKind::internal, "the nodes were not restarted twice");
  if (full && lives.rate() < kLeastRatio * calm.rate()) {
    return fail(FaultKind::internal, "slower than half of the undisturbed run");
  }
  return {};
}

Result<void> run(const Options& options) {
  RELAIS_TRY(folder, Folder::make());
  RELAIS_TRY(federation, found(options, folder,
                               "workers = 24\nlongest_retry_seconds = 2\ncall_timeout_ms = " +
                                   std::to_string(kCallTimeout_ms) + "\n"));
  RELAIS_TRY(links, lay_between(*federation, 1));
  RELAIS_TRY_VOID(federation->start_all({kSender, kRecipient}));
  RELAIS_TRY(calm, undisturbed(*federation, options));
  links.lose(kLost);
  Restarts restarts(*federation);
  LivesSettings settings;
  settings.key = "disturbed-";
  settings.referrals =
      options.full ? kFull
                   : std::max(kLeast, static_cast<size_t>(calm.rate() * options.seconds / 2));
  settings.meanwhile = [&](double share) { return restarts.at(share); };
  const uint64_t passed_before = links.passed();
  RELAIS_TRY(lives, live(*federation, settings));
  const auto lost_messages = static_cast<double>(links.lost());
  print({"loss",
         lives.rate(),
         {},
         {},
         calm.rate(),
         {{"referrals", static_cast<double>(lives.promised)},
          {"lost", static_cast<double>(lives.lost + calm.lost)},
          {"doubled", static_cast<double>(lives.doubled + calm.doubled)},
          {"restarts", static_cast<double>(restarts.done())},
          {"messages_lost", lost_messages},
          {"share_lost",
           lost_messages / (lost_messages + static_cast<double>(links.passed() - passed_before))},
          {"undisturbed", static_cast<double>(calm.promised)},
          {"call_timeout_ms", kCallTimeout_ms}}});
  return judge(lives, calm, settings.referrals, restarts.done(), options.full);
}

}  // namespace
}  // namespace relais::bench

int main(int argc, char** argv) { return relais::bench::run_bench(argc, argv, relais::bench::run); }
