// SPDX-License-Identifier: Apache-2.0
// Witnessing (c2sp.org/tlog-witness, add-checkpoint): a log asks others to cosign its newest
// checkpoint, and each does so only for a tree that extends what it cosigned before. Pure values,
// any thread. A witness must store what it decides here, atomically with the check, before it
// answers; that is its store's duty, not seen here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/ledger/checkpoint.h"
#include "node/ledger/tree.h"

namespace relais::ledger {

inline constexpr size_t kMaxConsistencyHashes = 63;
inline constexpr uint64_t kMostLeaves = INT64_MAX;  // what a database counts

// `old <size>\n`, one base64 hash a line, an empty line, the signed checkpoint.
struct AddCheckpoint {
  uint64_t old_size = 0;  // what the log believes the witness cosigned last
  Proof proof;            // RFC 6962 section 2.1.2, from old_size to the checkpoint's size
  Bytes note;
};
Bytes print_add_checkpoint(const AddCheckpoint& request);
// Strict: print_add_checkpoint(parse_add_checkpoint(b)) == b. The checkpoint's signature and
// consistency are judge's to verify.
Result<AddCheckpoint> parse_add_checkpoint(std::string_view body);

// The newest checkpoint a witness cosigned of one log; size 0: none yet.
struct Witnessed {
  uint64_t size = 0;
  Digest root{};
  friend bool operator==(const Witnessed&, const Witnessed&) = default;
};

// What a log showed to others than its witness, and what proofs have led to from there. Nothing
// else of it is cosigned before a proof leads to that, too.
struct ShownTree {
  Witnessed base;
  std::vector<Witnessed> led_to{};
};

// How a witness answers, by the specification's HTTP status.
enum class WitnessAnswer : uint16_t {
  cosign = 200,
  malformed = 400,     // no checkpoint, of a size nobody can store, or of one below the old size
  not_signed = 403,    // by the key known for this log
  unknown_log = 404,   // no key is known for its origin
  conflict = 409,      // the old size is not what was cosigned last, or what it must lead from
                       // first; or the roots differ
  inconsistent = 422,  // the proof does not lead from what was cosigned to this checkpoint
};

// What a log signed that an honest one does not, whatever the request's form.
enum class WitnessAlarm : uint8_t {
  none,
  split_view,    // two roots of one size, both signed by the log: a second history, proven
  rollback,      // signed, and shorter than what was cosigned: an old copy, or late on its way
  unled,         // it was long asked for a proof from what it showed, and brought none
  inconsistent,  // signed, longer, and brought without a proof that it begins with what was
                 // cosigned: the log's doing, or whoever's who spoilt the proof
};
std::string_view code_of(WitnessAlarm alarm);  // "split_view", …; empty for none

struct WitnessJudgement {
  WitnessAnswer answer = WitnessAnswer::malformed;
  Witnessed next{};  // with `cosign`: to be stored before answering
  WitnessAlarm alarm = WitnessAlarm::none;
  bool by_shown = false;  // what was shown stands against the request, not what was cosigned
  bool led = false;       // the proof leads from what was shown to this checkpoint
  bool contradiction() const { return alarm == WitnessAlarm::split_view; }
};

// Pure and total. `log` is the key known for the checkpoint's origin. With `shown` no other
// checkpoint is cosigned than that one and the one a proof has led to from there: the log is asked
// for that proof first, as if it had been cosigned. `unled` needs a clock and is not given here.
WitnessJudgement judge(const AddCheckpoint& request, const VerifierKey& log,
                       const Witnessed& before,
                       const std::optional<ShownTree>& shown = std::nullopt);

// The origin a request is about, without any belief in it: to look its key up. `invalid` when the
// note is not a checkpoint.
Result<std::string> origin_of(const AddCheckpoint& request);

// The cosignature line a witness answers with, `— name base64\n`.
Result<Bytes> cosignature_line(const AddCheckpoint& request, const Signer& witness,
                               uint64_t time_s);

// The note with the log's own signature and nobody else's: what a stranger wrote under a checkpoint
// it brings must not make it too large for the log to be shown it. `invalid` when the log has none.
Result<Bytes> without_others(std::string_view note, const VerifierKey& log);

// The note with those of the answered lines that a known witness really gave; its other signatures
// stay as they were. A line of an unknown key is left out, one of a known key that fails refuses
// the whole answer.
Result<Bytes> with_cosignatures(std::string_view note, std::string_view lines,
                                const VerifierKey& log, std::span<const VerifierKey> witnesses);

}  // namespace relais::ledger
