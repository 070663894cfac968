// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) of pack texts and of the law as a whole. Pure; any thread.
#pragma once

#include <string_view>

#include "node/core/bytes.h"

namespace relais::policy {

Digest sha256_of(std::string_view text);

}  // namespace relais::policy
