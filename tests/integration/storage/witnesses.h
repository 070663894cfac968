// SPDX-License-Identifier: Apache-2.0
// A log and a witness of it, each over a database of its own. For the tests here.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <mutex>
#include <thread>

#include "node/flow/checkpoints.h"
#include "node/flow/cosign.h"
#include "node/flow/witness_rounds.h"
#include "node/ledger/witness_policy.h"
#include "node/storage/ledgers.h"
#include "node/storage/own_log.h"
#include "node/storage/proofs.h"
#include "node/storage/witness_book.h"
#include "tests/support/stored_agency.h"

namespace relais::test {

using ledger::WitnessAlarm;
using ledger::WitnessAnswer;

inline ledger::Ed25519Signer witness_key(char seed) {
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
  Result<ledger::WitnessReply> add_checkpoint(const PeerAddress& /*peer*/,
                                              const Bytes& body) override {
    return answer(body);
  }
  Result<ledger::WitnessReply> answer(const Bytes& body) {
    if (away) return fail(FaultKind::unavailable, "away");
    if (const auto now = meanwhile) now();  // a copy: it may be taken away while it runs
    return flow::cosign(desk, body);
  }
  std::string database = PrivatePostgres::instance().migrated_database();
  storage::Pool pool{pool_of(database, 2)};
  storage::WitnessBook book{pool};
  ledger::Ed25519Signer key;
  Directory1 logs;
  SystemClock clock;
  Asked observer;
  flow::VerifiedCheckpoints shown;  // with messages of the log's agency
  flow::WitnessDesk desk{&key, book, logs, clock, observer, shown};
  std::atomic<bool> away{false};
  std::function<void()> meanwhile;  // between a question and its answer
};

struct Heard final : flow::RoundObserver {
  void answered(const std::string& /*witness*/, ledger::WitnessStanding standing) override {
    const std::scoped_lock lock(mutex);
    standings.push_back(standing);
  }
  void hindered(const std::string& /*witness*/, const Fault& /*fault*/) override { ++hindrances; }
  void contradicted(const flow::Contradiction& one, bool proven) override {
    kind = one.kind + (proven ? " proven" : " said");
  }
  void unwitnessed(bool none) override { alone = none; }
  void witnessed(uint64_t size) override { size_witnessed = size; }
  std::mutex mutex;
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

  static ledger::WitnessPolicy policy_of(const AWitness& one,
                                         const std::string& place = "http://witness") {
    return ledger::WitnessPolicy::parse("witness w " + one.key.verifier().text() + " " + place +
                                        "\nquorum w\n")
        .value();
  }
  ledger::WitnessPolicy policy(const std::string& place = "http://witness") const {
    return policy_of(witness, place);
  }
  // As if every witness had been heard since the start.
  flow::RoundOutcome round(const ledger::WitnessPolicy& believed) {
    flow::WitnessNames all;
    for (const auto& one : believed.witnesses()) all.insert(one.name);
    return flow::ask_witnesses(
        {believed, agency.signer, own, witness.logs, witness, witness, heard, witness.clock}, all);
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

}  // namespace relais::test
