// SPDX-License-Identifier: Apache-2.0
// A checkpoint (c2sp.org/tlog-checkpoint): the log's signed word on how long it is and what its
// root is. Pure values, any thread. A checkpoint may leave the process only after the transaction
// that stores it has committed; that is the appender's duty, not seen here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/core/bytes.h"
#include "node/core/result.h"
#include "node/ledger/note.h"

namespace relais::ledger {

struct Checkpoint {
  std::string origin;  // also the log key's name: "agency-a.example/disclosures/2026"
  uint64_t size = 0;   // leaves
  Digest root{};
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// `origin\nsize\nbase64(root)\n`. Extension lines are refused: nothing unread is ever signed.
std::string print_checkpoint(const Checkpoint& checkpoint);
Result<Checkpoint> parse_checkpoint(std::string_view text);

// A checkpoint whose log signature verified. Only open_checkpoint makes one.
class SignedCheckpoint {
 public:
  const Checkpoint& checkpoint() const { return checkpoint_; }
  const Bytes& note() const { return note_; }              // verbatim, with every signature
  const std::vector<Verified>& by() const { return by_; }  // the log and known witnesses

 private:
  friend Result<SignedCheckpoint> open_checkpoint(std::string_view, const VerifierKey&,
                                                  std::span<const VerifierKey>);
  SignedCheckpoint(Checkpoint checkpoint, Bytes note, std::vector<Verified> by)
      : checkpoint_(std::move(checkpoint)), note_(std::move(note)), by_(std::move(by)) {}
  Checkpoint checkpoint_;
  Bytes note_;
  std::vector<Verified> by_;
};

// The log's key must have signed, its name must be the origin, and no known witness may fail.
Result<SignedCheckpoint> open_checkpoint(std::string_view note, const VerifierKey& log,
                                         std::span<const VerifierKey> witnesses = {});

// The signed note. `invalid` when the signer's name is not the origin.
Result<Bytes> sign_checkpoint(const Checkpoint& checkpoint, const Signer& log);

}  // namespace relais::ledger
