// SPDX-License-Identifier: Apache-2.0
// Yearly ledgers in one database: opened, gone on with, sealed.
#include "node/storage/ledgers.h"

#include <algorithm>

#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

constexpr const char* kNextOrigin = "agency-a.example/disclosures/2027";

struct Yearly : testing::Test {
  Agency agency{PrivatePostgres::instance().migrated_database()};
  ledger::Ed25519Signer next =
      *ledger::Ed25519Signer::make(kNextOrigin, ledger::SignatureType::ed25519,
                                   *ledger::PrivateKey::from_seed(std::string(32, 'n')));
  storage::Pool next_pool{pool_of(agency.database, 1)};
  std::unique_ptr<storage::Appender> appender;

  void open_next() {
    auto started = storage::Appender::start(next_pool, agency.keyring, next, agency.directory,
                                            agency.wake, {});
    ASSERT_TRUE(started.has_value()) << started.error().message.view();
    appender = *std::move(started);
  }
  flow::Draft next_draft(const PersonId& person) {
    flow::Draft draft = agency.draft(person);
    draft.shared.origin = kNextOrigin;
    return draft;
  }
  storage::VerifyReport verified() {
    storage::VerifyRequest request{kNextOrigin, next.verifier(), &agency.keyring, 100};
    request.other_logs = {agency.signer.verifier()};
    return storage::verify(agency.pool, request).value();
  }
};

TEST_F(Yearly, a_persons_entries_go_on_from_one_ledger_to_the_next) {
  const PersonId person = agency.person("dossier");
  for (int i = 0; i < 3; ++i) {
    ASSERT_NE(appended(agency.appender->append(agency.draft(person))), nullptr);
  }
  open_next();
  const auto first = appender->append(next_draft(person));
  ASSERT_NE(appended(first), nullptr);
  EXPECT_EQ(appended(first)->index, 0u) << "a ledger of its own";
  ASSERT_NE(appended(appender->append(next_draft(person))), nullptr);
  const auto entries = agency.account.entries(person).value();
  ASSERT_EQ(entries.size(), 5u);
  uint64_t seq = 0;
  std::optional<Digest> previous;
  for (const auto& entry : entries) {
    const auto part = ledger::decode_private(entry.private_bytes).value();
    EXPECT_EQ(part.person_seq, ++seq);
    EXPECT_EQ(part.previous_commitment, previous);
    previous = entry.commitment;
  }
  EXPECT_EQ(entries[2].origin, kOrigin);
  EXPECT_EQ(entries[3].origin, kNextOrigin);
  EXPECT_LT(entries[2].ledger, entries[3].ledger);
  EXPECT_EQ(agency.account.head(person)->last_seq, 5u);
  const auto report = verified();
  EXPECT_TRUE(report.sound()) << report.findings[0].what.view() << report.findings[0].where;
  EXPECT_EQ(report.entries, 5u);
}

TEST_F(Yearly, an_acknowledgement_given_again_names_the_ledger_of_its_entry) {
  const PersonId person = agency.person("dossier");
  const auto old = agency.appender->append(agency.draft(person));
  open_next();
  const auto young = appender->append(next_draft(person));
  EXPECT_EQ(appender->origin_of(appended(old)->entry).value(), kOrigin);
  EXPECT_EQ(appender->origin_of(appended(young)->entry).value(), kNextOrigin);
  EXPECT_EQ(appender->origin_of(EntryId(agency.uuid())).error().kind, FaultKind::not_found);
}

TEST_F(Yearly, a_sealed_ledger_ends_at_its_last_checkpoint_and_takes_nothing_more) {
  const PersonId person = agency.person("dossier");
  const auto last = agency.appender->append(agency.draft(person));
  EXPECT_EQ(storage::seal_ledger(agency.pool, agency.signer.verifier()).error().kind,
            FaultKind::precondition)
      << "it is the one in use";
  open_next();
  const auto sealed = storage::seal_ledger(agency.pool, agency.signer.verifier());
  ASSERT_TRUE(sealed.has_value()) << sealed.error().message.view();
  EXPECT_EQ(sealed->size, 1u);
  EXPECT_EQ(sealed->note, appended(last)->checkpoint);
  EXPECT_TRUE(storage::seal_ledger(agency.pool, agency.signer.verifier()).has_value());
  const auto refused = agency.appender->append(agency.draft(person));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, FaultKind::unavailable) << "the caller may try again elsewhere";
  ASSERT_NE(appended(appender->append(next_draft(person))), nullptr);
  const auto lines = storage::list_ledgers(agency.pool).value();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].sealed);
  EXPECT_FALSE(lines[1].sealed);
  EXPECT_TRUE(verified().sound());
}

TEST_F(Yearly, verify_names_a_ledger_without_a_key_and_one_that_goes_beyond_its_seal) {
  const PersonId person = agency.person("dossier");
  ASSERT_NE(appended(agency.appender->append(agency.draft(person))), nullptr);
  open_next();
  ASSERT_NE(appended(appender->append(next_draft(person))), nullptr);
  storage::VerifyRequest alone{kNextOrigin, next.verifier(), nullptr, 100};
  const auto report = storage::verify(agency.pool, alone).value();
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].where, kOrigin);
  ASSERT_TRUE(storage::seal_ledger(agency.pool, agency.signer.verifier()));
  PrivatePostgres::instance().sql(
      agency.database,
      "SET search_path = relais; ALTER TABLE ledger_seal DISABLE TRIGGER only_grows;"
      "UPDATE ledger_seal SET size = 2");
  EXPECT_FALSE(verified().sound());
}

TEST_F(Yearly, the_node_cannot_undo_a_seal) {
  const PersonId person = agency.person("dossier");
  ASSERT_NE(appended(agency.appender->append(agency.draft(person))), nullptr);
  open_next();
  ASSERT_TRUE(storage::seal_ledger(agency.pool, agency.signer.verifier()));
  auto& postgres = PrivatePostgres::instance();
  EXPECT_FALSE(postgres.allows(agency.database, "relais_node", "DELETE FROM relais.ledger_seal"));
  EXPECT_FALSE(postgres.allows(agency.database, "relais_owner", "DELETE FROM relais.ledger_seal"));
}

}  // namespace
}  // namespace relais::test
