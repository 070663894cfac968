// SPDX-License-Identifier: Apache-2.0
// The rows of one batch, gathered and written with few statements. Inside storage; the appender's
// thread only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/flow/ports.h"
#include "node/ledger/record.h"
#include "node/ledger/tree.h"
#include "node/storage/keyring.h"
#include "node/storage/pipeline.h"

namespace relais::storage {

// A person while a batch is worked through: what the row says, and what it will say.
struct PersonState {
  ledger::SealKey key{};
  int64_t epoch = 0;
  uint64_t last_seq = 0;
  std::optional<Digest> last_commitment;
  bool objection = false;
  bool restriction = false;
  std::optional<Bytes> facts_sealed;    // only when it changes
  std::optional<Bytes> reference_hash;  // both only when it is filed under one
  std::optional<Bytes> reference_sealed;
  bool fresh = false;    // the row is made in this batch
  bool written = false;  // an entry of this batch is about this person
};
using PersonStates = std::map<std::string, PersonState>;

// An accepted draft on its way into the tables.
struct Leaf {
  const flow::Draft* draft = nullptr;
  flow::Guard stamps;
  uint64_t index = 0;
  ledger::Commitment commitment;
  Bytes sealed_body;
  ledger::Proof proof;
};

// A leaf that says nothing: a random commitment and no body, as what is left of an erased entry.
struct CoverLeaf {
  EntryId entry;
  Digest commitment{};
};

// Everything that one transaction writes.
struct Sheet {
  int32_t ledger = 0;
  uint64_t first_index = 0;
  std::vector<Leaf> leaves;
  std::vector<CoverLeaf> cover;  // after them
  PersonStates persons;
  ledger::Frontier frontier;  // after it
  std::string note;
};

// All that a batch writes, to be sent at once. The server refuses it as `not_found` or
// `precondition` (migration 0015) when a row that a draft changes is not there or not in that
// state.
Pipeline writes_of(const Keyring& keyring, const Sheet& sheet);

// The part of it that is about messages.
void add_messages(Pipeline& writes, const Sheet& sheet);

}  // namespace relais::storage
