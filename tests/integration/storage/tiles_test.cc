// SPDX-License-Identifier: Apache-2.0
// Tiles stored beside the log, and what is read through them: proofs, and the pages for strangers.
#include <algorithm>
#include <thread>

#include "node/ledger/audit.h"
#include "node/ledger/checkpoint.h"
#include "node/ledger/encoding.h"
#include "node/storage/fill_tiles.h"
#include "node/storage/log_pages.h"
#include "node/storage/proofs.h"
#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

using ledger::TilePath;

// A stranger's view: the tiles as the pages give them.
class Pages final : public ledger::TileReader {
 public:
  Pages(storage::LogPages& pages, std::string origin) : pages_(pages), origin_(std::move(origin)) {}
  Result<Bytes> read(const TilePath& path) const override { return pages_.tile(origin_, path); }

 private:
  storage::LogPages& pages_;
  const std::string origin_;
};

struct Tiles : testing::Test {
  PrivatePostgres& postgres = PrivatePostgres::instance();
  Agency agency{postgres.migrated_database()};
  storage::LogPages pages{agency.pool};
  storage::ProofStore proofs{agency.pool};

  void as_superuser(const std::string& statement) const {
    postgres.sql(agency.database,
                 "SET search_path = relais; ALTER TABLE entry DISABLE TRIGGER only_grows;"
                 "ALTER TABLE tile DISABLE TRIGGER only_grows;" +
                     statement);
  }
  std::string ask(const std::string& query) const {
    return postgres.sql(agency.database, "SET search_path = relais; " + query);
  }
  void append(int entries, int callers) { append_many(agency, entries, callers); }
  ledger::Checkpoint newest() {
    const auto note = pages.checkpoint(kOrigin);
    EXPECT_TRUE(note.has_value());
    return ledger::open_checkpoint(*note, agency.signer.verifier()).value().checkpoint();
  }
  Result<ledger::Audited> audited() {
    return ledger::audit(Pages(pages, kOrigin), newest(), std::nullopt, nullptr);
  }
  uint64_t filled() { return fill_all_tiles(agency); }
};

TEST_F(Tiles, a_stranger_derives_the_log_again_before_and_after_tiles_are_stored) {
  append(800, 16);
  EXPECT_EQ(audited()->entries, 800u);
  EXPECT_EQ(filled(), 3u);
  EXPECT_EQ(filled(), 0u) << "nothing is stored twice";
  append(304, 16);
  EXPECT_EQ(filled(), 1u);
  const auto again = audited();
  ASSERT_TRUE(again.has_value()) << again.error().where;
  EXPECT_EQ(again->entries, 1104u);
  const auto report = agency.verified();
  EXPECT_TRUE(report.sound()) << report.findings[0].what.view() << report.findings[0].where;
  EXPECT_EQ(report.tiles, 4u);
}

TEST_F(Tiles, every_entry_is_proven_in_the_newest_checkpoint) {
  append(600, 12);
  for (const bool stored : {false, true}) {
    EXPECT_EQ(stored ? filled() : 0u, stored ? 2u : 0u);
    std::vector<uint64_t> indexes;
    for (uint64_t i = 0; i < 600; i += 7) indexes.push_back(i);
    const auto standing = proofs.prove(kOrigin, indexes);
    ASSERT_TRUE(standing.has_value());
    const auto checkpoint = newest();
    EXPECT_EQ(standing->checkpoint, pages.checkpoint(kOrigin).value());
    for (size_t i = 0; i < indexes.size(); ++i) {
      const Bytes commitment =
          from_hex(ask("SELECT encode(commitment, 'hex') FROM entry WHERE index = " +
                       std::to_string(indexes[i])))
              .value();
      EXPECT_TRUE(ledger::verify_inclusion(indexes[i], checkpoint.size,
                                           ledger::leaf_hash("\x01" + commitment),
                                           standing->proofs[i], checkpoint.root))
          << indexes[i];
    }
  }
  EXPECT_EQ(proofs.prove(kOrigin, {600}).error().kind, FaultKind::not_found);
  EXPECT_EQ(proofs.prove("nobody.example", {0}).error().kind, FaultKind::not_found);
}

TEST_F(Tiles, pages_give_what_the_log_has_and_nothing_beyond) {
  append(300, 10);
  filled();
  EXPECT_EQ(pages.tile(kOrigin, {0, 0, 256})->size(), 8192u);
  EXPECT_EQ(pages.tile(kOrigin, {std::nullopt, 1, 44})->size(), 44u * 35);
  EXPECT_EQ(pages.tile(kOrigin, {0, 1, 44})->size(), 44u * 32);
  EXPECT_EQ(pages.tile(kOrigin, {1, 0, 1})->size(), 32u);
  EXPECT_EQ(pages.tile(kOrigin, {0, 1, 17})->size(), 17u * 32) << "of when it was shorter";
  for (const TilePath& path : {TilePath{0, 1, 45}, TilePath{0, 1, 256}, TilePath{0, 2, 1},
                               TilePath{1, 0, 2}, TilePath{2, 0, 1}, TilePath{63, 0, 1}}) {
    EXPECT_EQ(pages.tile(kOrigin, path).error().kind, FaultKind::not_found);
  }
  EXPECT_EQ(pages.tile("nobody.example", {0, 0, 1}).error().kind, FaultKind::not_found);
  EXPECT_EQ(pages.checkpoint("nobody.example").error().kind, FaultKind::not_found);
}

TEST_F(Tiles, are_read_while_somebody_holds_the_appends_lock) {
  append(300, 10);
  std::thread holder([&] {
    postgres.sql(agency.database,
                 "BEGIN; SELECT pg_advisory_xact_lock(x'72656c61'::int, 1); SELECT pg_sleep(5);");
  });
  const std::string held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'";
  while (ask(held) != "1") std::this_thread::sleep_for(std::chrono::milliseconds{20});
  EXPECT_EQ(filled(), 1u);
  EXPECT_TRUE(audited().has_value());
  EXPECT_EQ(proofs.prove(kOrigin, {7})->proofs.size(), 1u);
  EXPECT_EQ(ask(held), "1") << "the lock was given back meanwhile: nothing was shown";
  holder.join();
}

TEST_F(Tiles, are_not_stored_from_entries_that_do_not_give_the_checkpoint) {
  append(300, 10);
  as_superuser("UPDATE entry SET commitment = decode(repeat('11', 32), 'hex') WHERE index = 9");
  const auto stored = storage::fill_tiles(agency.pool);
  ASSERT_FALSE(stored.has_value());
  EXPECT_EQ(stored.error().kind, FaultKind::corrupt);
  EXPECT_EQ(ask("SELECT count(*) FROM tile"), "0");
}

TEST_F(Tiles, one_that_was_altered_is_named_by_verify_and_by_a_stranger) {
  append(600, 10);
  filled();
  as_superuser(
      "UPDATE tile SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1)"
      " WHERE index = 1");
  const auto report = agency.verified();
  ASSERT_EQ(report.findings_total, 1u);
  EXPECT_EQ(report.findings[0].where, "tile/0/001");
  EXPECT_EQ(audited().error().where, "tile/0/001");
}

TEST_F(Tiles, can_be_changed_neither_by_the_node_nor_by_the_owner) {
  append(300, 10);
  filled();
  for (const char* user : {"relais_node", "relais_owner"}) {
    for (const char* statement :
         {"UPDATE relais.tile SET level = 1", "DELETE FROM relais.tile", "TRUNCATE relais.tile"}) {
      EXPECT_FALSE(postgres.allows(agency.database, user, statement)) << user << statement;
    }
  }
}

// 66,000 entries put in as rows, so that a tile of level 1 becomes full.
TEST_F(Tiles, above_level_0_are_stored_when_they_become_full) {
  constexpr uint64_t kSize = 66'000;
  ledger::Frontier frontier;
  while (frontier.size() < kSize) {
    Bytes number;
    ledger::put_u64(number, frontier.size());
    frontier.append(ledger::leaf_hash("\x01" + Bytes(view(ledger::sha256(number)))));
  }
  const ledger::Checkpoint checkpoint{kOrigin, kSize, frontier.root()};
  const Bytes note = ledger::sign_checkpoint(checkpoint, agency.signer).value();
  as_superuser(
      "INSERT INTO entry SELECT l.id, i, gen_random_uuid(), sha256(int8send(i)) FROM ledger l,"
      " generate_series(0, 65999) i;"
      "INSERT INTO checkpoint SELECT id, 66000, decode('" +
      to_hex(view(checkpoint.root)) + "', 'hex'), decode('" + to_hex(frontier.serialise()) +
      "', 'hex'), '" + note + "' FROM ledger");
  EXPECT_EQ(proofs.prove(kOrigin, {0}).error().kind, FaultKind::unavailable)
      << "a ledger without tiles is not read whole for a proof";
  EXPECT_EQ(filled(), 257u);
  EXPECT_EQ(ask("SELECT count(*) FROM tile WHERE level = 1"), "1");
  const auto again = audited();
  ASSERT_TRUE(again.has_value()) << again.error().message.view() << again.error().where;
  EXPECT_EQ(again->entries, kSize);
  const auto report = agency.verified(false);
  EXPECT_TRUE(report.sound()) << report.findings[0].what.view() << report.findings[0].where;
  EXPECT_EQ(report.tiles, 258u);
}

}  // namespace
}  // namespace relais::test
