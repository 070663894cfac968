// SPDX-License-Identifier: Apache-2.0
// Witnessing over PostgreSQL: what a witness keeps before it answers, and what a log keeps of its
// witnesses.
#include "node/storage/log_pages.h"
#include "tests/integration/storage/witnesses.h"

namespace relais::test {
namespace {

using testing::ElementsAre;

TEST_F(Witnesses, cosign_what_grows_and_a_receipt_carries_it) {
  const auto believed = policy();
  for (int i = 0; i < 5; ++i) {
    append(agency, person);
    EXPECT_EQ(round(believed).answered.size(), 1U);
  }
  EXPECT_EQ(heard.size_witnessed, 5U);
  EXPECT_EQ(round(believed).answered.size(), 0U) << "nothing new: nobody is asked";
  append(agency, person);
  const auto standing = proofs.prove(kOrigin, {1, 3}).value();
  const auto keys = believed.keys();
  const auto opened =
      ledger::open_checkpoint(standing.checkpoint, agency.signer.verifier(), keys).value();
  EXPECT_EQ(opened.checkpoint().size, 5U) << "the newest that was cosigned";
  EXPECT_TRUE(believed.satisfied_by(opened.by()));
  const auto newest = proofs.prove(kOrigin, {5}).value();
  EXPECT_EQ(ledger::open_checkpoint(newest.checkpoint, agency.signer.verifier())->checkpoint().size,
            6U)
      << "an entry nobody cosigned yet is proven all the same";
  EXPECT_THAT(proofs.witnessed(kOrigin).value(), ElementsAre(5U))
      << "so that it is not proven with the others";
}

TEST_F(Witnesses, are_seen_by_whoever_reads_the_logs_page) {
  const auto believed = policy();
  storage::LogPages pages(agency.pool);
  const auto seen = [&] {
    const auto keys = believed.keys();
    const auto opened =
        ledger::open_checkpoint(pages.checkpoint(kOrigin).value(), agency.signer.verifier(), keys);
    return opened && believed.satisfied_by(opened->by());
  };
  append(agency, person);
  EXPECT_FALSE(seen());
  ASSERT_EQ(round(believed).answered.size(), 1U);
  EXPECT_TRUE(seen());
  append(agency, person);
  EXPECT_FALSE(seen()) << "the newest is served, cosigned or not";
}

TEST_F(Witnesses, that_are_away_hold_up_nobody_and_are_asked_again) {
  const auto believed = policy();
  witness.away = true;
  append(agency, person);
  EXPECT_EQ(round(believed).answered.size(), 0U);
  EXPECT_EQ(heard.hindrances, 1);
  append(agency, person);
  witness.away = false;
  EXPECT_EQ(round(believed).answered.size(), 1U);
  EXPECT_EQ(heard.size_witnessed, 2U);
}

TEST_F(Witnesses, of_two_keys_with_one_name_are_two_and_one_does_not_speak_for_both) {
  const auto other = *ledger::Ed25519Signer::make(
      witness.key.verifier().name(), ledger::SignatureType::cosignature,
      *ledger::PrivateKey::from_seed(std::string(32, 'o')));
  const auto believed =
      ledger::WitnessPolicy::parse("witness one " + witness.key.verifier().text() +
                                   " http://witness\n" + "witness two " + other.verifier().text() +
                                   " http://other\n" + "group both all one two\nquorum both\n")
          .value();
  append(agency, person);
  EXPECT_EQ(round(believed).answered, flow::WitnessNames{"one"});
  EXPECT_EQ(round(believed).answered.size(), 0U) << "only the other is asked again";
  EXPECT_EQ(heard.size_witnessed, 0U);
}

TEST_F(Witnesses, keep_the_quorum_of_older_entries_while_one_is_away_for_long) {
  append(agency, person);
  for (const char* name : {"one", "two"}) ASSERT_TRUE(own.keep({kOrigin, 1, name, "line\n"}));
  for (uint64_t size = 2; size < 80; ++size) {
    ASSERT_TRUE(own.keep({kOrigin, size, "one", "line\n"}));
  }
  const auto& database = agency.database;
  auto& postgres = PrivatePostgres::instance();
  EXPECT_EQ(postgres.sql(database, "SELECT count(*) FROM relais.cosignature WHERE size = 1"), "2");
  EXPECT_EQ(postgres.sql(database, "SELECT count(DISTINCT size) FROM relais.cosignature"), "65");
  const auto standing = proofs.prove(kOrigin, {0});
  ASSERT_TRUE(standing.has_value());
  EXPECT_THAT(standing->checkpoint, testing::EndsWith("line\nline\n"));
}

// While the second is away: what both cosigned keeps both, whatever is asked for with it.
TEST_F(Witnesses, of_older_entries_are_not_lost_to_newer_ones_that_fewer_cosigned) {
  for (int i = 0; i < 6; ++i) append(agency, person);
  for (const char* name : {"one", "two"}) ASSERT_TRUE(own.keep({kOrigin, 2, name, "line\n"}));
  ASSERT_TRUE(own.keep({kOrigin, 3, "one", "line\n"}));
  ASSERT_TRUE(own.keep({kOrigin, 5, "two", "line\n"}));
  EXPECT_THAT(proofs.witnessed(kOrigin).value(), ElementsAre(2U, 5U));
  EXPECT_THAT(proofs.prove(kOrigin, {0, 1})->checkpoint, testing::EndsWith("line\nline\n"));
  EXPECT_THAT(proofs.prove(kOrigin, {2, 4})->checkpoint, testing::EndsWith("line\n"));
}

TEST_F(Witnesses, show_the_log_what_it_signed_whatever_a_stranger_wrote_under_it) {
  append(agency, person);
  const Bytes plain = own.newest(kOrigin)->note;
  ledger::Note padded = ledger::parse_note(plain).value();
  while (padded.signatures.size() < ledger::kMaxNoteSignatures) {
    padded.signatures.push_back({"stranger", {}, Bytes(400, 'x')});
  }
  const Bytes body = ledger::print_add_checkpoint({0, {}, ledger::print_note(padded)});
  ASSERT_EQ(witness.answer(body)->status, 200);
  EXPECT_EQ(witness.answer(body)->held, plain) << "and no answer too large to be read";
  append(agency, person);
  EXPECT_EQ(round(policy("exchange:agency-a")).answered.size(), 1U);
}

TEST_F(Witnesses, over_an_old_copy_of_their_own_ledger_cosign_nothing) {
  append(agency, person);
  const Bytes body = ledger::print_add_checkpoint({0, {}, own.newest(kOrigin)->note});
  auto& postgres = PrivatePostgres::instance();
  postgres.sql(witness.database, "INSERT INTO relais.ledger (origin) VALUES ('w.example/2026')");
  storage::OwnLog log{witness.pool};
  ASSERT_TRUE(log.stop({"w.example/2026", "ahead", "another", 9, "note"}));
  EXPECT_EQ(witness.answer(body).error().kind, FaultKind::unavailable);
  postgres.sql(witness.database,
               "INSERT INTO relais.ledger_seal (ledger, size, note, reason)"
               " SELECT id, 0, '', 'an old backup' FROM relais.ledger");
  EXPECT_EQ(witness.answer(body)->status, 200);
}

TEST_F(Witnesses, see_two_histories_of_one_size_keep_both_and_cosign_neither_again) {
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  const auto other = twin(1);
  storage::OwnLog others{other->pool};
  const auto head = others.newest(kOrigin).value();
  const auto reply = witness.answer(ledger::print_add_checkpoint({1, {}, head.note})).value();
  EXPECT_EQ(reply.status, 409);
  EXPECT_TRUE(reply.lines.empty());
  EXPECT_THAT(witness.observer.alarms, ElementsAre(WitnessAlarm::split_view));
  EXPECT_EQ(alarms(), "split_view");
  EXPECT_EQ(PrivatePostgres::instance().sql(witness.database,
                                            "SELECT count(*) FROM relais.witness_alarm"
                                            " WHERE note <> held_note AND held_note <> ''"),
            "1")
      << "both signed checkpoints are the proof";
}

TEST_F(Witnesses, see_a_longer_history_that_does_not_begin_with_what_they_cosigned) {
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  const auto other = twin(3);
  storage::OwnLog others{other->pool};
  const auto head = others.newest(kOrigin).value();
  const auto proof = others.consistency(kOrigin, 1, 3).value();
  const auto reply = witness.answer(ledger::print_add_checkpoint({1, proof, head.note})).value();
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(alarms(), "inconsistent");
}

TEST_F(Witnesses, see_a_shorter_history_and_never_go_back) {
  append(agency, person);
  const Bytes old = own.newest(kOrigin)->note;
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  const auto reply = witness.answer(ledger::print_add_checkpoint({0, {}, old})).value();
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.known, 2U);
  EXPECT_EQ(alarms(), "rollback");
  auto& postgres = PrivatePostgres::instance();
  EXPECT_FALSE(
      postgres.allows(witness.database, "relais_node", "UPDATE relais.witnessed SET size = 1"));
  EXPECT_FALSE(postgres.allows(witness.database, "relais_node", "DELETE FROM relais.witnessed"));
  EXPECT_FALSE(postgres.allows(witness.database, "relais_owner",
                               "UPDATE relais.witness_alarm SET kind = ''"));
}

TEST_F(Witnesses, cosign_one_of_two_histories_that_arrive_at_the_same_moment) {
  append(agency, person);
  const auto other = twin(1);
  storage::OwnLog others{other->pool};
  const Bytes one = ledger::print_add_checkpoint({0, {}, own.newest(kOrigin)->note});
  const Bytes two = ledger::print_add_checkpoint({0, {}, others.newest(kOrigin)->note});
  std::atomic<int> cosigned{0};
  std::vector<std::thread> threads;
  for (const Bytes* body : {&one, &two}) {
    threads.emplace_back([&, body] {
      storage::WitnessBook book{witness.pool};
      const auto request = ledger::parse_add_checkpoint(*body).value();
      const auto judged = book.see(request, agency.signer.verifier(), std::nullopt);
      if (judged && judged->judgement.answer == WitnessAnswer::cosign) ++cosigned;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cosigned, 1);
  EXPECT_EQ(alarms(), "split_view");
}

TEST_F(Witnesses, know_no_log_that_the_directory_does_not_name) {
  const auto stranger =
      *ledger::Ed25519Signer::make("stranger.example/log", ledger::SignatureType::ed25519,
                                   *ledger::PrivateKey::from_seed(std::string(32, 'x')));
  const Bytes note =
      ledger::sign_checkpoint({"stranger.example/log", 0, ledger::empty_root()}, stranger).value();
  EXPECT_EQ(witness.answer(ledger::print_add_checkpoint({0, {}, note}))->status, 404);
  EXPECT_EQ(witness.answer("nonsense")->status, 400);
  const auto forger =
      *ledger::Ed25519Signer::make(kOrigin, ledger::SignatureType::ed25519,
                                   *ledger::PrivateKey::from_seed(std::string(32, 'f')));
  const Bytes forged = ledger::sign_checkpoint({kOrigin, 0, ledger::empty_root()}, forger).value();
  EXPECT_EQ(witness.answer(ledger::print_add_checkpoint({0, {}, forged}))->status, 403);
}

}  // namespace
}  // namespace relais::test
