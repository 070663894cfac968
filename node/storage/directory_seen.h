// SPDX-License-Identifier: Apache-2.0
// The newest directory this agency ever worked under, kept so that an older one, or another one of
// the same version, is refused even after a restart. Rows are only ever added. Any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "node/core/bytes.h"
#include "node/core/result.h"
#include "node/storage/pool.h"

namespace relais::storage {

struct SeenDirectory {
  int64_t version = 0;
  Digest digest{};
};

Result<std::optional<SeenDirectory>> newest_directory(Pool& pool);
// `precondition` when a newer version was seen, or this version with another digest; then nothing
// is written.
Result<void> see_directory(Pool& pool, const SeenDirectory& seen);

}  // namespace relais::storage
