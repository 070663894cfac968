// SPDX-License-Identifier: Apache-2.0
// Tiles (c2sp.org/tlog-tiles): the tree as files of up to 256 hashes, and the entries as bundles of
// up to 256 leaves, so that a stranger can fetch and re-derive the whole log. Pure, any thread.
// Only full tiles are ever stored; a partial one is cut from what is known when it is asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/core/bytes.h"
#include "node/core/result.h"
#include "node/ledger/tree.h"

namespace relais::ledger {

inline constexpr uint64_t kTileWidth = 256;

// tile/<level>/<N>[.p/<width>], or tile/entries/<N>[.p/<width>] when level is absent.
struct TilePath {
  std::optional<uint8_t> level;  // 0..63; absent: an entry bundle
  uint64_t index = 0;
  uint16_t width = 256;  // 1..256; 256 is a full tile
  friend bool operator==(const TilePath&, const TilePath&) = default;
};
std::string print_tile_path(const TilePath& path);
Result<TilePath> parse_tile_path(std::string_view text);

// The tiles (not bundles) that become full when a log grows from one size to another, level by
// level, each after the ones it is made of.
std::vector<TilePath> tiles_filled(uint64_t size_before, uint64_t size_after);
// The tile or bundle at that place as it is in a log of `size` leaves; nothing when it is empty
// there.
std::optional<TilePath> tile_at(std::optional<uint8_t> level, uint64_t index, uint64_t size);

// Hashes of a tile, 32 bytes each, and back: 1 to 256 of them.
Bytes encode_tile(std::span<const Digest> hashes);
Result<std::vector<Digest>> parse_tile(std::string_view bytes);
// MTH of a full tile's 256 hashes: its one hash in the tile above.
Digest tile_root(std::span<const Digest> hashes);

// Leaf data, each prefixed by its u16be length; at most 65535 bytes each, 1 to 256 of them.
Bytes encode_bundle(std::span<const Bytes> leaves);
Result<std::vector<Bytes>> parse_bundle(std::string_view bytes);

// Port: the bytes of one tile. Asked for the width the log has at its size; a full tile may be
// answered with more than was asked for, never with less.
class TileReader {
 public:
  virtual ~TileReader() = default;
  virtual Result<Bytes> read(const TilePath& path) const = 0;
};

// A HashReader over tiles of a log of `size` leaves. Memory is a few tiles, whatever the log's
// size. What it returns is only as true as the tiles: check proofs and roots against a signed
// checkpoint.
class TiledHashes final : public HashReader {
 public:
  TiledHashes(const TileReader& tiles, uint64_t size) : tiles_(tiles), size_(size) {}
  Result<std::vector<Digest>> read(std::span<const NodeId> nodes) const override;

 private:
  const TileReader& tiles_;
  uint64_t size_;
};

}  // namespace relais::ledger
