// SPDX-License-Identifier: Apache-2.0
// One question to somebody else's web server, and its whole answer. Follows nothing, believes
// nothing, goes through no proxy and keeps no connection. Blocking, thread-safe. A crash leaves
// nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "node/core/bytes.h"
#include "node/core/result.h"

namespace relais::web {

struct Question {
  std::string url;                // http:// or https://
  std::optional<Bytes> post{};    // GET without one
  size_t most_bytes = 16 * 1024;  // of the answer; one that is longer is none
  std::chrono::milliseconds patience{5'000};
};

struct Answer {
  long status = 0;
  Bytes body;
};

// `invalid`: neither http:// nor https://; `unavailable`: no whole answer came. `where`: the URL.
Result<Answer> transfer(const Question& question);

}  // namespace relais::web
