// SPDX-License-Identifier: Apache-2.0
#include "node/storage/tiles.h"

#include <set>

#include "node/storage/sql_array.h"

namespace relais::storage {
namespace {

using ledger::kTileWidth;
using ledger::TilePath;

// More than that is a ledger whose tiles were never filled: proving from it would read it whole.
constexpr int kMostMade = 128;
constexpr size_t kMostAbove = 256;

const Statement kEntries{"tile_entries",
                         "SELECT commitment FROM entry WHERE ledger = $1 AND index >= $2"
                         " AND index < $3 ORDER BY index"};
const Statement kTile{"tile_one",
                      "SELECT hashes FROM tile WHERE ledger = $1 AND level = $2 AND index = $3"};
const Statement kRoots{"tile_roots",
                       "SELECT index, root FROM tile WHERE ledger = $1 AND level = $2"
                       " AND index >= $3 AND index < $4 ORDER BY index"};
const Statement kSome{"tile_some",
                      "SELECT index, hashes FROM tile WHERE ledger = $1 AND level = 0"
                      " AND index = ANY($2::bigint[])"};

}  // namespace

Result<Bytes> StoredTiles::entries(const TilePath& path) const {
  const uint64_t first = path.index * kTileWidth;
  const pqxx::result rows = run(work_, kEntries, ledger_, first, first + path.width);
  if (rows.size() != path.width) {
    return fail(FaultKind::corrupt, "entries of the ledger are missing", print_tile_path(path));
  }
  std::vector<Bytes> leaves;
  std::vector<Digest> hashes;
  for (const auto& row : rows) {
    leaves.push_back("\x01" + bytes_of(row[0]));
    hashes.push_back(ledger::leaf_hash(leaves.back()));
  }
  return path.level ? ledger::encode_tile(hashes) : ledger::encode_bundle(leaves);
}

std::optional<Bytes> StoredTiles::stored(const TilePath& path) const {
  const auto kept = *path.level == 0 ? kept_.find(path.index) : kept_.end();
  if (kept != kept_.end()) return kept->second;
  const pqxx::result rows = run(work_, kTile, ledger_, static_cast<int>(*path.level), path.index);
  if (rows.empty()) return std::nullopt;
  return bytes_of(rows[0][0]);
}

// A tile above level 0 holds the roots of the tiles below it.
Result<Bytes> StoredTiles::roots(const TilePath& path) const {
  const auto below = static_cast<uint8_t>(*path.level - 1);
  const uint64_t first = path.index * kTileWidth;
  std::map<uint64_t, Bytes> known;
  for (const auto& row :
       run(work_, kRoots, ledger_, static_cast<int>(below), first, first + path.width)) {
    known[row[0].as<uint64_t>()] = bytes_of(row[1]);
  }
  Bytes bytes;
  for (uint64_t index = first; index < first + path.width; ++index) {
    const auto found = known.find(index);
    if (found != known.end()) {
      bytes += found->second;
      continue;
    }
    RELAIS_TRY(tile, read({below, index, kTileWidth}));
    RELAIS_TRY(hashes, ledger::parse_tile(tile));
    bytes += view(ledger::tile_root(hashes));
  }
  return bytes;
}

Result<Bytes> StoredTiles::read(const TilePath& path) const {
  if (!path.level) return entries(path);
  if (*path.level == 0) return path.width < kTileWidth ? entries(path) : full(path);
  // Few, and asked for again by every proof.
  const std::string name = print_tile_path(path);
  const auto found = above_.find(name);
  if (found != above_.end()) return found->second;
  RELAIS_TRY(bytes, path.width < kTileWidth ? roots(path) : full(path));
  if (above_.size() == kMostAbove) above_.clear();
  above_[name] = bytes;
  return std::move(bytes);
}

Result<Bytes> StoredTiles::full(const TilePath& path) const {
  if (auto bytes = stored(path)) return std::move(*bytes);
  if (++made_ > kMostMade) {
    return fail(FaultKind::unavailable, "the ledger's tiles are not all stored yet");
  }
  RELAIS_TRY(bytes, *path.level == 0 ? entries(path) : roots(path));
  if (*path.level == 0) kept_[path.index] = bytes;  // the next proof asks for it again
  return std::move(bytes);
}

void StoredTiles::keep_for(std::span<const uint64_t> leaves) {
  kept_.clear();
  std::set<uint64_t> numbers;
  for (const uint64_t leaf : leaves) numbers.insert(leaf / kTileWidth);
  SqlArray list;
  for (const uint64_t number : numbers) list.add_number(static_cast<int64_t>(number));
  for (const auto& row : run(work_, kSome, ledger_, list.done())) {
    kept_[row[0].as<uint64_t>()] = bytes_of(row[1]);
  }
}

}  // namespace relais::storage
