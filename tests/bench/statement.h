// SPDX-License-Identifier: Apache-2.0
// What a statement costs: a person's whole account, asked for over the steward's socket as
// relaisctl does, everything decrypted, checked and put into words. One thread.
#pragma once

#include "tests/bench/load.h"

namespace relais::bench {

// Refers one person until the sender has kEntries entries about them, then asks for the statement
// again and again; each asking is itself one more entry.
Result<void> measure_statement(demo::Federation& federation, LoadSettings settings);

}  // namespace relais::bench
