// SPDX-License-Identifier: Apache-2.0
// Tile paths, tiles and bundles of c2sp.org/tlog-tiles, and proofs read from tiles alone.
#include "node/ledger/tile.h"

#include <gtest/gtest.h>

#include "tests/unit/ledger/made_tiles.h"

namespace relais::ledger {
namespace {

TEST(TilePath, prints_the_published_forms) {
  EXPECT_EQ(print_tile_path({0, 1234067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(print_tile_path({std::nullopt, 0, 5}), "tile/entries/000.p/5");
  EXPECT_EQ(print_tile_path({5, 1000, 255}), "tile/5/x001/000.p/255");
}

TEST(TilePath, reads_only_what_it_prints) {
  for (const char* text : {"tile/0/x001/x234/067", "tile/entries/000.p/5", "tile/63/999.p/255",
                           "tile/0/x018/x446/x744/x073/x709/x551/615"}) {
    const auto path = parse_tile_path(text);
    ASSERT_TRUE(path.has_value()) << text;
    EXPECT_EQ(print_tile_path(*path), text);
  }
  for (const char* text : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "/tile/0/000",
                           "tile/00/000",
                           "tile/64/000",
                           "tile/-1/000",
                           "tile/0/0",
                           "tile/0/0000",
                           "tile/0/x000/000",
                           "tile/0/x000/x001/000",
                           "tile/0/001/000",
                           "tile/0/x001",
                           "tile/0/x001/",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/",
                           "tile/0/000.p",
                           "tile/0/000/",
                           "tile/0/+00",
                           "tile/0/../000",
                           "tile/Entries/000",
                           "tile/0/000.p/5.p/5",
                           "tile/0/000 ",
                           "tile/0/x018/x446/x744/x073/x709/x551/616"}) {
    EXPECT_FALSE(parse_tile_path(text).has_value()) << text;
  }
}

// The example of the specification: a tree of 70,000 leaves.
TEST(TilePath, a_log_of_70000_leaves_has_the_published_tiles) {
  const auto filled = tiles_filled(0, 70'000);
  EXPECT_EQ(filled.size(), 274U);
  EXPECT_EQ(filled.back(), (TilePath{1, 0, 256}));
  EXPECT_EQ(tile_at(0, 273, 70'000), (TilePath{0, 273, 112}));
  EXPECT_EQ(tile_at(1, 1, 70'000), (TilePath{1, 1, 17}));
  EXPECT_EQ(tile_at(2, 0, 70'000), (TilePath{2, 0, 1}));
  EXPECT_FALSE(tile_at(3, 0, 70'000).has_value());
  EXPECT_FALSE(tile_at(0, 274, 70'000).has_value());
  EXPECT_EQ(tile_at(std::nullopt, 273, 70'000), (TilePath{std::nullopt, 273, 112}));
  EXPECT_FALSE(tile_at(0, 1, 256).has_value());
  EXPECT_TRUE(tiles_filled(256, 511).empty());
  EXPECT_EQ(tiles_filled(511, 512), (std::vector<TilePath>{{0, 1, 256}}));
}

TEST(Bundle, reads_only_whole_bundles) {
  const std::vector<Bytes> leaves = {"one", "", "three"};
  const Bytes bytes = encode_bundle(leaves);
  EXPECT_EQ(parse_bundle(bytes).value(), leaves);
  EXPECT_FALSE(parse_bundle("").has_value());
  for (const size_t cut : {1U, 3U, 4U, 6U, 8U, 11U}) {
    EXPECT_FALSE(parse_bundle(bytes.substr(0, cut)).has_value()) << cut;
  }
  EXPECT_FALSE(parse_bundle(Bytes(2 * 257, '\0')).has_value());
  EXPECT_TRUE(parse_bundle(Bytes(2 * 256, '\0')).has_value());
  EXPECT_FALSE(parse_tile(Bytes(33, 'x')).has_value());
  EXPECT_FALSE(parse_tile("").has_value());
  EXPECT_FALSE(parse_tile(Bytes(32 * 257, 'x')).has_value());
}

TEST(TiledHashes, prove_and_give_the_root_of_a_log_from_its_tiles_alone) {
  Frontier frontier;
  for (const uint64_t size : {1U, 255U, 256U, 257U, 511U, 70'000U}) {
    while (frontier.size() < size) frontier.append(leaf_number(frontier.size()));
    const MadeTiles tiles(size);
    const TiledHashes hashes(tiles, size);
    EXPECT_EQ(root_at(size, hashes).value(), frontier.root());
    for (const uint64_t index : {uint64_t{0}, size / 2, size - 1}) {
      tiles.reads = 0;
      const auto proof = prove_inclusion(index, size, hashes);
      ASSERT_TRUE(proof.has_value());
      EXPECT_LE(tiles.reads, 6);
      EXPECT_TRUE(verify_inclusion(index, size, leaf_number(index), *proof, frontier.root()));
    }
    const auto between = prove_consistency(size / 2 + 1, size, hashes);
    ASSERT_TRUE(between.has_value());
    const Digest old_root = root_at(size / 2 + 1, hashes).value();
    EXPECT_TRUE(verify_consistency(size / 2 + 1, size, old_root, frontier.root(), *between));
  }
}

TEST(TiledHashes, answer_nothing_outside_the_log) {
  const MadeTiles tiles(300);
  const TiledHashes hashes(tiles, 300);
  for (const NodeId node : {NodeId{0, 300}, NodeId{8, 1}, NodeId{9, 0}, NodeId{63, 1},
                            NodeId{64, 0}, NodeId{255, UINT64_MAX}, NodeId{7, UINT64_MAX}}) {
    EXPECT_FALSE(hashes.read({&node, 1}).has_value());
  }
}

}  // namespace
}  // namespace relais::ledger
