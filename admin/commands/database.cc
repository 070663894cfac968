// SPDX-License-Identifier: Apache-2.0
// What the steward does with the database itself: bring its schema up to date, and derive the
// ledger again from nothing but its rows.
#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/commands/log.h"
#include "admin/files.h"
#include "node/ledger/crypto.h"
#include "node/ops/keys.h"
#include "node/storage/migrate.h"
#include "node/storage/verify.h"

namespace relais::admin {
namespace {

constexpr std::chrono::minutes kLongStatement{10};

storage::PoolSettings pool_of(const std::string& connection) {
  storage::PoolSettings settings;
  settings.connection = connection;
  settings.size = 1;
  settings.statement_timeout = kLongStatement;
  return settings;
}

int run_migrate(const Arguments& given, Output& output) {
  storage::Pool pool(pool_of(given.one("connection")));
  const auto done = storage::migrate(pool, given.one("role", "relais_node"));
  if (!done) return output.fault(done.error());
  const std::string text = std::to_string(done->applied) + " applied, the schema is at " +
                           std::to_string(done->newest) +
                           (done->granted ? "" : "; the node's role does not exist yet");
  return output.done(
      {{"applied", done->applied}, {"newest", done->newest}, {"granted", done->granted}}, text);
}

Result<storage::Keyring> keyring_of(const ops::Config& config, Entropy& entropy) {
  std::vector<storage::EpochKey> keys;
  for (const std::string& path : config.keys.key_encryption) {
    RELAIS_TRY(read, ops::read_key_encryption_key(path));
    keys.push_back({read.epoch, read.key});
  }
  if (keys.empty()) {
    return fail(FaultKind::precondition, "no key-encryption key is configured", "keys");
  }
  RELAIS_TRY(lookup, ops::read_lookup_key(config.keys.lookup));
  return storage::Keyring(std::move(keys), lookup, entropy);
}

nlohmann::json json_of(const storage::VerifyReport& report) {
  nlohmann::json findings = nlohmann::json::array();
  for (const storage::Finding& one : report.findings) {
    findings.push_back({{"what", std::string(one.what.view())}, {"where", one.where}});
  }
  return {{"sound", report.sound()},
          {"entries", report.entries},
          {"checkpoints", report.checkpoints},
          {"tiles", report.tiles},
          {"bodies", report.bodies},
          {"without_body", report.without_body},
          {"persons", report.persons},
          {"messages", report.messages},
          {"findings_total", report.findings_total},
          {"findings", findings}};
}

std::string text_of(const storage::VerifyReport& report) {
  std::string text = std::to_string(report.entries) + " entries, " +
                     std::to_string(report.checkpoints) + " checkpoints, " +
                     std::to_string(report.tiles) + " tiles, " + std::to_string(report.bodies) +
                     " bodies opened, " + std::to_string(report.without_body) + " erased, " +
                     std::to_string(report.persons) + " persons, " +
                     std::to_string(report.messages) + " messages\n";
  for (const storage::Finding& one : report.findings) {
    text += std::string(one.what.view()) + ": " + one.where + "\n";
  }
  if (report.sound()) return text + "the ledger is sound\n";
  return text + std::to_string(report.findings_total) + " findings: the ledger is NOT sound\n";
}

int run_verify(const Arguments& given, Output& output) {
  if (given.has("tiles")) return run_audit(given, output);
  const auto config = node_config(given);
  if (!config) return output.fault(config.error());
  const auto signer = ops::read_signer(config->ledger.key, ledger::SignatureType::ed25519);
  if (!signer) return output.fault(signer.error());
  storage::VerifyRequest request{signer->verifier().name(), signer->verifier()};
  ledger::SystemEntropy entropy;
  const auto keyring = given.has("tree-only") ? fail(FaultKind::invalid, "not asked for")
                                              : keyring_of(*config, entropy);
  if (keyring) {
    request.keyring = &*keyring;
  } else if (!given.has("tree-only")) {
    return output.fault(keyring.error());
  }
  storage::Pool pool(pool_of(given.one("connection", config->database.connection)));
  const auto report = storage::verify(pool, request);
  if (!report) return output.fault(report.error());
  if (report->sound()) return output.done(json_of(*report), text_of(*report));
  return output.refused(json_of(*report), text_of(*report));
}

}  // namespace

std::vector<Command> database_commands() {
  return {
      {"migrate",
       "",
       "bring a database's schema up to date, as its owner",
       {needed("connection", "libpq text of the owner's connection; no password"),
        option("role", "the node's role, which is given its rights (default relais_node)")},
       run_migrate},
      {"ledger",
       "verify",
       "derive a ledger again: -c, from the database, every hash, signature and body; --tiles and "
       "--key, anybody's, from its tiles",
       {flag("tree-only", "without opening bodies"),
        option("connection", "another connection than node.toml's"),
        option("tiles", "folder or URL of the log's checkpoint and tiles; needs no -c"),
        several("key", "the log's verifier key (vkey)"),
        option("earlier", "a checkpoint seen before, which the log must begin with")},
       run_verify,
       false,
       true},
  };
}

}  // namespace relais::admin
