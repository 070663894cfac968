// SPDX-License-Identifier: Apache-2.0
// A log as files: how long one inclusion proof takes, how much memory it needs, and how fast the
// whole log is derived again. With --full 10,000,000 leaves for the proof.
//   bench_ledger [--full] [--seconds N]
#include "tests/bench/ledger.h"

#include <malloc.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "admin/tiles.h"
#include "node/ledger/audit.h"
#include "node/ledger/tile.h"

namespace relais::bench {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using ledger::kTileWidth;

double since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

// Writes a log's tiles (and bundles when asked) as its owner would, in one pass.
class Writer {
 public:
  Writer(std::string folder, bool bundles) : folder_(std::move(folder)), bundles_(bundles) {}

  ledger::Checkpoint write(uint64_t size) {
    for (uint64_t i = 0; i < size; ++i) {
      const Bytes leaf = leaf_data_number(i);
      if (bundles_) add_to_bundle(i, leaf, size);
      frontier_.append(ledger::leaf_hash(leaf));
      add(0, ledger::leaf_hash(leaf));
    }
    for (size_t level = 0; level < levels_.size(); ++level) {
      if (!levels_[level].empty()) put_tile(level);
    }
    return {"bench.example", size, frontier_.root()};
  }

 private:
  void add_to_bundle(uint64_t index, const Bytes& leaf, uint64_t size) {
    bundle_.push_back(leaf);
    if (bundle_.size() < kTileWidth && index + 1 < size) return;
    const auto width = static_cast<uint16_t>(bundle_.size());
    put({std::nullopt, index / kTileWidth, width}, ledger::encode_bundle(bundle_));
    bundle_.clear();
  }
  void add(size_t level, const Digest& hash) {
    if (levels_.size() == level) {
      levels_.emplace_back();
      full_.push_back(0);
    }
    levels_[level].push_back(hash);
    if (levels_[level].size() < kTileWidth) return;
    put_tile(level);
    const Digest root = ledger::tile_root(levels_[level]);
    levels_[level].clear();
    ++full_[level];
    add(level + 1, root);
  }
  void put_tile(size_t level) {
    put({static_cast<uint8_t>(level), full_[level], static_cast<uint16_t>(levels_[level].size())},
        ledger::encode_tile(levels_[level]));
  }
  void put(const ledger::TilePath& path, const Bytes& bytes) {
    const std::string file = folder_ + "/" + print_tile_path(path);
    const std::string parent = file.substr(0, file.rfind('/'));
    if (parent != made_) fs::create_directories(made_ = parent);
    std::ofstream(file, std::ios::binary) << bytes;
  }

  const std::string folder_;
  const bool bundles_;
  ledger::Frontier frontier_;
  std::vector<std::vector<Digest>> levels_;
  std::vector<uint64_t> full_;
  std::vector<Bytes> bundle_;
  std::string made_;
};

// A folder that goes away.
struct Folder {
  std::string path = (fs::temp_directory_path() / "relais-bench-XXXXXX").string();
  Folder() { RELAIS_CHECK(mkdtemp(path.data()) != nullptr); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

// Proofs of random leaves, each verified; tiles are read from their files every time.
Result<void> measure_proofs(uint64_t size, double seconds) {
  const Folder folder;
  note("writing the tiles of " + std::to_string(size) + " leaves");
  const auto checkpoint = Writer(folder.path, false).write(size);
  RELAIS_TRY(tiles, admin::TileSource::open(folder.path));
  const ledger::TiledHashes hashes(*tiles, size);
  std::vector<double> took_ms;
  took_ms.reserve(1'000'000);
  size_t most_bytes = 0;
  uint64_t index = 7;
  double used = 0;
  for (const auto begun = Clock::now(); since(begun) < seconds;) {
    index = (index * 6364136223846793005ULL + 1442695040888963407ULL) % size;
    const size_t before = mallinfo2().uordblks;
    const double used_before = processor_s();
    const auto started = Clock::now();
    RELAIS_TRY(proof, prove_inclusion(index, size, hashes));
    took_ms.push_back(since(started) * 1000);
    used += processor_s() - used_before;
    most_bytes = std::max(most_bytes, mallinfo2().uordblks - before);
    RELAIS_TRY_VOID(ledger::verify_inclusion(
        index, size, ledger::leaf_hash(leaf_data_number(index)), proof, checkpoint.root));
  }
  Figure figure{
      "ledger_inclusion_proof", static_cast<double>(took_ms.size()) / seconds, {}, {}, {}, {}};
  figure.p50_ms = quantile(took_ms, 0.50);
  figure.p99_ms = quantile(took_ms, 0.99);
  figure.more = {{"leaves", static_cast<double>(size)},
                 {"processor_ms", used * 1000 / static_cast<double>(took_ms.size())},
                 {"kept_bytes", static_cast<double>(most_bytes)}};
  print(figure);
  return {};
}

Result<void> measure_audit(uint64_t size) {
  const Folder folder;
  note("writing the tiles and bundles of " + std::to_string(size) + " entries");
  const auto checkpoint = Writer(folder.path, true).write(size);
  RELAIS_TRY(tiles, admin::TileSource::open(folder.path));
  const double used = processor_s();
  const auto begun = Clock::now();
  RELAIS_TRY(audited, ledger::audit(*tiles, checkpoint, std::nullopt, nullptr));
  Figure figure{
      "ledger_verify_tiles", static_cast<double>(audited.entries) / since(begun), {}, {}, {}, {}};
  figure.more = {
      {"entries", static_cast<double>(audited.entries)},
      {"per_processor_s", static_cast<double>(audited.entries) / (processor_s() - used)}};
  print(figure);
  return {};
}

Result<void> run(const Options& options) {
  RELAIS_TRY_VOID(measure_proofs(10'000, std::min(options.seconds, 3.0)));
  if (options.full) RELAIS_TRY_VOID(measure_proofs(10'000'000, options.seconds));
  RELAIS_TRY_VOID(measure_audit(options.full ? 2'000'000 : 200'000));
  RELAIS_TRY_VOID(measure_database(options));
  return measure_append(options);
}

}  // namespace
}  // namespace relais::bench

int main(int argc, char** argv) { return relais::bench::run_bench(argc, argv, relais::bench::run); }
