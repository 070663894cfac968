// SPDX-License-Identifier: Apache-2.0
#include "admin/rotation.h"

#include "admin/node_database.h"
#include "node/core/step.h"
#include "node/ops/epochs.h"
#include "node/ops/secret_file.h"

namespace relais::admin {
namespace {

// The epoch to turn to: a new one, or the one an earlier call had begun.
Result<int32_t> begin(const std::string& folder, Entropy& entropy) {
  const auto keks = ops::epochs_in(folder, "kek-");
  if (keks.empty()) return fail(FaultKind::precondition, "no key-encryption key is there", folder);
  if (keks.size() > 1) return keks.back();  // under way: its older epochs are still there
  RELAIS_TRY_VOID(ops::create_epoch(folder, keks.back() + 1, entropy));
  return keks.back() + 1;
}

// Only when the newest key file is whole and on the disk.
Result<void> destroy_older(const std::string& folder, int32_t epoch) {
  for (const int32_t older : ops::epochs_in(folder, "kek-")) {
    at_step("rotate.before_destroy");
    if (older < epoch) RELAIS_TRY_VOID(ops::destroy_secret(ops::kek_file(folder, older)));
  }
  for (const int32_t older : ops::epochs_in(folder, "living-")) {
    if (older < epoch) RELAIS_TRY_VOID(ops::destroy_secret(ops::living_file(folder, older)));
  }
  return {};
}

}  // namespace

Result<std::string> epoch_folder_of(const ops::Config& config) {
  const auto folder = ops::epoch_folder(config.keys.key_encryption);
  if (folder && config.keys.key_encryption.size() == 1) return *folder;
  return fail(FaultKind::precondition,
              "epochs turn in a folder: keys.key_encryption must name one, and nothing else",
              "keys.key_encryption");
}

Result<Turned> turn_epoch(const ops::Config& config, storage::Pool& pool, Entropy& entropy,
                          Instant now) {
  Turned turned;
  RELAIS_TRY(folder, epoch_folder_of(config));
  RELAIS_TRY(epoch, begin(folder, entropy));
  turned.epoch = epoch;
  at_step("rotate.after_kek");
  RELAIS_TRY(keyring, keyring_of(config, entropy));
  RELAIS_TRY(first, storage::rewrap(pool, keyring));
  RELAIS_TRY_VOID(storage::end_older_epochs(pool, epoch));
  at_step("rotate.after_end");
  RELAIS_TRY(rest, storage::rewrap(pool, keyring));
  turned.wrapped = first + rest;
  RELAIS_TRY(living, storage::read_living(pool, keyring));
  turned.living = living.living.size();
  RELAIS_TRY_VOID(
      ops::replace_secret(ops::living_file(folder, epoch), storage::print_living(living)));
  at_step("rotate.after_living");
  RELAIS_TRY_VOID(destroy_older(folder, epoch));
  at_step("rotate.after_destroy");
  RELAIS_TRY(completed, storage::complete_erasures(pool, epoch, now));
  turned.completed = completed;
  return turned;
}

Result<storage::Restored> restore_from_key_file(const ops::Config& config, storage::Pool& pool,
                                                Entropy& entropy) {
  RELAIS_TRY(folder, epoch_folder_of(config));
  const auto files = ops::epochs_in(folder, "living-");
  if (files.empty()) return storage::Restored{};
  RELAIS_TRY(text, ops::read_secret(ops::living_file(folder, files.back())));
  RELAIS_TRY(keys, storage::parse_living(text));
  RELAIS_TRY(keyring, keyring_of(config, entropy));
  return storage::restore_keys(pool, keyring, keys);
}

}  // namespace relais::admin
