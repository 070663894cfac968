// SPDX-License-Identifier: Apache-2.0
// keys rotate, keys restore.
#include <chrono>
#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/files.h"
#include "admin/node_database.h"
#include "admin/rotation.h"
#include "node/ledger/crypto.h"

namespace relais::admin {
namespace {

int run_rotate(const Arguments& given, Output& output) {
  const auto config = node_config(given);
  if (!config) return output.fault(config.error());
  ledger::SystemEntropy entropy;
  storage::Pool pool(pool_of(given, *config));
  const Instant now =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto turned = turn_epoch(*config, pool, entropy, now);
  if (!turned) return output.fault(turned.error());
  return output.done({{"epoch", turned->epoch},
                      {"wrapped", turned->wrapped},
                      {"living", turned->living},
                      {"erasures_completed", turned->completed}},
                     "epoch " + std::to_string(turned->epoch) + ": " +
                         std::to_string(turned->living) + " living keys, older epochs destroyed, " +
                         std::to_string(turned->completed) + " erasures complete everywhere");
}

int run_restore(const Arguments& given, Output& output) {
  const auto config = node_config(given);
  if (!config) return output.fault(config.error());
  ledger::SystemEntropy entropy;
  storage::Pool pool(pool_of(given, *config));
  const auto restored = restore_from_key_file(*config, pool, entropy);
  if (!restored) return output.fault(restored.error());
  return output.done(
      {{"living", restored->living}, {"erased", restored->erased}, {"unknown", restored->unknown}},
      std::to_string(restored->living) + " persons can be read again, " +
          std::to_string(restored->erased) + " erased again, " + std::to_string(restored->unknown) +
          " in no key file");
}

}  // namespace

std::vector<Command> epoch_commands() {
  return {
      {"keys",
       "rotate",
       "turn the key epoch: wrap every living key again, destroy the older epochs; weekly",
       {option("connection", "another connection than node.toml's")},
       run_rotate,
       false,
       true},
      {"keys",
       "restore",
       "after restoring a database: give the living their keys of the newest key file",
       {option("connection", "another connection than node.toml's")},
       run_restore,
       false,
       true},
  };
}

}  // namespace relais::admin
