// SPDX-License-Identifier: Apache-2.0
// The folder of the steward's socket: its permissions are the lock, because a socket's own mode is
// only set after it exists. Nothing is kept open; a crash leaves a socket file that the next start
// replaces.
#pragma once

#include <string>

#include "node/core/result.h"

namespace relais::transport {

// Makes the socket's folder with mode 0700 when it is absent. `precondition` with the folder's path
// when it is not this user's own or others may enter; `invalid` for a path that is relative or too
// long.
Result<void> lock_socket_folder(const std::string& socket);

// Mode 0600 for the socket itself, once it is bound.
Result<void> lock_socket(const std::string& socket);

}  // namespace relais::transport
