// SPDX-License-Identifier: Apache-2.0
// The [[staff]] tables of node.toml. Inside ops, for config.cc alone.
#pragma once

#include "node/ops/config.h"
#include "node/ops/config_reader.h"

namespace relais::ops {

void read_staff(TableReader& root, Config& config);

}  // namespace relais::ops
