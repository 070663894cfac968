// SPDX-License-Identifier: Apache-2.0
#include "node/node.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "node/flow/checkpoints.h"
#include "node/flow/follow.h"
#include "node/flow/outbox_workers.h"
#include "node/law_watch.h"
#include "node/ledger_pages.h"
#include "node/node_parts.h"
#include "node/observers.h"
#include "node/ops/directory.h"
#include "node/ops/health.h"
#include "node/ops/keys.h"
#include "node/ops/stewards.h"
#include "node/storage/account.h"
#include "node/storage/appender.h"
#include "node/storage/gauges.h"
#include "node/storage/log_pages.h"
#include "node/storage/migrate.h"
#include "node/storage/people.h"
#include "node/storage/proofs.h"
#include "node/storage/referrals.h"
#include "node/storage/versions_seen.h"
#include "node/transport/courier.h"
#include "node/web/http.h"
#include "node/web/ops_pages.h"

namespace relais {
namespace {

constexpr std::chrono::seconds kDrain{25};
constexpr int kExpiredAtOnce = 256;   // referrals without an answer, at each look
constexpr unsigned kPageThreads = 4;  // two more than wait for the database at most

}  // namespace

// In the order of making; destroyed in the opposite order.
struct Node::Parts {
  Parts(const ops::Config& given, policy::Vocabulary vocabulary, storage::Keyring keys,
        ledger::Ed25519Signer agency, ledger::Ed25519Signer ledger_key,
        std::vector<flow::StaffRole> staff)
      : config(given),
        log(clock, log_settings(given)),
        metrics(method_names(), RELAIS_VERSION),
        health({"database", "directory", "ledger", "serving"}),
        words(std::move(vocabulary)),
        law(log, metrics, clock),
        keyring(std::move(keys)),
        signer(std::move(agency)),
        ledger_signer(std::move(ledger_key)),
        pool(pool_settings(given)),
        ledger_pool(ledger_pool_settings(given)),
        people(pool, keyring, entropy, clock),
        referrals(pool, keyring),
        outbox(pool, keyring),
        account(pool, keyring),
        proofs(pool),
        readers(reader_settings(given)),
        log_pages(readers),
        calls(metrics, log),
        deliveries(metrics, log),
        tally(metrics),
        settings{given.agency.federation,
                 AgencyId(given.agency.id),
                 ledger_signer.verifier(),
                 std::move(staff),
                 std::chrono::hours{24 * given.referral.expiry_days},
                 std::chrono::hours{given.outbox.give_up_hours}} {}

  ~Parts() {
    stop_following();
    workers.reset();
    server.reset();
    appender.reset();
  }

  Result<void> open_law();
  Result<void> open_directory(const std::vector<ledger::VerifierKey>& stewards);
  Result<void> check_certificates();
  Result<void> start_appender();
  Result<void> serve();
  void follow();
  void look();
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
  const ledger::Ed25519Signer ledger_signer;
  storage::Pool pool;
  storage::Pool ledger_pool;  // the appender's own: readers cannot keep it waiting
  storage::PeopleStore people;
  storage::ReferralStore referrals;
  storage::OutboxStore outbox;
  storage::AccountStore account;
  storage::ProofStore proofs;
  storage::Pool readers;  // of the log's pages: strangers never take a connection from the verbs
  storage::LogPages log_pages;
  CallObserver calls;
  OutboxObserver deliveries;
  DecisionTally tally;
  const flow::Settings settings;
  flow::VerifiedCheckpoints checkpoints;
  storage::Wake wake;
  std::unique_ptr<ops::DirectoryFile> directory;
  std::unique_ptr<storage::Appender> appender;
  std::unique_ptr<flow::Line> line;
  std::unique_ptr<web::HttpServer> pages;
  std::unique_ptr<transport::GrpcCourier> courier;
  std::unique_ptr<transport::Server> server;
  std::unique_ptr<flow::OutboxWorkers> workers;
  std::mutex following;
  std::condition_variable stop;
  bool stopping = false;
  std::thread follower;
};

Result<void> Node::Parts::open_law() {
  RELAIS_TRY(wanted, ops::law_settings(config));
  return law.open(std::move(wanted), words, [this](int64_t version, const Digest& digest) {
    return storage::see_law(pool, {version, digest});
  });
}

Result<void> Node::Parts::open_directory(const std::vector<ledger::VerifierKey>& stewards) {
  ops::DirectorySettings wanted{config.directory.path, config.agency.federation,
                                AgencyId(config.agency.id), stewards, config.directory.threshold};
  auto see = [this](int64_t version, const Digest& digest) {
    return storage::see_directory(pool, {version, digest});
  };
  RELAIS_TRY(opened, ops::DirectoryFile::open(std::move(wanted), words, see));
  directory = std::move(opened);
  return check_own_keys(*directory->current(), settings.agency, signer.verifier(),
                        ledger_signer.verifier());
}

Result<void> Node::Parts::check_certificates() {
  const Instant now = clock.now();
  const ops::TlsConfig& out = config.exchange.tls;
  RELAIS_TRY(exchange_ends,
             ops::check_certificate(out.certificate, out.key, out.roots, identity_of(config), now));
  metrics.certificate("exchange", exchange_ends);
  const ops::TlsConfig& in = config.desk.tls;
  RELAIS_TRY(desk_ends, ops::check_certificate(in.certificate, in.key, in.roots, "", now));
  metrics.certificate("desk", desk_ends);
  return {};
}

Result<void> Node::Parts::start_appender() {
  storage::AppenderSettings wanted;
  wanted.max_batch = static_cast<size_t>(config.ledger.batch);
  wanted.max_queue = static_cast<size_t>(config.ledger.queue);
  wanted.observe = [this](const storage::BatchReport& batch) {
    metrics.appended(batch.entries, batch.size, std::chrono::duration<double>(batch.took).count());
  };
  RELAIS_TRY(started, storage::Appender::start(ledger_pool, keyring, ledger_signer, *directory,
                                               wake, std::move(wanted)));
  appender = std::move(started);
  metrics.ledger_verified(clock.now());  // it starts only on a head that verifies
  line.reset(new flow::Line{settings, clock, entropy, words, law, *directory, signer, *appender,
                            people, referrals, outbox, account, proofs, checkpoints, tally});
  return {};
}

Result<void> Node::Parts::serve() {
  web::OpsSources sources;
  sources.metrics = [this] { return metrics.expose(); };
  sources.readiness = [this] {
    const auto report = health.report();
    return web::Readiness{report.ready, report.json};
  };
  RELAIS_TRY(http,
             web::HttpServer::start({config.ops.listen, kPageThreads}, web::ops_pages(sources),
                                    ledger_pages(config, settings, log_pages)));
  pages = std::move(http);
  transport::CourierSettings wanted;
  wanted.tls = server_settings(config).exchange_tls;
  wanted.call_timeout = std::chrono::milliseconds{config.outbox.call_timeout_ms};
  RELAIS_TRY(out, transport::GrpcCourier::make(wanted));
  courier = std::move(out);
  auto count = [this]() -> Result<transport::Counts> {
    RELAIS_TRY(gauges, storage::read_gauges(pool));
    uint64_t waiting = 0;
    for (const storage::Waiting& peer : gauges.waiting) waiting += peer.messages;
    return transport::Counts{gauges.ledger_size, waiting, gauges.duties_open, law.version()};
  };
  transport::Office office{count, [this] { return law.look(); }};
  RELAIS_TRY(doors,
             transport::Server::start(server_settings(config), *line, std::move(office), calls));
  server = std::move(doors);
  workers = std::make_unique<flow::OutboxWorkers>(
      *line, *courier, outbox_settings(config),
      [this](uint64_t& seen, std::chrono::milliseconds at_most) { wake.wait(seen, at_most); },
      deliveries);
  health.pass("serving");
  look();
  follower = std::thread([this] { follow(); });
  return {};
}

// One look at what changes by itself: the law, the directory, the certificates, the database, the
// appender.
void Node::Parts::look() {
  law.look();
  const auto reloaded = directory->reload();
  if (!reloaded) log.warning("directory_not_reloaded", {{"fault", reloaded.error()}});
  if (reloaded && *reloaded)
    log.info("directory_in_force", {{"version", directory->current()->version}});
  const auto current = directory->current();
  metrics.directory(current->version, current->expires);
  health.set("directory", current->expires > clock.now(), "expired: nothing leaves");
  health.set("ledger", !appender->halted(), "the head does not verify: nothing is signed");
  const auto usable = check_certificates();  // they are followed from their files, too
  if (!usable) log.warning("certificate_not_usable", {{"fault", usable.error()}});
  metrics.database_idle(pool.idle());
  const auto gauges = storage::read_gauges(pool);
  if (!gauges) return health.fail("database", "away");
  health.pass("database");
  show(*gauges, metrics);
  fill_tiles(readers, log);
}

void Node::Parts::follow() {
  const std::chrono::seconds every{config.directory.reload_seconds};
  std::unique_lock lock(following);
  while (!stop.wait_for(lock, every, [this] { return stopping; })) {
    lock.unlock();
    look();
    const auto expired = flow::expire(*line, kExpiredAtOnce);
    if (!expired) log.warning("not_expired", {{"fault", expired.error()}});
    lock.lock();
  }
}

void Node::Parts::stop_following() {
  {
    const std::lock_guard lock(following);
    stopping = true;
  }
  stop.notify_all();
  if (follower.joinable()) follower.join();
}

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::start(const ops::Config& config) {
  RELAIS_TRY(words, policy::Vocabulary::load(config.law.vocabulary));
  RELAIS_TRY(staff, read_staff(config, words));
  RELAIS_TRY(stewards, ops::read_stewards(config));
  RELAIS_TRY(agency_key, ops::read_signer(config.signing.key, ledger::SignatureType::ed25519));
  RELAIS_TRY(ledger_key, ops::read_signer(config.ledger.key, ledger::SignatureType::ed25519));
  static ledger::SystemEntropy entropy;
  RELAIS_TRY(keyring, read_keyring(config, entropy));
  auto parts =
      std::make_unique<Parts>(config, std::move(words), std::move(keyring), std::move(agency_key),
                              std::move(ledger_key), std::move(staff));
  RELAIS_TRY_VOID(parts->check_certificates());
  RELAIS_TRY_VOID(storage::check_migrations(parts->pool));
  RELAIS_TRY_VOID(parts->open_law());
  RELAIS_TRY_VOID(parts->open_directory(stewards));
  RELAIS_TRY_VOID(parts->start_appender());
  RELAIS_TRY_VOID(parts->serve());
  parts->log.info("serving", {{"agency", parts->settings.agency},
                              {"desk_port", parts->server->desk_port()},
                              {"exchange_port", parts->server->exchange_port()},
                              {"directory_version", parts->directory->current()->version}});
  return std::unique_ptr<Node>(new Node(std::move(parts)));
}

void Node::drain() {
  parts_->log.info("draining");
  parts_->health.drain();
  parts_->stop_following();
  parts_->workers->stop();
  parts_->server->drain(kDrain);
  parts_->appender.reset();
  parts_->log.info("drained");
  parts_->log.stop();
}

void Node::tell(const Fault& fault) {
  SystemClock clock;
  ops::Log log(clock, {});
  log.error("not_started", {{"fault", fault}});
}

}  // namespace relais
