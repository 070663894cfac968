// SPDX-License-Identifier: Apache-2.0
// What a Node is made of, for node.cc and node_follow.cc alone. In the order of making; destroyed
// in the opposite order. Everything is made before anything is served; after that only the
// follower's thread changes it, through parts that are thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "node/directory_watch.h"
#include "node/flow/anonymise.h"
#include "node/flow/checkpoints.h"
#include "node/flow/erase.h"
#include "node/flow/follow.h"
#include "node/flow/outbox_workers.h"
#include "node/flow/tell.h"
#include "node/law_watch.h"
#include "node/ledger_pages.h"
#include "node/node.h"
#include "node/node_parts.h"
#include "node/observers.h"
#include "node/ops/health.h"
#include "node/ops/keys.h"
#include "node/ops/retention.h"
#include "node/ops/stewards.h"
#include "node/storage/account.h"
#include "node/storage/appender.h"
#include "node/storage/erasure.h"
#include "node/storage/gauges.h"
#include "node/storage/ledgers.h"
#include "node/storage/log_pages.h"
#include "node/storage/migrate.h"
#include "node/storage/notices.h"
#include "node/storage/people.h"
#include "node/storage/proofs.h"
#include "node/storage/rederive.h"
#include "node/storage/referrals.h"
#include "node/storage/versions_seen.h"
#include "node/transport/courier.h"
#include "node/web/http.h"
#include "node/web/ops_pages.h"
#include "node/witnessing.h"

namespace relais {

struct Node::Parts {
  Parts(const ops::Config& given, policy::Vocabulary vocabulary, storage::Keyring keys,
        ledger::Ed25519Signer agency, std::vector<ledger::Ed25519Signer> ledger_keys,
        std::vector<flow::StaffRole> staff)
      : config(given),
        log(clock, log_settings(given)),
        metrics(method_names(), RELAIS_VERSION),
        health({"database", "directory", "ledger", "serving"}),
        words(std::move(vocabulary)),
        law(log, metrics, clock),
        keyring(std::move(keys)),
        signer(std::move(agency)),
        ledger_signers(std::move(ledger_keys)),
        pool(pool_settings(given)),
        ledger_pool(ledger_pool_settings(given)),
        people(pool, keyring, entropy, clock),
        referrals(pool, keyring),
        outbox(pool, keyring),
        account(pool, keyring),
        proofs(pool),
        erasures(pool, keyring),
        notices(pool),
        readers(reader_settings(given)),
        log_pages(readers),
        calls(metrics, log),
        deliveries(metrics, log),
        tally(metrics),
        settings{given.agency.federation,
                 AgencyId(given.agency.id),
                 ledger_signers.front().verifier(),
                 std::move(staff),
                 std::chrono::hours{24 * given.referral.expiry_days},
                 std::chrono::hours{given.outbox.give_up_hours}} {}

  ~Parts() {
    stop_following();
    rounds.reset();
    workers.reset();
    server.reset();
    appender.reset();
  }

  Result<void> open_law();
  Result<void> open_directory(const std::vector<ledger::VerifierKey>& stewards);
  Result<void> check_certificates();
  Result<void> choose_ledger();
  Result<void> start_appender();
  void start_rounds();
  void may_sign(flow::Signing signing);
  void reconcile_daily();
  Result<void> serve();
  void follow();
  void look();
  void show_ledger();
  void rederive(std::chrono::steady_clock::time_point until);
  void follow_keys();
  void show_own_keys();
  void stop_following();

  const ops::Config config;
  SystemClock clock;
  ledger::SystemEntropy entropy;
  ops::Log log;
  ops::Metrics metrics;
  ops::Health health;
  const policy::Vocabulary words;
  LawWatch law;
  const storage::Keyring keyring;
  const ledger::Ed25519Signer signer;
  const std::vector<ledger::Ed25519Signer> ledger_signers;  // one a year
  size_t ledger_now = 0;                                    // the one in force when it started
  storage::Pool pool;
  storage::Pool ledger_pool;  // the appender's own: readers cannot keep it waiting
  storage::PeopleStore people;
  storage::ReferralStore referrals;
  storage::OutboxStore outbox;
  storage::AccountStore account;
  storage::ProofStore proofs;
  storage::ErasureStore erasures;
  storage::NoticeStore notices;
  storage::Pool readers;  // of the log's pages: strangers never take a connection from the verbs
  storage::LogPages log_pages;
  CallObserver calls;
  OutboxObserver deliveries;
  DecisionTally tally;
  flow::Settings settings;  // complete before anything is served
  flow::VerifiedCheckpoints checkpoints;
  storage::Wake wake;
  std::unique_ptr<DirectoryWatch> directory;
  std::unique_ptr<Witnessing> witnessing;
  std::unique_ptr<storage::Appender> appender;
  std::unique_ptr<storage::Rederiver> rederiver;
  std::unique_ptr<flow::Line> line;
  std::unique_ptr<web::HttpServer> pages;
  std::unique_ptr<transport::GrpcCourier> courier;
  std::unique_ptr<transport::Server> server;
  std::unique_ptr<flow::WitnessRounds> rounds;
  std::unique_ptr<flow::OutboxWorkers> workers;
  std::mutex following;
  std::condition_variable stop;
  bool stopping = false;
  std::optional<std::chrono::steady_clock::time_point> reconciled;
  std::thread follower;
};

}  // namespace relais
