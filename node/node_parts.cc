// SPDX-License-Identifier: Apache-2.0
#include "node/node_parts.h"

#include <algorithm>

#include "node/ops/epochs.h"
#include "node/ops/keys.h"
#include "node/transport/methods.h"
#include "policy/facts.h"

namespace relais {

Instant SystemClock::now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for (const transport::Method& method : transport::kMethods) names.emplace_back(method.path);
  return names;
}

std::string identity_of(const ops::Config& config) {
  return agency_identity(config.agency.federation, config.agency.id);
}

Result<std::vector<storage::EpochKey>> read_epoch_keys(const ops::Config& config) {
  RELAIS_TRY(read, ops::read_epochs(config.keys.key_encryption));
  std::vector<storage::EpochKey> keys;
  for (const ops::KeyEncryptionKey& one : read) keys.push_back({one.epoch, one.key});
  return keys;
}

Result<storage::Keyring> read_keyring(const ops::Config& config, Entropy& entropy) {
  RELAIS_TRY(keys, read_epoch_keys(config));
  RELAIS_TRY(lookup, ops::read_lookup_key(config.keys.lookup));
  storage::Keyring keyring(std::move(keys), lookup, entropy);
  keyring.follow([config] { return read_epoch_keys(config); });
  return keyring;
}

Result<std::vector<flow::StaffRole>> read_staff(const ops::Config& config,
                                                const policy::Vocabulary& words) {
  using policy::FactKey;
  std::vector<flow::StaffRole> roles;
  for (const ops::StaffRoleConfig& row : config.staff) {
    const std::pair<FactKey, const std::string*> checked[] = {
        {FactKey::sender_profession, &row.profession},
        {FactKey::sender_secrecy, &row.secrecy},
        {FactKey::sender_r1110_2, &row.r1110_2}};
    for (const auto& [key, value] : checked) {
      if (value->empty()) continue;
      const auto known = policy::encode_value(words, key, *value);
      if (!known) {
        return fail(FaultKind::invalid, "a [[staff]] row says what the vocabulary does not know",
                    "staff " + row.role + ": " + known.error().where);
      }
    }
    std::optional<bool> sworn;
    if (!row.sworn.empty()) sworn = row.sworn == "true";
    roles.push_back({row.role, row.profession, row.secrecy, row.r1110_2, sworn});
  }
  return roles;
}

namespace {

// It left the federation while the node ran; the next start is refused.
tl::unexpected<Fault> not_in_directory() {
  return fail(FaultKind::precondition, "this agency is not in the directory", "agency.id");
}

}  // namespace

Result<void> check_own_key(const Directory& directory, const AgencyId& agency,
                           const ledger::VerifierKey& signing, Instant now) {
  const Agency* self = directory.find(agency);
  if (self == nullptr) return not_in_directory();
  const auto keys = self->signing_keys(now);
  if (std::find(keys.begin(), keys.end(), signing.text()) != keys.end()) return {};
  return fail(FaultKind::precondition, "the directory names another signing key", "signing.key");
}

Result<size_t> ledger_in_force(const Directory& directory, const AgencyId& agency,
                               const std::vector<ledger::Ed25519Signer>& signers, Instant now) {
  const Agency* self = directory.find(agency);
  if (self == nullptr) return not_in_directory();
  std::vector<DatedKey> listed = self->ledgers;
  listed.push_back({self->ledger_key, self->valid_from, self->valid_until});  // last: wins a draw
  std::optional<size_t> newest;
  Instant since{};
  for (const DatedKey& one : listed) {
    const bool later = !newest || since <= one.valid_from;
    if (!one.counts(now) || !later) continue;
    for (size_t i = 0; i < signers.size(); ++i) {
      if (one.key != signers[i].verifier().text()) continue;
      newest = i;
      since = one.valid_from;
    }
  }
  if (newest) return *newest;
  return fail(FaultKind::precondition,
              "the directory names another ledger key, or none of ours is in force", "ledger.key");
}

transport::ServerSettings server_settings(const ops::Config& config) {
  auto files = [](const ops::TlsConfig& tls) {
    return transport::TlsFiles{tls.key, tls.certificate, tls.roots};
  };
  transport::ServerSettings settings;
  for (const ops::StaffRoleConfig& row : config.staff) {
    DeskRights& may = settings.roles[row.role];
    for (const std::string& name : row.may) {
      if (const auto right = desk_right(name)) may.add(*right);
    }
  }
  settings.desk_address = config.desk.listen;
  settings.desk_tls = files(config.desk.tls);
  settings.desk_workers = static_cast<size_t>(config.desk.workers);
  settings.exchange_address = config.exchange.listen;
  settings.exchange_tls = files(config.exchange.tls);
  settings.exchange_workers = static_cast<size_t>(config.exchange.workers);
  settings.peer = {static_cast<size_t>(config.exchange.peer_at_once),
                   static_cast<size_t>(config.exchange.peer_waiting),
                   static_cast<unsigned>(config.exchange.peer_per_second)};
  settings.steward_socket = config.steward.socket;
  return settings;
}

ops::LogSettings log_settings(const ops::Config& config) {
  ops::LogSettings settings;
  if (const auto level = ops::level_of(config.log.level)) settings.least = *level;
  return settings;
}

storage::PoolSettings pool_settings(const ops::Config& config) {
  storage::PoolSettings settings;
  settings.connection = config.database.connection;
  settings.size = static_cast<size_t>(config.database.pool);
  settings.statement_timeout = std::chrono::milliseconds{config.database.statement_timeout_ms};
  return settings;
}

// One to append with, one to look an outcome up, or a repeat, meanwhile.
storage::PoolSettings ledger_pool_settings(const ops::Config& config) {
  storage::PoolSettings settings = pool_settings(config);
  settings.size = 2;
  return settings;
}

storage::PoolSettings reader_settings(const ops::Config& config) {
  storage::PoolSettings settings;
  settings.connection = config.database.connection;
  settings.size = 2;
  settings.wait = std::chrono::milliseconds{200};
  settings.statement_timeout = std::chrono::milliseconds{1000};
  return settings;
}

flow::OutboxSettings outbox_settings(const ops::Config& config) {
  flow::OutboxSettings settings;
  settings.workers = static_cast<size_t>(config.outbox.workers);
  settings.retry.first = std::chrono::milliseconds{config.outbox.first_retry_ms};
  settings.retry.longest = std::chrono::seconds{config.outbox.longest_retry_seconds};
  // What is claimed is sent at once and takes one call timeout at most; the rest is for the ledger.
  // Should it take longer, the message is sent once more, and filed once.
  settings.lease = std::chrono::milliseconds{config.outbox.call_timeout_ms} * 8;
  return settings;
}

}  // namespace relais
