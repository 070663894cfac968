// SPDX-License-Identifier: Apache-2.0
#include "node/node.h"

#include "node/node_inside.h"

namespace relais {
namespace {

constexpr std::chrono::seconds kDrain{25};
// How long the ledger is derived again before anything is signed; the rest beside the appends.
constexpr std::chrono::seconds kRederiveAtStart{3};
constexpr unsigned kPageThreads = 4;  // two more than wait for the database at most

}  // namespace

Result<void> Node::Parts::open_law() {
  RELAIS_TRY(wanted, ops::law_settings(config));
  return law.open(std::move(wanted), words, [this](int64_t version, const Digest& digest) {
    return storage::see_law(pool, {version, digest});
  });
}

Result<void> Node::Parts::open_directory(const std::vector<ledger::VerifierKey>& stewards) {
  directory = std::make_unique<DirectoryWatch>(config, log, metrics, clock);
  RELAIS_TRY_VOID(directory->open(stewards, words, [this](int64_t version, const Digest& digest) {
    return storage::see_directory(pool, {version, digest});
  }));
  return check_own_key(*directory->current(), settings.agency, signer.verifier(), clock.now());
}

// Entries go into the ledger in force now, for as long as this process runs; those of earlier years
// stay readable. A sealed ledger is never gone on with.
Result<void> Node::Parts::choose_ledger() {
  RELAIS_TRY(now,
             ledger_in_force(*directory->current(), settings.agency, ledger_signers, clock.now()));
  ledger_now = now;
  settings.ledger_key = ledger_signers[now].verifier();
  for (size_t i = 0; i < ledger_signers.size(); ++i) {
    if (i != now) settings.other_ledgers.push_back(ledger_signers[i].verifier());
  }
  RELAIS_TRY(ledgers, storage::list_ledgers(pool));
  for (const storage::LedgerLine& one : ledgers) {
    if (one.sealed && one.origin == settings.ledger_key.name()) {
      return fail(FaultKind::precondition, "the ledger in force is sealed", one.origin);
    }
  }
  return {};
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
  wanted.cover = static_cast<size_t>(config.ledger.cover);
  wanted.cadence = std::chrono::seconds{config.ledger.cadence_seconds};
  wanted.observe = [this](const storage::BatchReport& batch) {
    metrics.appended(batch.entries, batch.size, std::chrono::duration<double>(batch.took).count());
  };
  RELAIS_TRY(started, storage::Appender::start(ledger_pool, keyring, ledger_signers[ledger_now],
                                               *directory, wake, std::move(wanted)));
  appender = std::move(started);
  // Before anybody can ask for an entry: the rounds say when.
  if (witnessing->has_witnesses()) appender->sign(flow::Signing::asking);
  rederiver = std::make_unique<storage::Rederiver>(readers, settings.ledger_key.name());
  rederive(std::chrono::steady_clock::now() + kRederiveAtStart);
  line.reset(new flow::Line{settings, clock, entropy, words, law, *directory, signer, *appender,
                            people, referrals, outbox, account, proofs, checkpoints, tally,
                            erasures, notices});
  return {};
}

Result<void> Node::Parts::serve() {
  web::OpsSources sources;
  sources.metrics = [this] { return metrics.expose(); };
  sources.readiness = [this] {
    const auto report = health.report();
    return web::Readiness{report.ready, report.json};
  };
  RELAIS_TRY(
      http, web::HttpServer::start({config.ops.listen, kPageThreads}, web::ops_pages(sources),
                                   ledger_pages(config, settings, log_pages), witnessing->pages()));
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
  transport::Office office{
      count, [this] { return law.look(); },
      [this](const AgencyId& peer) { return witnessing->reconcile(*courier, peer); },
      [this](const flow::DirectoryPlace& place) { return directory->fetch(*courier, place); }};
  transport::PeerOffice for_peers = witnessing->office();
  for_peers.directory = [this] { return directory->note(); };
  RELAIS_TRY(doors, transport::Server::start(server_settings(config), *line, std::move(office),
                                             calls, std::move(for_peers)));
  server = std::move(doors);
  workers = std::make_unique<flow::OutboxWorkers>(
      *line, *courier, outbox_settings(config),
      [this](uint64_t& seen, std::chrono::milliseconds at_most) { wake.wait(seen, at_most); },
      deliveries);
  start_rounds();
  health.pass("serving");
  look();
  follower = std::thread([this] { follow(); });
  return {};
}

void Node::Parts::start_rounds() {
  if (!witnessing->has_witnesses()) return;
  rounds = std::make_unique<flow::WitnessRounds>(
      witnessing->parts(ledger_signers[ledger_now], *courier), witnessing->settings(),
      [this](flow::Signing signing) { may_sign(signing); });
}

// On the rounds' thread. What may be signed changes the readiness at once, not at the next look.
void Node::Parts::may_sign(flow::Signing signing) {
  appender->sign(signing);
  show_ledger();
  if (signing == flow::Signing::damaged) log.error("ledger_not_derived");
  if (signing != flow::Signing::contradicted) return;
  metrics.ledger_contradicted();
  log.error("ledger_contradicted");
}

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::start(const ops::Config& config) {
  RELAIS_TRY(words, policy::Vocabulary::load(config.law.vocabulary));
  RELAIS_TRY(staff, read_staff(config, words));
  RELAIS_TRY(stewards, ops::read_stewards(config));
  RELAIS_TRY(agency_key, ops::read_signer(config.signing.key, ledger::SignatureType::ed25519));
  RELAIS_TRY(ledger_keys, ops::read_ledger_signers(config.ledger.keys));
  static ledger::SystemEntropy entropy;
  RELAIS_TRY(keyring, read_keyring(config, entropy));
  auto parts =
      std::make_unique<Parts>(config, std::move(words), std::move(keyring), std::move(agency_key),
                              std::move(ledger_keys), std::move(staff));
  RELAIS_TRY_VOID(parts->check_certificates());
  RELAIS_TRY_VOID(storage::check_migrations(parts->pool));
  RELAIS_TRY_VOID(parts->open_law());
  RELAIS_TRY_VOID(parts->open_directory(stewards));
  RELAIS_TRY_VOID(parts->choose_ledger());
  RELAIS_TRY(duties, ops::load_retention(config.retention.path, parts->words));
  parts->settings.retention = std::move(duties);
  parts->settings.anonymise_after = std::chrono::hours{24 * config.referral.anonymise_days};
  parts->settings.withhold_days = config.access.withhold_days;
  RELAIS_TRY(witnessing,
             Witnessing::make(parts->config, {parts->pool, parts->readers}, *parts->directory,
                              parts->clock, parts->checkpoints, parts->metrics, parts->log));
  parts->witnessing = std::move(witnessing);
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
  parts_->rounds.reset();
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
