// SPDX-License-Identifier: Apache-2.0
// What a running node looks at again and again: whatever changes by itself, and work that waits.
#include "node/node_inside.h"
#include "node/transport/tls.h"
#include "policy/document.h"

namespace relais {
namespace {

constexpr int kExpiredAtOnce = 256;  // referrals without an answer, at each look

}  // namespace

// One look at what changes by itself: the law, the directory, the certificates, the database, the
// appender.
void Node::Parts::look() {
  law.look();
  health.set("directory", directory->look(), "expired: nothing leaves");
  rederive(std::chrono::steady_clock::now());
  show_ledger();
  const auto usable = check_certificates();  // they are followed from their files, too
  if (!usable) log.warning("certificate_not_usable", {{"fault", usable.error()}});
  follow_keys();
  metrics.database_idle(pool.idle());
  const auto gauges = storage::read_gauges(pool);
  if (!gauges) return health.fail("database", "away");
  health.pass("database");
  show(*gauges, metrics);
  fill_tiles(readers, log);
}

// The newest leaves and a slice of all that is older, or slices until then or the end of the round.
// What does not derive is not signed on; a database that is away shows elsewhere.
void Node::Parts::rederive(std::chrono::steady_clock::time_point until) {
  const auto hindered = [&](const Fault& fault) {
    if (fault.kind != FaultKind::corrupt) return;
    if (!appender->halted()) log.error("ledger_not_derived", {{"fault", fault}});
    appender->halt();
  };
  const auto newest = rederiver->newest();
  if (!newest) return hindered(newest.error());
  while (true) {
    const auto whole = rederiver->slice();
    if (!whole) return hindered(whole.error());
    if (*whole) return metrics.ledger_verified(clock.now());
    if (std::chrono::steady_clock::now() >= until) return;
  }
}

void Node::Parts::show_ledger() {
  const auto damaged = [&] { health.fail("ledger", "it does not verify: nothing is signed"); };
  if (appender->halted()) return damaged();
  switch (appender->signing()) {
    case flow::Signing::allowed:
      return health.pass("ledger");
    case flow::Signing::asking:
      return health.fail("ledger", "its witnesses are being asked: nothing is signed yet");
    case flow::Signing::contradicted:
      return health.fail("ledger", "a witness contradicts it: nothing is signed");
    case flow::Signing::damaged:
      return damaged();
  }
}

// The key epoch, the ledger's key, and erasures and notices that wait for their next step.
void Node::Parts::follow_keys() {
  const auto read = keyring.reload();
  if (!read) log.warning("key_epochs_not_reloaded", {{"fault", read.error()}});
  metrics.key_epoch(keyring.newest_epoch());
  const auto ledger =
      ledger_in_force(*directory->current(), settings.agency, ledger_signers, clock.now());
  metrics.ledger_in_force(ledger && *ledger == ledger_now);
  show_own_keys();
  const auto erased = flow::continue_erasures(*line);
  if (!erased) log.warning("erasure_hindered", {{"fault", erased.error()}});
  const auto told = flow::tell_everybody(*line);
  if (!told) log.warning("notice_hindered", {{"fault", told.error()}});
}

// Peers believe what the directory lists: a key of ours that it does not, or not any more, is of no
// use.
void Node::Parts::show_own_keys() {
  const auto current = directory->current();
  const Agency* self = current->find(settings.agency);
  const auto pem = policy::read_file(config.exchange.tls.certificate);
  const bool tls =
      self != nullptr && pem && transport::is_listed(self->peer_address(clock.now()), *pem);
  const bool signing =
      self != nullptr && check_own_key(*current, settings.agency, signer.verifier(), clock.now());
  metrics.own_keys_in_force(signing, tls);
  if (!tls) log.warning("certificate_not_listed");
  if (!signing) log.warning("signing_key_not_listed");
}

void Node::Parts::follow() {
  const std::chrono::seconds every{config.directory.reload_seconds};
  std::unique_lock lock(following);
  while (!stop.wait_for(lock, every, [this] { return stopping; })) {
    lock.unlock();
    look();
    directory->fetch_in_turn(*courier);
    reconcile_daily();
    const auto expired = flow::expire(*line, kExpiredAtOnce);
    if (!expired) log.warning("not_expired", {{"fault", expired.error()}});
    const auto cut = flow::anonymise(*line, kExpiredAtOnce);
    if (!cut) log.warning("not_anonymised", {{"fault", cut.error()}});
    lock.lock();
  }
}

// On the follower's thread: nobody waits for it but the next look. The first time one whole period
// after the start, so that a restart asks nobody for anything. One peer a look: what one keeps
// waiting must not keep the node from a new directory.
void Node::Parts::reconcile_daily() {
  const std::chrono::hours every{config.reconcile.every_hours};
  const auto now = std::chrono::steady_clock::now();
  if (!reconciled) reconciled = now;
  if (every.count() == 0) return;
  if (now - *reconciled >= every) {
    reconciled = now;
    witnessing->due();
  }
  witnessing->reconcile_next(*courier);
}

void Node::Parts::stop_following() {
  {
    const std::lock_guard lock(following);
    stopping = true;
  }
  stop.notify_all();
  if (follower.joinable()) follower.join();
}

}  // namespace relais
