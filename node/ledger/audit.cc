// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/audit.h"

#include <algorithm>

#include "node/ledger/encoding.h"
#include "node/ledger/tree.h"

namespace relais::ledger {
namespace {

// The tile under way at one level, and how many were full before it.
struct Level {
  std::vector<Digest> hashes;
  uint64_t full = 0;
};

class Derivation {
 public:
  Derivation(const TileReader& tiles, const std::optional<Checkpoint>& earlier)
      : tiles_(tiles), earlier_(earlier) {}

  uint64_t size() const { return size_; }
  uint64_t compared() const { return compared_; }

  Result<void> grow(std::string_view leaf_data) {
    RELAIS_TRY_VOID(add(0, leaf_hash(leaf_data)));
    ++size_;
    if (!earlier_ || earlier_->size != size_ || root() == earlier_->root) return {};
    return fail(FaultKind::corrupt, "the log does not begin with what it showed before",
                "size " + std::to_string(size_));
  }

  // The partial tiles at the right edge.
  Result<void> finish() {
    for (size_t level = 0; level < levels_.size(); ++level) {
      if (!levels_[level].hashes.empty()) RELAIS_TRY_VOID(compare(level));
    }
    return {};
  }

  // The hashes of the tiles under way, cut into complete subtrees, are the tree's right edge.
  Digest root() const {
    Bytes edge;
    put_u64(edge, size_);
    for (size_t level = levels_.size(); level-- > 0;) {
      std::span<const Digest> rest = levels_[level].hashes;
      for (size_t width = kTileWidth / 2; width > 0; width /= 2) {
        if ((rest.size() & width) == 0) continue;
        Frontier subtree;
        for (const Digest& hash : rest.first(width)) subtree.append(hash);
        edge += view(subtree.root());
        rest = rest.subspan(width);
      }
    }
    return Frontier::parse(edge).value().root();
  }

 private:
  Result<void> add(size_t level, const Digest& hash) {
    if (levels_.size() == level) levels_.emplace_back();
    levels_[level].hashes.push_back(hash);
    if (levels_[level].hashes.size() < kTileWidth) return {};
    RELAIS_TRY_VOID(compare(level));
    const Digest above = tile_root(levels_[level].hashes);
    levels_[level].hashes.clear();
    ++levels_[level].full;
    return add(level + 1, above);
  }

  Result<void> compare(size_t level) {
    const std::vector<Digest>& hashes = levels_[level].hashes;
    const TilePath path{static_cast<uint8_t>(level), levels_[level].full,
                        static_cast<uint16_t>(hashes.size())};
    RELAIS_TRY(bytes, tiles_.read(path));
    ++compared_;
    if (bytes.starts_with(encode_tile(hashes))) return {};
    return fail(FaultKind::corrupt, "a tile is not what the log's entries make",
                print_tile_path(path));
  }

  const TileReader& tiles_;
  const std::optional<Checkpoint>& earlier_;
  std::vector<Level> levels_;
  uint64_t size_ = 0;
  uint64_t compared_ = 0;
};

}  // namespace

Result<Audited> audit(const TileReader& tiles, const Checkpoint& checkpoint,
                      const std::optional<Checkpoint>& earlier, const AuditProgress& progress) {
  if (earlier && earlier->size > checkpoint.size) {
    return fail(FaultKind::corrupt, "the log is shorter than it was before",
                "size " + std::to_string(checkpoint.size));
  }
  Derivation derived(tiles, earlier);
  while (derived.size() < checkpoint.size) {
    const uint64_t number = derived.size() / kTileWidth;
    const auto path = tile_at(std::nullopt, number, checkpoint.size);
    RELAIS_CHECK(path.has_value());
    RELAIS_TRY(bytes, tiles.read(*path));
    RELAIS_TRY(leaves, parse_bundle(bytes));
    if (leaves.size() < path->width) {
      return fail(FaultKind::corrupt, "an entry bundle is too short", print_tile_path(*path));
    }
    leaves.resize(path->width);
    for (const Bytes& leaf : leaves) RELAIS_TRY_VOID(derived.grow(leaf));
    if (progress) progress(derived.size());
  }
  RELAIS_TRY_VOID(derived.finish());
  if (derived.root() != checkpoint.root) {
    return fail(FaultKind::corrupt, "the entries do not give the checkpoint's root",
                "size " + std::to_string(checkpoint.size));
  }
  return Audited{derived.size(), derived.compared()};
}

}  // namespace relais::ledger
