// SPDX-License-Identifier: Apache-2.0
// The node's database as relaisctl opens it: one connection, patient, and the keys that the
// configuration names. Plain functions; one thread.
#pragma once

#include <string>

#include "admin/command.h"
#include "node/core/entropy.h"
#include "node/core/result.h"
#include "node/ops/config.h"
#include "node/storage/keyring.h"
#include "node/storage/pool.h"

namespace relais::admin {

// `connection`: libpq text.
storage::PoolSettings pool_of(const std::string& connection);
// Of --connection, else of the configuration.
storage::PoolSettings pool_of(const Arguments& given, const ops::Config& config);
// The keyring of what the configuration names, as it is now.
Result<storage::Keyring> keyring_of(const ops::Config& config, Entropy& entropy);

}  // namespace relais::admin
