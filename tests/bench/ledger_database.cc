// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>

#include "node/ledger/checkpoint.h"
#include "node/storage/fill_tiles.h"
#include "node/storage/proofs.h"
#include "node/storage/verify.h"
#include "tests/bench/ledger.h"
#include "tests/support/postgres.h"

namespace relais::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr const char* kOrigin = "bench.example/disclosures/2026";

double since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

ledger::Ed25519Signer log_signer() {
  return ledger::Ed25519Signer::make(kOrigin, ledger::SignatureType::ed25519,
                                     ledger::PrivateKey::from_seed(Bytes(32, 'b')).value())
      .value();
}

constexpr uint64_t kBatch = 4096;

// The checkpoint after `frontier`, as a row of VALUES.
std::string checkpoint_row(const ledger::Frontier& frontier) {
  const Bytes note =
      ledger::sign_checkpoint({kOrigin, frontier.size(), frontier.root()}, log_signer()).value();
  return "(" + std::to_string(frontier.size()) + ", decode('" + to_hex(view(frontier.root())) +
         "', 'hex'), decode('" + to_hex(frontier.serialise()) + "', 'hex'), '" + note + "')";
}

// The rows an appender would have written, a checkpoint a batch.
void put_log(const std::string& database, uint64_t size) {
  ledger::Frontier frontier;
  std::string checkpoints;
  while (frontier.size() < size) {
    frontier.append(ledger::leaf_hash(leaf_data_number(frontier.size())));
    if (frontier.size() % kBatch != 0 && frontier.size() != size) continue;
    checkpoints += (checkpoints.empty() ? "" : ",") + checkpoint_row(frontier);
  }
  const auto& postgres = test::PrivatePostgres::instance();
  const std::string into = "SET search_path = relais; ";
  postgres.sql(database, into + "INSERT INTO ledger (origin) VALUES ('" + kOrigin + "')");
  postgres.sql(database, into +
                             "INSERT INTO entry SELECT l.id, i, gen_random_uuid(),"
                             " sha256(int8send(i)) FROM ledger l, generate_series(0, " +
                             std::to_string(size - 1) + ") i");
  for (size_t at = 0; at < checkpoints.size();) {
    // A command line is bounded: some rows at a time.
    const size_t end = std::min(checkpoints.find("'),(", std::min(at + 60'000, checkpoints.size())),
                                checkpoints.size() - 2) +
                       2;
    postgres.sql(database, into +
                               "INSERT INTO checkpoint SELECT l.id, v.* FROM ledger l, (VALUES " +
                               checkpoints.substr(at, end - at) + ") v");
    at = end + 1;
  }
  postgres.sql(database, into + "ANALYZE entry; ANALYZE checkpoint");
}

Result<void> measure_verify(storage::Pool& pool, const std::string& name) {
  const auto begun = Clock::now();
  RELAIS_TRY(report, storage::verify(pool, {kOrigin, log_signer().verifier(), nullptr, 1}));
  if (!report.sound()) return fail(FaultKind::corrupt, "the bench's ledger is not sound");
  Figure figure{name, static_cast<double>(report.entries) / since(begun), {}, {}, {}, {}};
  figure.more = {{"entries", static_cast<double>(report.entries)},
                 {"tiles", static_cast<double>(report.tiles)}};
  print(figure);
  return {};
}

Result<void> measure_fill(storage::Pool& pool) {
  const auto begun = Clock::now();
  uint64_t tiles = 0;
  while (true) {
    RELAIS_TRY(more, storage::fill_tiles(pool));
    if (more == 0) break;
    tiles += more;
  }
  Figure figure{
      "ledger_store_tiles", static_cast<double>(tiles) * 256 / since(begun), {}, {}, {}, {}};
  figure.more = {{"tiles", static_cast<double>(tiles)}};
  print(figure);
  return {};
}

// The receipts of a person with 500 entries spread over the whole log.
Result<void> measure_receipts(storage::Pool& pool, uint64_t size) {
  constexpr uint64_t kEntries = 500;
  storage::ProofStore proofs(pool);
  std::vector<uint64_t> indexes;
  for (uint64_t i = 0; i < kEntries; ++i) indexes.push_back(i * (size / kEntries));
  std::vector<double> took_ms;
  for (int i = 0; i < 20; ++i) {
    const auto begun = Clock::now();
    RELAIS_TRY(standing, proofs.prove(kOrigin, indexes));
    RELAIS_CHECK(standing.proofs.size() == kEntries);
    took_ms.push_back(since(begun) * 1000);
  }
  Figure figure{"ledger_500_receipts", 0, quantile(took_ms, 0.50), quantile(took_ms, 0.99), {}, {}};
  figure.rate_per_s = 1000 * kEntries / *figure.p50_ms;
  figure.more = {{"entries", static_cast<double>(size)}};
  print(figure);
  return {};
}

}  // namespace

Result<void> measure_database(const Options& options) {
  const uint64_t size = options.full ? 2'000'000 : 200'000;
  auto& postgres = test::PrivatePostgres::instance();
  const std::string database = postgres.migrated_database();
  note("writing " + std::to_string(size) + " entries into a database");
  put_log(database, size);
  storage::PoolSettings settings;
  settings.connection = postgres.connection(database, "relais_node");
  settings.size = 1;
  storage::Pool pool(settings);
  RELAIS_TRY_VOID(measure_verify(pool, "ledger_verify_entries"));
  RELAIS_TRY_VOID(measure_fill(pool));
  RELAIS_TRY_VOID(measure_verify(pool, "ledger_verify_entries_and_tiles"));
  return measure_receipts(pool, size);
}

}  // namespace relais::bench
