// SPDX-License-Identifier: Apache-2.0
#include "admin/node_database.h"

#include <chrono>
#include <utility>

#include "node/ops/epochs.h"
#include "node/ops/keys.h"

namespace relais::admin {

storage::PoolSettings pool_of(const std::string& connection) {
  storage::PoolSettings settings;
  settings.connection = connection;
  settings.size = 1;
  settings.statement_timeout = std::chrono::minutes{10};
  return settings;
}

storage::PoolSettings pool_of(const Arguments& given, const ops::Config& config) {
  return pool_of(given.one("connection", config.database.connection));
}

Result<storage::Keyring> keyring_of(const ops::Config& config, Entropy& entropy) {
  RELAIS_TRY(read, ops::read_epochs(config.keys.key_encryption));
  std::vector<storage::EpochKey> keys;
  for (const ops::KeyEncryptionKey& one : read) keys.push_back({one.epoch, one.key});
  RELAIS_TRY(lookup, ops::read_lookup_key(config.keys.lookup));
  return storage::Keyring(std::move(keys), lookup, entropy);
}

}  // namespace relais::admin
