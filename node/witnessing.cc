// SPDX-License-Identifier: Apache-2.0
#include "node/witnessing.h"

#include <algorithm>

#include "node/ops/keys.h"
#include "node/ops/witnesses.h"
#include "node/web/witness_page.h"

namespace relais {
namespace {

// A cosigner uses its own key, never a log's.
Result<std::optional<ledger::Ed25519Signer>> read_witness_key(const ops::Config& config) {
  if (config.witness.key.empty()) return std::nullopt;
  RELAIS_TRY(signer, ops::read_signer(config.witness.key, ledger::SignatureType::cosignature));
  RELAIS_TRY(logs, ops::read_ledger_signers(config.ledger.keys));
  for (const ledger::Ed25519Signer& log : logs) {
    if (log.verifier().key() == signer.verifier().key()) {
      return fail(FaultKind::precondition, "a witness signs with a key of its own",
                  config.witness.key);
    }
  }
  return std::optional<ledger::Ed25519Signer>(std::move(signer));
}

std::string_view status_text(ledger::WitnessAnswer answer) {
  switch (answer) {
    case ledger::WitnessAnswer::cosign:
      return "200";
    case ledger::WitnessAnswer::malformed:
      return "400";
    case ledger::WitnessAnswer::not_signed:
      return "403";
    case ledger::WitnessAnswer::unknown_log:
      return "404";
    case ledger::WitnessAnswer::conflict:
      return "409";
    case ledger::WitnessAnswer::inconsistent:
      return "422";
  }
  return "other";
}

}  // namespace

void WitnessLog::asked(ledger::WitnessAnswer answer) { metrics_.cosigning(status_text(answer)); }

void WitnessLog::alarmed(const std::string& /*origin*/, ledger::WitnessAlarm alarm) {
  metrics_.witness_alarm(code_of(alarm));
  log_.error("witness_alarm", {{"kind", ops::Token::of_static(code_of(alarm))}});
}

void WitnessLog::answered(const std::string& /*witness*/, ledger::WitnessStanding standing) {
  metrics_.witness_answered(code_of(standing));
  if (standing == ledger::WitnessStanding::cosigned) return;
  log_.warning("witness_answered", {{"standing", ops::Token::of_static(code_of(standing))}});
}

void WitnessLog::hindered(const std::string& /*witness*/, const Fault& fault) {
  metrics_.witness_answered("silent");
  log_.warning("witness_silent", {{"fault", fault}});
}

void WitnessLog::contradicted(const flow::Contradiction& contradiction, bool proven) {
  log_.error(
      proven ? Constant("ledger_contradicted_proven") : Constant("ledger_contradicted_said"),
      {{"kind", ops::Token::of_static(contradiction.kind == "ahead" ? "ahead" : "different")},
       {"witness_size", contradiction.size}});
}

void WitnessLog::unwitnessed(bool none) {
  metrics_.ledger_unwitnessed(none);
  if (!none) log_.info("witnesses_answer");
}

void WitnessLog::witnessed(uint64_t size) { metrics_.ledger_witnessed(size, clock_.now()); }

Result<std::unique_ptr<Witnessing>> Witnessing::make(const ops::Config& config,
                                                     const WitnessPools& pools,
                                                     const Directories& directories, Clock& clock,
                                                     flow::VerifiedCheckpoints& checkpoints,
                                                     ops::Metrics& metrics, ops::Log& log) {
  RELAIS_TRY(policy, ops::read_witness_policy(config.witness.policy));
  RELAIS_TRY(signer, read_witness_key(config));
  return std::unique_ptr<Witnessing>(new Witnessing(config, pools, directories, clock, checkpoints,
                                                    metrics, log, std::move(policy),
                                                    std::move(signer)));
}

Witnessing::Witnessing(const ops::Config& config, const WitnessPools& pools,
                       const Directories& directories, Clock& clock,
                       flow::VerifiedCheckpoints& checkpoints, ops::Metrics& metrics, ops::Log& log,
                       ledger::WitnessPolicy policy, std::optional<ledger::Ed25519Signer> signer)
    : config_(config),
      directories_(directories),
      clock_(clock),
      metrics_(metrics),
      log_(log),
      observer_(metrics, log, clock),
      book_(pools.strangers),
      own_(pools.own),
      pairs_(pools.own),
      policy_(std::move(policy)),
      signer_(std::move(signer)),
      desk_{signer_ ? &*signer_ : nullptr, book_, directories, clock, observer_, checkpoints} {}

bool Witnessing::has_witnesses() const {
  const auto& all = policy_.witnesses();
  return std::any_of(all.begin(), all.end(), [](const auto& one) { return !one.url.empty(); });
}

flow::RoundParts Witnessing::parts(const ledger::Signer& ledger_signer,
                                   flow::PeerWitnesses& peers) {
  return {policy_, ledger_signer, own_, directories_, peers, web_, observer_, clock_};
}

flow::RoundSettings Witnessing::settings() const {
  flow::RoundSettings settings;
  settings.every = std::chrono::seconds{config_.witness.every_seconds};
  return settings;
}

transport::PeerOffice Witnessing::office() {
  transport::PeerOffice office;
  office.pair = [this](const AgencyId& peer, const flow::PairQuestion& question) {
    return pairs_.page(peer, question);
  };
  if (!signer_) return office;
  office.cosign = [this](std::string_view body) { return flow::cosign(desk_, body); };
  return office;
}

Result<flow::Reconciled> Witnessing::reconcile(flow::PeerPairs& peers, const AgencyId& peer) {
  const auto directory = directories_.current();
  if (!directory) return fail(FaultKind::unavailable, "no directory is in force");
  RELAIS_TRY(result, flow::reconcile(pairs_, peers, *directory, peer, clock_.now()));
  metrics_.reconciled(peer, result.missing, result.different, clock_.now());
  if (result.missing + result.different > 0) {
    log_.error("not_reconciled",
               {{"peer", peer}, {"missing", result.missing}, {"different", result.different}});
  }
  return std::move(result);
}

void Witnessing::due() {
  const auto directory = directories_.current();
  if (!directory || !due_.empty()) return;  // a round that is not done yet goes on
  for (const Agency& agency : directory->agencies) {
    if (agency.id.text() == config_.agency.id || !agency.current(clock_.now())) continue;
    due_.push_back(agency.id);
  }
}

void Witnessing::reconcile_next(flow::PeerPairs& peers) {
  if (due_.empty()) return;
  const AgencyId peer = std::move(due_.back());
  due_.pop_back();
  const auto result = reconcile(peers, peer);
  if (!result) log_.warning("reconcile_hindered", {{"peer", peer}, {"fault", result.error()}});
}

web::Inlets Witnessing::pages() {
  if (!signer_ || config_.witness.per_second == 0) return {};
  return web::witness_page([this](std::string_view body) { return flow::cosign(desk_, body); },
                           static_cast<unsigned>(config_.witness.per_second));
}

}  // namespace relais
