// SPDX-License-Identifier: Apache-2.0
// Files that are secrets: made with mode 0600 whole or not at all, read only when nobody else may
// read them, overwritten before they go. Names survive a power cut too. Plain functions, any
// thread; nothing read here is ever printed.
#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include "node/core/result.h"

namespace relais::ops {

// The first `most` bytes. `precondition` (`where`: the path) when missing, no regular file,
// readable by group or others, or not this user's.
Result<std::string> read_secret(const std::string& path,
                                size_t most = std::numeric_limits<size_t>::max());
// Creates a file with this content, mode 0600, never over an existing one (`already_exists`);
// durable when it returns.
Result<void> write_secret(const std::string& path, const std::string& content);
// Replaces what is there in one step; durable when it returns.
Result<void> replace_secret(const std::string& path, const std::string& content);
// Gives the file a second name, never over an existing one, and takes the first away.
Result<void> rename_secret(const std::string& from, const std::string& to);
// Overwritten, then gone; done when it is not there.
Result<void> destroy_secret(const std::string& path);

}  // namespace relais::ops
