// SPDX-License-Identifier: Apache-2.0
// What the steward does with the ledgers of the database: derive them again from nothing but their
// rows, list them, and end one when the next year's is in use.
#include "node/storage/ledgers.h"

#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/commands/log.h"
#include "admin/files.h"
#include "admin/node_database.h"
#include "admin/steward.h"
#include "node/ledger/crypto.h"
#include "node/ops/keys.h"
#include "node/storage/verify.h"

namespace relais::admin {
namespace {

// One a year.
Result<std::vector<ledger::VerifierKey>> ledger_keys(const ops::Config& config) {
  RELAIS_TRY(signers, ops::read_ledger_signers(config.ledger.keys));
  std::vector<ledger::VerifierKey> keys;
  for (const ledger::Ed25519Signer& signer : signers) keys.push_back(signer.verifier());
  return keys;
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

// The newest ledger there is a key for leads the report; the others are walked as well.
Result<storage::VerifyRequest> request_of(storage::Pool& pool, const ops::Config& config) {
  RELAIS_TRY(keys, ledger_keys(config));
  RELAIS_TRY(ledgers, storage::list_ledgers(pool));
  const ledger::VerifierKey* newest = nullptr;
  for (const storage::LedgerLine& line : ledgers) {
    for (const ledger::VerifierKey& key : keys) {
      if (key.name() == line.origin) newest = &key;
    }
  }
  if (newest == nullptr) {
    return fail(FaultKind::not_found, "no ledger of the keys that are configured");
  }
  storage::VerifyRequest request{newest->name(), *newest};
  for (const ledger::VerifierKey& key : keys) {
    if (&key != newest) request.other_logs.push_back(key);
  }
  return request;
}

int run_verify(const Arguments& given, Output& output) {
  if (given.has("tiles")) return run_audit(given, output);
  const auto config = node_config(given);
  if (!config) return output.fault(config.error());
  storage::Pool pool(pool_of(given, *config));
  auto request = request_of(pool, *config);
  if (!request) return output.fault(request.error());
  ledger::SystemEntropy entropy;
  const auto keyring = given.has("tree-only") ? fail(FaultKind::invalid, "not asked for")
                                              : keyring_of(*config, entropy);
  if (keyring) {
    request->keyring = &*keyring;
  } else if (!given.has("tree-only")) {
    return output.fault(keyring.error());
  }
  const auto report = storage::verify(pool, *request);
  if (!report) return output.fault(report.error());
  if (report->sound()) return output.done(json_of(*report), text_of(*report));
  return output.refused(json_of(*report), text_of(*report));
}

int run_list(const Arguments& given, Output& output) {
  const auto config = node_config(given);
  if (!config) return output.fault(config.error());
  storage::Pool pool(pool_of(given, *config));
  const auto ledgers = storage::list_ledgers(pool);
  if (!ledgers) return output.fault(ledgers.error());
  nlohmann::json rows = nlohmann::json::array();
  std::string text;
  for (const storage::LedgerLine& one : *ledgers) {
    rows.push_back({{"origin", one.origin}, {"size", one.size}, {"sealed", one.sealed}});
    text += one.origin + "  " + std::to_string(one.size) + " entries" +
            (one.sealed ? "  sealed\n" : "\n");
  }
  return output.done({{"ledgers", rows}}, text.empty() ? "no ledger" : text);
}

std::string text_of(const v1::ReconcileResponse& result) {
  std::string text = std::to_string(result.compared()) + " messages, " +
                     std::to_string(result.missing()) + " missing, " +
                     std::to_string(result.different()) + " different\n";
  for (const v1::Mismatch& one : result.mismatches()) {
    text += one.what() + (one.sent() ? "  sent  " : "  received  ") + one.disclosure_id() +
            (one.entry_id().empty() ? "" : "  entry " + one.entry_id()) + "\n";
  }
  return text;
}

int run_reconcile(const Arguments& given, Output& output) {
  auto steward = Steward::find(given);
  if (!steward) return output.fault(steward.error());
  v1::ReconcileRequest request;
  request.set_peer(given.one("peer"));
  const auto result = steward->call(request);
  if (!result) return output.fault(result.error());
  nlohmann::json rows = nlohmann::json::array();
  for (const v1::Mismatch& one : result->mismatches()) {
    rows.push_back({{"disclosure", one.disclosure_id()},
                    {"sent", one.sent()},
                    {"what", one.what()},
                    {"entry", one.entry_id()}});
  }
  const nlohmann::json json = {{"peer", given.one("peer")},
                               {"compared", result->compared()},
                               {"missing", result->missing()},
                               {"different", result->different()},
                               {"mismatches", rows}};
  const bool agrees = result->missing() == 0 && result->different() == 0;
  return agrees ? output.done(json, text_of(*result)) : output.refused(json, text_of(*result));
}

int run_seal(const Arguments& given, Output& output) {
  const auto config = node_config(given);
  if (!config) return output.fault(config.error());
  const auto keys = ledger_keys(*config);
  if (!keys) return output.fault(keys.error());
  storage::Pool pool(pool_of(given, *config));
  for (const ledger::VerifierKey& key : *keys) {
    if (key.name() != given.one("ORIGIN")) continue;
    const auto sealed = storage::seal_ledger(pool, key, given.one("reason"));
    if (!sealed) return output.fault(sealed.error());
    return output.done(
        {{"origin", key.name()}, {"size", sealed->size}, {"checkpoint", sealed->note}},
        sealed->note);
  }
  return output.usage("no configured ledger key has this name");
}

}  // namespace

std::vector<Command> ledger_commands() {
  return {
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
      {"ledger",
       "list",
       "the ledgers of the database, oldest first",
       {option("connection", "another connection than node.toml's")},
       run_list,
       false,
       true},
      {"ledger",
       "seal",
       "end an earlier year's ledger at its last checkpoint, which is printed",
       {operand("ORIGIN", "the ledger's origin: its key's name"),
        option("reason",
               "why, where it is not the year that ends it; a ledger that a witness "
               "contradicted needs one"),
        option("connection", "another connection than node.toml's")},
       run_seal,
       false,
       true},
      {"ledger",
       "reconcile",
       "compare with a peer what both recorded of the messages between them; 1: they do not agree",
       {needed("peer", "the agency's id in the directory"), socket_option()},
       run_reconcile,
       false,
       true},
  };
}

}  // namespace relais::admin
