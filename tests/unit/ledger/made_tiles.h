// SPDX-License-Identifier: Apache-2.0
// Every tile and bundle of a log in memory, made level by level from its leaves as a log's owner
// would, apart from the code that reads them. A test may change one. One thread.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "node/ledger/encoding.h"
#include "node/ledger/tile.h"

namespace relais::ledger {

// Leaf data of 33 bytes, as ours are: 0x01 and something that looks like a commitment.
inline Bytes leaf_data_number(uint64_t i) {
  Bytes data("\x01");
  put_u64(data, i);
  data.resize(33, 'c');
  return data;
}
inline Digest leaf_number(uint64_t i) { return leaf_hash(leaf_data_number(i)); }

class MadeTiles final : public TileReader {
 public:
  explicit MadeTiles(uint64_t size) {
    std::vector<Digest> hashes;
    std::vector<Bytes> bundle;
    for (uint64_t i = 0; i < size; ++i) {
      hashes.push_back(leaf_number(i));
      bundle.push_back(leaf_data_number(i));
      if (bundle.size() < kTileWidth && i + 1 < size) continue;
      tiles[print_tile_path({std::nullopt, i / kTileWidth, static_cast<uint16_t>(bundle.size())})] =
          encode_bundle(bundle);
      bundle.clear();
    }
    for (uint8_t level = 0; !hashes.empty(); ++level) hashes = cut(level, hashes);
  }
  Result<Bytes> read(const TilePath& path) const override {
    const auto found = tiles.find(print_tile_path(path));
    if (found == tiles.end()) return fail(FaultKind::not_found, "no such tile");
    ++reads;
    return found->second;
  }
  std::map<std::string, Bytes> tiles;
  mutable int reads = 0;

 private:
  std::vector<Digest> cut(uint8_t level, std::span<const Digest> hashes) {
    std::vector<Digest> above;
    for (uint64_t n = 0; n * kTileWidth < hashes.size(); ++n) {
      const auto rest = hashes.subspan(n * kTileWidth);
      const auto tile = rest.first(std::min<size_t>(rest.size(), kTileWidth));
      tiles[print_tile_path({level, n, static_cast<uint16_t>(tile.size())})] = encode_tile(tile);
      if (tile.size() == kTileWidth) above.push_back(tile_root(tile));
    }
    return above;
  }
};

inline Frontier frontier_of(uint64_t size) {
  Frontier frontier;
  while (frontier.size() < size) frontier.append(leaf_number(frontier.size()));
  return frontier;
}

}  // namespace relais::ledger
