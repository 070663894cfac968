// SPDX-License-Identifier: Apache-2.0
#include "node/ops/epochs.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "node/ledger/encoding.h"
#include "node/ops/secret_file.h"

namespace relais::ops {
namespace {

constexpr const char* kKek = "kek-";
constexpr const char* kLiving = "living-";

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

}  // namespace

std::string kek_file(const std::string& folder, int32_t epoch) {
  return folder + "/" + kKek + std::to_string(epoch);
}
std::string living_file(const std::string& folder, int32_t epoch) {
  return folder + "/" + kLiving + std::to_string(epoch);
}

std::vector<int32_t> epochs_in(const std::string& folder, const std::string& kind) {
  std::vector<int32_t> epochs;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kind)) continue;
    const auto epoch = ledger::from_decimal(name.substr(kind.size()));
    if (epoch && *epoch > 0 && *epoch <= 1'000'000) epochs.push_back(static_cast<int32_t>(*epoch));
  }
  std::sort(epochs.begin(), epochs.end());
  return epochs;
}

std::optional<std::string> epoch_folder(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (is_folder(path)) return path;
  }
  return std::nullopt;
}

Result<std::vector<KeyEncryptionKey>> read_epochs(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (!is_folder(path)) {
      files.push_back(path);
      continue;
    }
    for (const int32_t epoch : epochs_in(path, kKek)) files.push_back(kek_file(path, epoch));
  }
  std::vector<KeyEncryptionKey> keys;
  for (const std::string& file : files) {
    RELAIS_TRY(key, read_key_encryption_key(file));
    const auto same = [&](const KeyEncryptionKey& one) { return one.epoch == key.epoch; };
    if (std::any_of(keys.begin(), keys.end(), same)) {
      return fail(FaultKind::precondition, "two key-encryption keys of one epoch", file);
    }
    keys.push_back(key);
  }
  if (keys.empty()) {
    return fail(FaultKind::precondition, "no key-encryption key is there",
                paths.empty() ? "keys.key_encryption" : paths.front());
  }
  return keys;
}

Result<void> create_epoch(const std::string& folder, int32_t epoch, Entropy& entropy) {
  const std::string path = kek_file(folder, epoch);
  const std::string beside = path + ".new";  // which nobody reads as a key
  RELAIS_TRY_VOID(destroy_secret(beside));
  RELAIS_TRY_VOID(create_key_encryption_key(beside, epoch, entropy));
  return rename_secret(beside, path);  // never over one that is there
}

}  // namespace relais::ops
