// SPDX-License-Identifier: Apache-2.0
// A whole log derived again from its tiles: what holds, and what is named when it does not.
#include "node/ledger/audit.h"

#include <gtest/gtest.h>

#include "tests/unit/ledger/made_tiles.h"

namespace relais::ledger {
namespace {

Checkpoint checkpoint_of(uint64_t size) { return {"log.example", size, frontier_of(size).root()}; }

Result<Audited> audit_of(const MadeTiles& tiles, uint64_t size,
                         const std::optional<Checkpoint>& earlier = std::nullopt) {
  return audit(tiles, checkpoint_of(size), earlier, nullptr);
}

TEST(Audit, derives_logs_of_every_shape_from_their_bundles) {
  for (const uint64_t size : {0U, 1U, 255U, 256U, 257U, 511U, 512U, 700U, 65'536U, 66'000U}) {
    const MadeTiles tiles(size);
    const auto audited = audit_of(tiles, size);
    ASSERT_TRUE(audited.has_value()) << size << " " << audited.error().where;
    EXPECT_EQ(audited->entries, size);
    // Every tile there is was compared: all but the bundles.
    EXPECT_EQ(audited->tiles + (size + kTileWidth - 1) / kTileWidth, tiles.tiles.size()) << size;
  }
}

TEST(Audit, names_whichever_tile_was_changed) {
  MadeTiles tiles(66'000);
  for (const char* path : {"tile/0/000", "tile/0/255", "tile/0/257.p/208", "tile/1/000",
                           "tile/1/001.p/1", "tile/2/000.p/1"}) {
    Bytes& bytes = tiles.tiles.at(path);
    const Bytes kept = bytes;
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    const auto audited = audit_of(tiles, 66'000);
    ASSERT_FALSE(audited.has_value()) << path;
    EXPECT_EQ(audited.error().kind, FaultKind::corrupt);
    EXPECT_EQ(audited.error().where, path);
    bytes = kept;
  }
}

TEST(Audit, an_entry_that_was_changed_shows_in_the_tile_above_it) {
  MadeTiles tiles(700);
  tiles.tiles.at("tile/entries/001")[40] ^= 1;
  EXPECT_EQ(audit_of(tiles, 700).error().where, "tile/0/001");
}

TEST(Audit, a_log_rewritten_whole_does_not_give_the_checkpoint) {
  MadeTiles tiles(3);
  const std::vector<Bytes> other = {leaf_data_number(0), leaf_data_number(1), leaf_data_number(9)};
  const std::vector<Digest> hashes = {leaf_number(0), leaf_number(1), leaf_number(9)};
  tiles.tiles["tile/entries/000.p/3"] = encode_bundle(other);
  tiles.tiles["tile/0/000.p/3"] = encode_tile(hashes);
  const auto audited = audit_of(tiles, 3);
  ASSERT_FALSE(audited.has_value());
  EXPECT_EQ(audited.error().message.view(), "the entries do not give the checkpoint's root");
}

TEST(Audit, takes_a_fuller_tile_for_a_partial_one_and_nothing_shorter) {
  MadeTiles tiles(300);
  const MadeTiles longer(400);
  tiles.tiles["tile/0/001.p/44"] = longer.tiles.at("tile/0/001.p/144");
  tiles.tiles["tile/entries/001.p/44"] = longer.tiles.at("tile/entries/001.p/144");
  EXPECT_TRUE(audit_of(tiles, 300).has_value());
  tiles.tiles["tile/entries/001.p/44"] = encode_bundle(std::vector<Bytes>{leaf_data_number(256)});
  EXPECT_EQ(audit_of(tiles, 300).error().where, "tile/entries/001.p/44");
}

TEST(Audit, compares_with_what_the_log_showed_before) {
  const MadeTiles tiles(700);
  for (const uint64_t size : {0U, 1U, 256U, 300U, 700U}) {
    EXPECT_TRUE(audit_of(tiles, 700, checkpoint_of(size)).has_value()) << size;
  }
  Checkpoint other = checkpoint_of(300);
  other.root[0] ^= 1;
  EXPECT_EQ(audit_of(tiles, 700, other).error().where, "size 300");
  EXPECT_FALSE(audit_of(tiles, 700, checkpoint_of(701)).has_value());
}

TEST(Audit, tells_how_far_it_is_and_stops_where_a_tile_cannot_be_read) {
  MadeTiles tiles(700);
  std::vector<uint64_t> told;
  const auto note = [&](uint64_t entries) { told.push_back(entries); };
  EXPECT_TRUE(audit(tiles, checkpoint_of(700), std::nullopt, note).has_value());
  EXPECT_EQ(told, (std::vector<uint64_t>{256, 512, 700}));
  tiles.tiles.erase("tile/0/001");
  EXPECT_EQ(audit_of(tiles, 700).error().kind, FaultKind::not_found);
}

}  // namespace
}  // namespace relais::ledger
