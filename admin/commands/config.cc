// SPDX-License-Identifier: Apache-2.0
// config check: what the node would say to its node.toml and to the files named there, without
// starting it. The database, and the law that `policy activate` puts in place, are not asked.
#include "node/ops/config.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/files.h"
#include "node/ops/directory.h"
#include "node/ops/epochs.h"
#include "node/ops/keys.h"
#include "node/ops/retention.h"
#include "node/ops/stewards.h"
#include "node/ops/witnesses.h"
#include "policy/document.h"
#include "policy/vocabulary.h"

namespace relais::admin {
namespace {

// What one key of node.toml names, and what is wrong with it.
struct Named {
  std::string key;
  Result<void> found;
};

template <class T>
Result<void> without_value(const Result<T>& read) {
  if (!read) return tl::unexpected(read.error());
  return {};
}

Result<void> check_directory(const ops::Config& config,
                             const Result<policy::Vocabulary>& vocabulary) {
  if (!vocabulary) return {};  // said under its own key
  RELAIS_TRY(stewards, ops::read_stewards(config));
  RELAIS_TRY(note, policy::read_file(config.directory.path));
  return without_value(ops::open_directory(note, config.directory.path, stewards,
                                           config.directory.threshold, *vocabulary));
}

std::vector<Named> check_files(const ops::Config& config) {
  const Instant now =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const std::string self = agency_identity(config.agency.federation, config.agency.id);
  const auto vocabulary = policy::Vocabulary::load(config.law.vocabulary);
  const auto& desk = config.desk.tls;
  const auto& exchange = config.exchange.tls;
  std::vector<Named> named{
      {"law.vocabulary", without_value(vocabulary)},
      {"signing.key",
       without_value(ops::read_signer(config.signing.key, ledger::SignatureType::ed25519))},
      {"witness.policy", without_value(ops::read_witness_policy(config.witness.policy))},
      {"keys.key_encryption", without_value(ops::read_epochs(config.keys.key_encryption))},
      {"keys.lookup", without_value(ops::read_lookup_key(config.keys.lookup))},
      {"desk",
       without_value(ops::check_certificate(desk.certificate, desk.key, desk.roots, "", now))},
      {"exchange", without_value(ops::check_certificate(exchange.certificate, exchange.key,
                                                        exchange.roots, self, now))},
      {"directory.path", check_directory(config, vocabulary)}};
  named.push_back({"ledger.key", without_value(ops::read_ledger_signers(config.ledger.keys))});
  if (!config.witness.key.empty()) {
    named.push_back({"witness.key", without_value(ops::read_signer(
                                        config.witness.key, ledger::SignatureType::cosignature))});
  }
  if (vocabulary) {
    named.push_back(
        {"retention.path", without_value(ops::load_retention(config.retention.path, *vocabulary))});
  }
  return named;
}

int run_check(const Arguments& given, Output& output) {
  const auto config = node_config(given);
  if (!config) return output.fault(config.error());
  const auto object = nlohmann::ordered_json::parse(ops::describe(*config), nullptr, false);
  nlohmann::json problems = nlohmann::json::array();
  std::string text = object.dump(2) + "\n";
  for (const Named& one : check_files(*config)) {
    if (one.found) continue;
    const Fault& fault = one.found.error();
    const std::string message(fault.message.view());
    problems.push_back({{"key", one.key}, {"message", message}, {"where", fault.where}});
    text += "\n" + one.key + ": " + message + (fault.where.empty() ? "" : ": " + fault.where);
  }
  const nlohmann::json answer{{"config", object}, {"problems", problems}};
  if (problems.empty()) return output.done(answer, text);
  return output.refused(answer, text + "\nthe node would not start: mend these first");
}

}  // namespace

std::vector<Command> config_commands() {
  return {{"config",
           "check",
           "check the node.toml of -c and the keys, certificates and directory it names, and print "
           "what is in force, without secrets",
           {},
           run_check,
           false,
           true}};
}

}  // namespace relais::admin
