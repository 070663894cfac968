// SPDX-License-Identifier: Apache-2.0
// The one HTTP request the demo makes: GET a page of a node's operations port. Blocking, with a
// limit of two seconds; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "node/core/result.h"

namespace relais::demo {

// Body of http://host:port/path, the host an IPv4 address; `unavailable` when nobody listens,
// `precondition` when the status is not 200 (`where`: the status line).
Result<std::string> http_get(uint16_t port, const std::string& path,
                             const std::string& host = "127.0.0.1");

}  // namespace relais::demo
