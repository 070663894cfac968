// SPDX-License-Identifier: Apache-2.0
// What a log makes of a witness's answer (c2sp.org/tlog-witness): a cosignature, a size to start
// again from, or the news that the witness saw another history. Pure values, any thread; nothing
// here is durable.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "node/ledger/checkpoint.h"
#include "node/ledger/witness.h"

namespace relais::ledger {

// An answer, whatever carried it.
struct WitnessReply {
  uint16_t status = 0;  // of the specification
  Bytes lines{};        // with 200: the cosignatures
  uint64_t known = 0;   // with 409: the size it cosigned last, or was shown with a message
  // That checkpoint, where the way there shows it: the proof of what it claims; with 200 a larger
  // one that it was shown. Empty: there is none. An HTTP witness shows nothing.
  std::optional<Bytes> held{};
};

enum class WitnessStanding : uint8_t {
  cosigned,
  retry,      // with a proof from `known`
  ahead,      // it cosigned more than this log has: this is an old copy
  different,  // it cosigned another tree
  faulty,     // what it says is not borne out by what it shows; not believed
  refused,    // it does not know this log, or not this key
};
std::string_view code_of(WitnessStanding standing);

struct WitnessReading {
  WitnessStanding standing = WitnessStanding::refused;
  uint64_t known = 0;
  Bytes lines{};        // with `cosigned`: one, this witness's own, and nothing else it wrote
  bool proven = false;  // `ahead` and `different`: by the log's own signature under what it holds
};

// What was sent: a checkpoint that this log signed, with a proof from `old_size`.
struct WitnessAsked {
  Bytes note;
  Checkpoint checkpoint;
  uint64_t old_size = 0;
};

// The checkpoint a witness shows as held, if this log's key signed it.
std::optional<Checkpoint> held_by(const WitnessReply& reply, const VerifierKey& log);

// `root_at_held`: this log's own root at the size of what the witness holds, where it reaches that
// far.
WitnessReading read_reply(const WitnessReply& reply, const WitnessAsked& asked,
                          const VerifierKey& log, const VerifierKey& witness,
                          const std::optional<Digest>& root_at_held);

}  // namespace relais::ledger
