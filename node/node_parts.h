// SPDX-License-Identifier: Apache-2.0
// What a Node is made of before it serves: secrets, words and law, the staff register. Each
// function reads one thing the configuration names and refuses what is unsafe or does not fit the
// directory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node/core/agency.h"
#include "node/flow/line.h"
#include "node/flow/outbox_workers.h"
#include "node/ops/config.h"
#include "node/ops/log.h"
#include "node/storage/keyring.h"
#include "node/storage/pool.h"
#include "node/transport/server.h"

namespace relais {

class SystemClock final : public Clock {
 public:
  Instant now() override;
};

// The paths of the authorisation table.
std::vector<std::string> method_names();
// spiffe://<federation>/agency/<id>
std::string identity_of(const ops::Config& config);

// Follows the key files: a new epoch is taken up without a restart.
Result<storage::Keyring> read_keyring(const ops::Config& config, Entropy& entropy);
// Every role with a profession, secrecy and list the vocabulary knows.
Result<std::vector<flow::StaffRole>> read_staff(const ops::Config& config,
                                                const policy::Vocabulary& words);
// The directory names the key this node signs with, and it counts at `now`.
Result<void> check_own_key(const Directory& directory, const AgencyId& agency,
                           const ledger::VerifierKey& signing, Instant now);
// Which of the ledgers' keys is in force: of those in date at `now`, the one whose window in the
// directory began last.
Result<size_t> ledger_in_force(const Directory& directory, const AgencyId& agency,
                               const std::vector<ledger::Ed25519Signer>& signers, Instant now);
transport::ServerSettings server_settings(const ops::Config& config);
ops::LogSettings log_settings(const ops::Config& config);
storage::PoolSettings pool_settings(const ops::Config& config);
storage::PoolSettings ledger_pool_settings(const ops::Config& config);
// Two connections for who reads the ledger's pages, and short of patience: a probe waits behind
// them.
storage::PoolSettings reader_settings(const ops::Config& config);
flow::OutboxSettings outbox_settings(const ops::Config& config);

}  // namespace relais
