// SPDX-License-Identifier: Apache-2.0
// Which witnesses are believed, and how many of them make a checkpoint witnessed: a small text in
// the style of C2SP's witness policies (docs/ledger-format.md). The log's own signature is no part
// of it. Immutable once parsed; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/core/result.h"
#include "node/ledger/note.h"

namespace relais::ledger {

inline constexpr size_t kMaxPolicyBytes = 64 * 1024;

class WitnessPolicy {
 public:
  struct Witness {
    std::string name;  // in the policy; the key has its own
    VerifierKey key;
    std::string url;  // where it takes checkpoints; empty when not said
  };

  // `invalid` with `where` "line N". Names are defined before they are used, each is a member of at
  // most one group, each key is one witness's, and there is exactly one quorum.
  static Result<WitnessPolicy> parse(std::string_view text);

  const std::vector<Witness>& witnesses() const { return witnesses_; }
  std::vector<VerifierKey> keys() const;
  bool needs_witnesses() const { return quorum_ != kNone; }
  // Whether the keys that verified (open_checkpoint's `by`) are enough.
  bool satisfied_by(std::span<const Verified> by) const;

 private:
  // A witness, or a group of what was defined before it. A witness is a group of itself: 1 of none.
  struct Node {
    std::string name;
    size_t witness = kNone;  // index in witnesses_
    size_t threshold = 1;
    std::vector<size_t> members;  // indexes of earlier nodes
    bool in_group = false;
  };
  friend class PolicyReader;
  static constexpr size_t kNone = static_cast<size_t>(-1);

  WitnessPolicy() = default;
  std::vector<Witness> witnesses_;
  std::vector<Node> nodes_;
  size_t quorum_ = kNone;
};

}  // namespace relais::ledger
