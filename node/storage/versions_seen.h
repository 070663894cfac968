// SPDX-License-Identifier: Apache-2.0
// The newest directory and the newest activation of the law this agency ever worked under, kept so
// that an older one, or another one of the same version, is refused even after a restart and by
// every replica. Rows are only ever added. Any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "node/core/bytes.h"
#include "node/core/result.h"
#include "node/storage/pool.h"

namespace relais::storage {

struct SeenVersion {
  int64_t version = 0;
  Digest digest{};  // of the signed text
};

Result<std::optional<SeenVersion>> newest_directory(Pool& pool);
Result<std::optional<SeenVersion>> newest_law(Pool& pool);
// `precondition` when a newer version was seen, or this version with another digest; then nothing
// is written.
Result<void> see_directory(Pool& pool, const SeenVersion& seen);
// The same. Version 0 is a law that nobody activated: `precondition` once any was.
Result<void> see_law(Pool& pool, const SeenVersion& seen);

}  // namespace relais::storage
