// SPDX-License-Identifier: Apache-2.0
// The folder of key-encryption keys, one file an epoch, and the key files beside them:
//
//   kek-<epoch>      relais-kek+<epoch>+<base64 of 32 bytes>
//   living-<epoch>   the living keys wrapped under it, for a database restored from a backup
//
// Both are secrets of the node's user alone (0600). Files are made whole or not at all; one that is
// destroyed is overwritten first. Plain functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "node/core/entropy.h"
#include "node/core/result.h"
#include "node/ops/keys.h"

namespace relais::ops {

// Of every path: a key file, or a folder with one an epoch. `precondition`: two of one epoch, or
// none.
Result<std::vector<KeyEncryptionKey>> read_epochs(const std::vector<std::string>& paths);
// The one folder among them, in which epochs can turn.
std::optional<std::string> epoch_folder(const std::vector<std::string>& paths);

std::string kek_file(const std::string& folder, int32_t epoch);
std::string living_file(const std::string& folder, int32_t epoch);
// Epochs that have a file of this kind ("kek-", "living-"), ascending.
std::vector<int32_t> epochs_in(const std::string& folder, const std::string& kind);

// A fresh key's file, whole or not at all.
Result<void> create_epoch(const std::string& folder, int32_t epoch, Entropy& entropy);

}  // namespace relais::ops
