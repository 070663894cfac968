// SPDX-License-Identifier: Apache-2.0
// The log the ledger's benches make: leaf data by number, the same in C++ and in SQL. Pure; one
// thread.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>

#include "node/core/bytes.h"
#include "node/ledger/crypto.h"
#include "node/ledger/encoding.h"
#include "tests/bench/figure.h"
#include "tests/bench/options.h"

namespace relais::bench {

// SHA-256 of the number's eight bytes: sha256(int8send(i)).
inline Bytes commitment_number(uint64_t i) {
  Bytes number;
  ledger::put_u64(number, i);
  return Bytes(view(ledger::sha256(number)));
}
inline Bytes leaf_data_number(uint64_t i) { return "\x01" + commitment_number(i); }

// Seconds of processor this process has used: what a time means on a machine with other work.
inline double processor_s() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// The ledger in a PostgreSQL of the bench's own: every hash derived again, with and without tiles.
Result<void> measure_database(const Options& options);
// Appends against the same rows without the ledger's work.
Result<void> measure_append(const Options& options);

}  // namespace relais::bench
