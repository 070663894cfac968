// SPDX-License-Identifier: Apache-2.0
// How many referrals a second cross from one agency to another: two nodes, their databases and the
// load on this machine, 64 in flight, each from its submission until the acknowledgement stands in
// the sender's database. The machine's limit for the same work is measured in the same run, just
// before: a figure says something only beside it.
//   bench_end_to_end [--seconds N]
// Exits 1 when a referral failed. Nodes run with the product's own default settings.
#include <unistd.h>

#include <algorithm>

#include "tests/bench/ground.h"
#include "tests/bench/limits.h"
#include "tests/bench/load.h"
#include "tests/bench/options.h"
#include "tests/bench/processes.h"
#include "tests/bench/statement.h"

namespace relais::bench {
namespace {

Result<double> measure_limit(demo::Federation& federation, Lasting lasting) {
  RELAIS_TRY(pairs, measure_durable_pairs(federation, lasting));
  print(pairs);
  RELAIS_TRY(echoes, measure_echoes(federation, kRecipient, lasting));
  print(echoes);
  RELAIS_TRY(signatures, measure_signatures(lasting));
  print(signatures.first);
  print(signatures.second);
  return limit_of(pairs.rate_per_s, echoes.rate_per_s, signatures.first.rate_per_s,
                  signatures.second.rate_per_s);
}

// CPU time by where it went, as milliseconds a referral; and the most threads seen.
class Meter {
 public:
  explicit Meter(demo::Federation& federation) : federation_(federation), before_(read()) {}

  void look() {
    for (const char* agency : {kSender, kRecipient}) {
      threads_ = std::max(threads_, usage_of(federation_.node(agency).id()).threads);
    }
  }

  void tell(Figure& figure, size_t referrals) {
    look();
    const Cpu now = read();
    const auto each = [&](double before, double after) {
      return referrals == 0 ? 0 : (after - before) * 1000 / static_cast<double>(referrals);
    };
    const double rss = std::max(usage_of(federation_.node(kSender).id()).peak_rss_mib,
                                usage_of(federation_.node(kRecipient).id()).peak_rss_mib);
    figure.more.insert(figure.more.end(),
                       {{"rss_mib", rss},
                        {"threads", threads_},
                        {"sender_cpu_ms", each(before_.sender, now.sender)},
                        {"recipient_cpu_ms", each(before_.recipient, now.recipient)},
                        {"database_cpu_ms", each(before_.database, now.database)},
                        {"client_cpu_ms", each(before_.client, now.client)}});
  }

 private:
  struct Cpu {
    double sender = 0, recipient = 0, database = 0, client = 0;
  };
  Cpu read() {
    return {usage_of(federation_.node(kSender).id()).cpu_s,
            usage_of(federation_.node(kRecipient).id()).cpu_s,
            cpu_of_family(federation_.cluster_id()), usage_of(getpid()).cpu_s};
  }

  demo::Federation& federation_;
  double threads_ = 0;
  Cpu before_;
};

Result<void> run(const Options& options) {
  RELAIS_TRY(folder, Folder::make());
  RELAIS_TRY(federation, found(options, folder));
  RELAIS_TRY(limit, measure_limit(*federation, Lasting{std::clamp(options.seconds / 3, 1.0, 5.0)}));
  RELAIS_TRY_VOID(federation->start_all({kSender, kRecipient}));
  LoadSettings settings;
  settings.sender = kSender;
  settings.recipient = kRecipient;
  settings.lasting = std::chrono::duration<double>{options.seconds};
  Meter meter(*federation);
  RELAIS_TRY(report, load(*federation, settings, [&] { meter.look(); }));
  Figure figure{"end_to_end",
                static_cast<double>(report.took_ms.size()) / options.seconds,
                quantile(report.took_ms, 0.50),
                quantile(report.took_ms, 0.99),
                limit,
                {{"in_flight", static_cast<double>(settings.in_flight)},
                 {"completed", static_cast<double>(report.completed)},
                 {"errors", static_cast<double>(report.errors)}}};
  meter.tell(figure, report.completed);
  print(figure);
  if (report.errors > 0 || report.completed == 0) {
    return fail(FaultKind::internal, "not every referral arrived", report.first_error);
  }
  return measure_statement(*federation, settings);
}

}  // namespace
}  // namespace relais::bench

int main(int argc, char** argv) { return relais::bench::run_bench(argc, argv, relais::bench::run); }
