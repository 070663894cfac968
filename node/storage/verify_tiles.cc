// SPDX-License-Identifier: Apache-2.0
#include "node/storage/verify_tiles.h"

#include "node/ledger/tile.h"

namespace relais::storage {
namespace {

using ledger::kTileWidth;

constexpr int64_t kWidth = kTileWidth;
constexpr int64_t kTileBytes = 32 * kWidth;

const Statement kTiles{"verify_tiles",
                       "SELECT level, index, root, hashes FROM tile WHERE ledger = $1"
                       " AND (level, index) > ($2, $3) ORDER BY level, index LIMIT 64"};
// What a run of tiles was made of: one statement for a slice of them.
const Statement kEntries{"verify_tile_entries",
                         "SELECT index, commitment FROM entry WHERE ledger = $1 AND index >= $2"
                         " AND index < $3"};
const Statement kBelow{"verify_tile_below",
                       "SELECT root FROM tile WHERE ledger = $1 AND level = $4 AND index >= $2"
                       " AND index < $3 ORDER BY index"};

class TileWalk {
 public:
  TileWalk(Work& work, int32_t ledger, VerifyReport& report, Findings& findings)
      : work_(work), ledger_(ledger), report_(report), findings_(findings) {}

  void walk() {
    while (true) {
      const pqxx::result slice = run(work_, kTiles, ledger_, level_, index_);
      if (slice.empty()) return;
      if (slice[0][0].as<int>() == 0) read_leaves(slice);
      for (const auto& row : slice) meet(row);
    }
  }

 private:
  void meet(const pqxx::row& row) {
    const int level = row[0].as<int>();
    const auto index = row[1].as<int64_t>();
    const bool follows = level == level_ ? index == index_ + 1 : index == 0;
    level_ = level;
    index_ = index;
    ++report_.tiles;
    const std::string path = ledger::print_tile_path(
        {static_cast<uint8_t>(level), static_cast<uint64_t>(index), kTileWidth});
    if (!follows) findings_.add("a stored tile is missing before this one", path);
    const Bytes hashes = bytes_of(row[3]);
    const auto parsed = ledger::parse_tile(hashes);
    const bool right = parsed && parsed->size() == kTileWidth && made_of(level, index) == hashes &&
                       view(ledger::tile_root(*parsed)) == bytes_of(row[2]);
    if (!right) findings_.add("a stored tile is not what it was made of", path);
  }

  // The leaf hashes under the slice's tiles of level 0. The hex text is read as it comes: this is
  // every entry. What is missing stays zero, and no tile is made of that.
  void read_leaves(const pqxx::result& slice) {
    first_ = slice[0][1].as<int64_t>();
    int64_t end = first_;  // of the neighbours: a hole may be as wide as somebody liked
    for (const auto& row : slice) {
      if (row[0].as<int>() == 0 && row[1].as<int64_t>() == end) ++end;
    }
    leaves_.assign(static_cast<size_t>((end - first_) * kTileBytes), '\0');
    const int64_t from = first_ * kWidth;
    for (const auto& row : run(work_, kEntries, ledger_, from, end * kWidth)) {
      const auto at = static_cast<size_t>(row[0].as<int64_t>() - from) * 32;
      const auto commitment = from_hex(std::string_view(row[1].c_str()).substr(2));
      if (commitment) leaves_.replace(at, 32, view(ledger::leaf_hash("\x01" + *commitment)));
    }
  }

  Bytes made_of(int level, int64_t index) {
    if (level == 0) {
      const auto at = static_cast<size_t>((index - first_) * kTileBytes);
      return at < leaves_.size() ? leaves_.substr(at, kTileBytes) : Bytes();
    }
    const int64_t first = index * kWidth;
    Bytes hashes;
    for (const auto& row : run(work_, kBelow, ledger_, first, first + kWidth, level - 1)) {
      hashes += bytes_of(row[0]);
    }
    return hashes;
  }

  Work& work_;
  int32_t ledger_;
  VerifyReport& report_;
  Findings& findings_;
  int level_ = 0;
  int64_t index_ = -1;
  Bytes leaves_;  // hashes from the tile first_ on
  int64_t first_ = 0;
};

}  // namespace

void verify_tiles(Work& work, int32_t ledger, VerifyReport& report, Findings& findings) {
  TileWalk(work, ledger, report, findings).walk();
}

}  // namespace relais::storage
