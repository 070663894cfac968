// SPDX-License-Identifier: Apache-2.0
// Witnessing over PostgreSQL: what a witness keeps before it answers, what a log keeps of its
// witnesses, and the restore of an old backup.
#include <gmock/gmock.h>

#include <thread>

#include "node/flow/cosign.h"
#include "node/flow/witness_rounds.h"
#include "node/ledger/witness_policy.h"
#include "node/storage/ledgers.h"
#include "node/storage/own_log.h"
#include "node/storage/proofs.h"
#include "node/storage/witness_book.h"
#include "tests/integration/storage/agency.h"

namespace relais::test {
namespace {

using flow::Signing;
using ledger::WitnessAlarm;
using ledger::WitnessAnswer;
using testing::ElementsAre;

ledger::Ed25519Signer witness_key(char seed) {
  return *ledger::Ed25519Signer::make(std::string("witness-") + seed + ".example",
                                      ledger::SignatureType::cosignature,
                                      *ledger::PrivateKey::from_seed(std::string(32, seed)));
}

// The directory that a witness looks logs up in.
class Directory1 final : public Directories {
 public:
  explicit Directory1(const ledger::VerifierKey& log) {
    auto next = std::make_shared<Directory>();
    relais::Agency agency;
    agency.id = AgencyId("agency-a");
    agency.ledger_key = log.text();
    agency.valid_from = from_unix_ms(0);
    agency.valid_until = from_unix_ms(int64_t{1} << 45);
    next->agencies.push_back(agency);
    now_ = std::move(next);
  }
  std::shared_ptr<const Directory> current() const override { return now_; }

 private:
  std::shared_ptr<const Directory> now_;
};

struct Asked final : flow::WitnessObserver {
  void asked(WitnessAnswer answer) override { answers.push_back(answer); }
  void alarmed(const std::string& /*origin*/, WitnessAlarm alarm) override {
    alarms.push_back(alarm);
  }
  std::vector<WitnessAnswer> answers;
  std::vector<WitnessAlarm> alarms;
};

// A witness with a database of its own, asked as if over the web; away when told so.
struct AWitness final : flow::WebWitnesses, flow::PeerWitnesses {
  explicit AWitness(char seed, const ledger::VerifierKey& log)
      : key(witness_key(seed)), logs(log) {}
  Result<ledger::WitnessReply> add_checkpoint(const std::string& /*url*/,
                                              const Bytes& body) override {
    auto reply = answer(body);
    if (reply) reply->held = std::nullopt;  // the web shows nothing
    return reply;
  }
  Result<ledger::WitnessReply> add_checkpoint(const flow::PeerAddress& /*peer*/,
                                              const Bytes& body) override {
    return answer(body);
  }
  Result<ledger::WitnessReply> answer(const Bytes& body) {
    if (away) return fail(FaultKind::unavailable, "away");
    return flow::cosign(desk, body);
  }
  std::string database = PrivatePostgres::instance().migrated_database();
  storage::Pool pool{pool_of(database, 2)};
  storage::WitnessBook book{pool};
  ledger::Ed25519Signer key;
  Directory1 logs;
  SystemClock clock;
  Asked observer;
  flow::WitnessDesk desk{&key, book, logs, clock, observer};
  std::atomic<bool> away{false};
};

struct Heard final : flow::RoundObserver {
  void answered(const std::string& /*witness*/, ledger::WitnessStanding standing) override {
    standings.push_back(standing);
  }
  void hindered(const std::string& /*witness*/, const Fault& /*fault*/) override { ++hindrances; }
  void contradicted(const flow::Contradiction& one, bool proven) override {
    kind = one.kind + (proven ? " proven" : " said");
  }
  void unwitnessed(bool none) override { alone = none; }
  void witnessed(uint64_t size) override { size_witnessed = size; }
  std::vector<ledger::WitnessStanding> standings;
  std::atomic<int> hindrances{0};
  std::string kind;
  std::atomic<bool> alone{false};
  std::atomic<uint64_t> size_witnessed{0};
};

struct Witnesses : testing::Test {
  Agency agency{PrivatePostgres::instance().migrated_database()};
  AWitness witness{'w', agency.signer.verifier()};
  storage::OwnLog own{agency.pool};
  storage::ProofStore proofs{agency.pool};
  Heard heard;
  PersonId person = agency.person("dossier");

  ledger::WitnessPolicy policy(const std::string& place = "http://witness") const {
    return ledger::WitnessPolicy::parse("witness w " + witness.key.verifier().text() + " " + place +
                                        "\nquorum w\n")
        .value();
  }
  flow::RoundOutcome round(const ledger::WitnessPolicy& believed, bool all = false) {
    return flow::ask_witnesses(
        {believed, agency.signer, own, witness.logs, witness, witness, heard}, all);
  }
  void append(Agency& to, const PersonId& about) {
    ASSERT_NE(appended(to.appender->append(to.draft(about))), nullptr);
  }
  // Another history under the same key: a database of its own.
  std::unique_ptr<Agency> twin(int entries) {
    auto other = std::make_unique<Agency>(PrivatePostgres::instance().migrated_database());
    const PersonId about = other->person("another");
    for (int i = 0; i < entries; ++i) append(*other, about);
    return other;
  }
  std::string alarms() {
    return PrivatePostgres::instance().sql(
        witness.database, "SELECT string_agg(kind, ' ' ORDER BY kind) FROM relais.witness_alarm");
  }
};

TEST_F(Witnesses, cosign_what_grows_and_a_receipt_carries_it) {
  const auto believed = policy();
  for (int i = 0; i < 5; ++i) {
    append(agency, person);
    EXPECT_EQ(round(believed).answered, 1U);
  }
  EXPECT_EQ(heard.size_witnessed, 5U);
  EXPECT_EQ(round(believed).answered, 0U) << "nothing new: nobody is asked";
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
}

TEST_F(Witnesses, that_are_away_hold_up_nobody_and_are_asked_again) {
  const auto believed = policy();
  witness.away = true;
  append(agency, person);
  EXPECT_EQ(round(believed).answered, 0U);
  EXPECT_EQ(heard.hindrances, 1);
  append(agency, person);
  witness.away = false;
  EXPECT_EQ(round(believed).answered, 1U);
  EXPECT_EQ(heard.size_witnessed, 2U);
}

TEST_F(Witnesses, see_two_histories_of_one_size_keep_both_and_cosign_neither_again) {
  append(agency, person);
  ASSERT_EQ(round(policy()).answered, 1U);
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
  ASSERT_EQ(round(policy()).answered, 1U);
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
  ASSERT_EQ(round(policy()).answered, 1U);
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
      const auto judged = book.see(request, agency.signer.verifier());
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

// What a node does at its start, over the database it finds.
struct AStart : Witnesses {
  Signing begin(const ledger::WitnessPolicy& believed,
                std::chrono::milliseconds patience = std::chrono::milliseconds{400}) {
    std::mutex mutex;
    std::condition_variable changed;
    Signing last = Signing::asking;
    flow::RoundSettings settings;
    settings.first_within = patience;
    settings.first_again = std::chrono::milliseconds{20};
    settings.every = std::chrono::milliseconds{20};
    const flow::WitnessRounds rounds(
        {believed, agency.signer, own, witness.logs, witness, witness, heard}, settings,
        [&](Signing signing) {
          agency.appender->sign(signing);
          const std::scoped_lock lock(mutex);
          last = signing;
          changed.notify_all();
        });
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::seconds{10}, [&] { return last != Signing::asking; });
    return last;
  }
  // The same key over a database that lacks the newest entries: an old backup, restored.
  void restore_old_backup() {
    append(agency, person);
    const std::string backup = agency.database + "_old";
    auto& postgres = PrivatePostgres::instance();
    agency.appender.reset();
    postgres.sql("postgres",
                 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                 " WHERE datname = '" +
                     agency.database + "'");
    postgres.sql("postgres", "CREATE DATABASE " + backup + " TEMPLATE " + agency.database);
    Agency again(agency.database);
    append(again, person);
    append(again, person);
    storage::OwnLog newer{again.pool};
    ASSERT_EQ(flow::ask_witnesses(
                  {policy(), again.signer, newer, witness.logs, witness, witness, heard}, true)
                  .answered,
              1U);
    restored = std::make_unique<Agency>(backup);
  }
  std::unique_ptr<Agency> restored;
};

TEST_F(AStart, signs_nothing_until_a_witness_has_answered) {
  agency.appender->sign(Signing::asking);
  const auto refused = agency.appender->append(agency.draft(person));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, FaultKind::unavailable);
  EXPECT_EQ(begin(policy()), Signing::allowed);
  EXPECT_FALSE(heard.alone);
  append(agency, person);
}

TEST_F(AStart, goes_on_when_none_answers_in_time_says_so_and_keeps_asking) {
  witness.away = true;
  EXPECT_EQ(begin(policy()), Signing::allowed);
  EXPECT_TRUE(heard.alone);
  EXPECT_GT(heard.hindrances, 1);
  append(agency, person);
}

TEST_F(AStart, over_an_old_backup_signs_nothing_any_more_in_any_process) {
  restore_old_backup();
  storage::OwnLog old{restored->pool};
  for (const char* place : {"http://witness", "exchange:agency-a"}) {
    const auto believed = policy(place);
    const auto outcome = flow::ask_witnesses(
        {believed, restored->signer, old, witness.logs, witness, witness, heard}, true);
    EXPECT_TRUE(outcome.contradicted) << place;
    EXPECT_EQ(heard.kind, std::string(place).starts_with("http") ? "ahead said" : "ahead proven");
  }
  EXPECT_TRUE(old.stopped(kOrigin).value());
  const auto refused = restored->appender->append(restored->draft(restored->person("dossier")));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, FaultKind::precondition) << "even by a process nobody told";
  EXPECT_EQ(old.newest(kOrigin)->size, 1U);
  EXPECT_THAT(alarms(), testing::HasSubstr("rollback"));
}

TEST_F(AStart, over_an_empty_database_of_a_ledger_that_was_witnessed_signs_nothing) {
  append(agency, person);
  ASSERT_EQ(round(policy()).answered, 1U);
  Agency empty(PrivatePostgres::instance().migrated_database());
  storage::OwnLog nothing{empty.pool};
  const auto believed = policy("exchange:agency-a");
  EXPECT_TRUE(flow::ask_witnesses(
                  {believed, empty.signer, nothing, witness.logs, witness, witness, heard}, true)
                  .contradicted);
  EXPECT_EQ(heard.kind, "ahead proven");
}

TEST_F(AStart, over_another_history_is_told_apart_and_a_steward_must_say_why_it_ends) {
  append(agency, person);
  ASSERT_EQ(round(policy()).answered, 1U);
  const auto other = twin(4);
  storage::OwnLog others{other->pool};
  const auto believed = policy("exchange:agency-a");
  EXPECT_TRUE(flow::ask_witnesses(
                  {believed, other->signer, others, witness.logs, witness, witness, heard}, true)
                  .contradicted);
  EXPECT_EQ(heard.kind, "different proven");
  // The next ledger is opened; the stopped one is ended with a reason, at what it has.
  const auto next = *ledger::Ed25519Signer::make(
      "agency-a.example/disclosures/2026b", ledger::SignatureType::ed25519,
      *ledger::PrivateKey::from_seed(std::string(32, 'n')));
  storage::Pool pool{pool_of(other->database, 1)};
  ASSERT_TRUE(
      storage::Appender::start(pool, other->keyring, next, other->directory, other->wake, {}));
  EXPECT_EQ(storage::seal_ledger(other->pool, other->signer.verifier()).error().where, "reason");
  EXPECT_EQ(storage::seal_ledger(other->pool, other->signer.verifier(), "restored a backup")->size,
            4U);
}

TEST_F(AStart, of_a_ledger_that_was_contradicted_before_asks_nobody) {
  append(agency, person);
  ASSERT_TRUE(own.stop({kOrigin, "ahead", "w", 9, "note"}));
  EXPECT_EQ(begin(policy()), Signing::contradicted);
  EXPECT_TRUE(witness.observer.answers.empty());
  const auto refused = agency.appender->append(agency.draft(person));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, FaultKind::precondition);
}

TEST(Cover, fills_every_batch_up_and_a_beat_without_entries_too) {
  storage::AppenderSettings settings;
  settings.cover = 8;
  settings.cadence = std::chrono::milliseconds{200};
  Agency agency(PrivatePostgres::instance().migrated_database(), settings);
  const auto one = agency.appender->append(agency.draft(agency.person("dossier")));
  ASSERT_NE(appended(one), nullptr);
  const auto opened =
      ledger::open_checkpoint(appended(one)->checkpoint, agency.signer.verifier()).value();
  EXPECT_EQ(opened.checkpoint().size % 8, 0U);
  const Digest leaf = ledger::leaf_hash(ledger::commitment_from(appended(one)->shared_bytes,
                                                                appended(one)->shared_opening,
                                                                appended(one)->private_commitment)
                                            .leaf_data());
  EXPECT_TRUE(ledger::verify_inclusion(appended(one)->index, opened.checkpoint().size, leaf,
                                       appended(one)->proof, opened.checkpoint().root));
  storage::OwnLog own{agency.pool};
  const uint64_t before = own.newest(kOrigin)->size;
  for (int i = 0; i < 100 && own.newest(kOrigin)->size < before + 16; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  EXPECT_GE(own.newest(kOrigin)->size, before + 16);
  EXPECT_EQ(own.newest(kOrigin)->size % 8, 0U);
  agency.appender.reset();
  const auto report = agency.verified();
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.bodies, 1U);
}

}  // namespace
}  // namespace relais::test
