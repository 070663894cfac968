// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/limits.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <thread>

#include "node/ledger/crypto.h"

namespace relais::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kPairsATransaction = 64;
constexpr size_t kSignedBytes = 200;  // about a checkpoint's

constexpr const char* kTables =
    "CREATE TABLE one (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea);"
    "CREATE TABLE other (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea)";
constexpr const char* kScript =
    "BEGIN;\n"
    "INSERT INTO one (body) SELECT decode(repeat('5a', 300), 'hex') FROM generate_series(1, 64);\n"
    "INSERT INTO other (body) SELECT decode(repeat('5a', 300), 'hex') FROM generate_series(1, "
    "64);\n"
    "COMMIT;\n";

std::string postgres_program(const std::string& name) {
  const char* set = std::getenv("RELAIS_POSTGRES_BIN");
  return std::string(set != nullptr ? set : "/usr/lib/postgresql/15/bin") + "/" + name;
}

size_t cores() { return std::max<size_t>(1, std::thread::hardware_concurrency()); }

// Calls of `once` a second, on all cores together.
template <class Once>
Figure on_all_cores(const std::string& name, Lasting lasting, Once once) {
  std::vector<std::vector<double>> took_ms(cores());
  std::vector<std::thread> threads;
  const auto until = Clock::now() + lasting;
  for (auto& mine : took_ms) {
    threads.emplace_back([&mine, &once, until] {
      for (auto now = Clock::now(); now < until;) {
        once();
        const auto then = std::exchange(now, Clock::now());
        mine.push_back(std::chrono::duration<double, std::milli>(now - then).count());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<double> all;
  for (const auto& mine : took_ms) all.insert(all.end(), mine.begin(), mine.end());
  Figure figure{name, static_cast<double>(all.size()) / lasting.count(), {}, {}, {}, {}};
  figure.p50_ms = quantile(all, 0.50);
  figure.p99_ms = quantile(all, 0.99);
  figure.more = {{"cores", static_cast<double>(cores())}};
  return figure;
}

}  // namespace

Result<Figure> measure_durable_pairs(demo::Federation& federation, Lasting lasting) {
  demo::Cluster& cluster = federation.cluster();
  RELAIS_TRY_VOID(cluster.create_database("bench"));
  RELAIS_TRY_VOID(cluster.sql("bench", kTables));
  const std::string script = federation.ground().folder + "/pairs.sql";
  std::ofstream(script) << kScript;
  demo::Command command;
  const auto seconds = std::max(1, static_cast<int>(lasting.count()));
  command.words = {postgres_program("pgbench"),
                   "--no-vacuum",
                   "--client=8",
                   "--jobs=2",
                   "--protocol=prepared",
                   "--time=" + std::to_string(seconds),
                   "--file=" + script,
                   cluster.connection("bench", "postgres")};
  RELAIS_TRY(said, demo::must_run(command));
  std::smatch rate;
  if (!std::regex_search(said, rate, std::regex("tps = ([0-9]+[.]?[0-9]*)"))) {
    return fail(FaultKind::internal, "pgbench did not tell its rate", script);
  }
  RELAIS_TRY_VOID(cluster.sql("postgres", "DROP DATABASE bench"));
  RELAIS_TRY_VOID(cluster.sql("postgres", "CHECKPOINT"));  // not during the next measurement
  const double pairs = std::stod(rate[1]) * kPairsATransaction;
  return Figure{"durable_pairs", pairs, {}, {}, {}, {{"connections", 8}}};
}

Result<std::pair<Figure, Figure>> measure_signatures(Lasting lasting) {
  const std::string seed(32, '\x11');
  RELAIS_TRY(key, ledger::PrivateKey::from_seed(seed));
  const std::string message(kSignedBytes, 'r');
  const Bytes signature = key.sign(message);
  const auto sign = [&] { RELAIS_CHECK(key.sign(message) == signature); };
  const auto verify = [&] { RELAIS_CHECK(key.public_key().verify(message, signature)); };
  Figure signing = on_all_cores("ed25519_sign", lasting, sign);
  return std::pair{std::move(signing), on_all_cores("ed25519_verify", lasting, verify)};
}

double limit_of(double b, double e, double s, double v) {
  return 1 / (2 / b + 2 / e + 2 / s + 2 / v);
}

}  // namespace relais::bench
