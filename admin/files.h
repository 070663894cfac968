// SPDX-License-Identifier: Apache-2.0
// Files as relaisctl treats them: a new content replaces the old one in one step, so that a crash
// leaves either. And the node's configuration and vocabulary, which many commands read. Any thread.
#pragma once

#include <string>

#include "admin/command.h"
#include "node/core/result.h"
#include "node/ops/config.h"
#include "policy/vocabulary.h"

namespace relais::admin {

// At most 4 MiB.
Result<std::string> read_text(const std::string& path);
// Mode 0644.
Result<void> replace_text(const std::string& path, const std::string& content);
// Mode 0600: what is about a person.
Result<void> replace_private(const std::string& path, const std::string& content);
// As replace_text, but never over a file that is there (`already_exists`).
Result<void> create_text(const std::string& path, const std::string& content);
Result<void> remove_text(const std::string& path);

// The file of -c; `invalid` when it was not given.
Result<ops::Config> node_config(const Arguments& given);
// --vocabulary, else the one -c names, else policy/vocabulary.toml.
Result<policy::Vocabulary> vocabulary(const Arguments& given);
Parameter vocabulary_option();

}  // namespace relais::admin
