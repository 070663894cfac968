// SPDX-License-Identifier: Apache-2.0
// What the statement, the receipts and the erasure read, as ports: a person's entries, and the tree
// that proves them. Thread-safe and blocking, as the others of ports.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/core/ids.h"
#include "node/core/result.h"
#include "node/ledger/record.h"
#include "node/ledger/tree.h"

namespace relais::flow {

// One ledger entry of a person, as the statement reads it: opened, checked against its commitment.
struct AccountEntry {
  std::string origin;
  int32_t ledger = 0;  // its number: ledgers are opened one after the other
  uint64_t index = 0;
  Digest commitment{};
  Bytes shared_bytes;
  ledger::Opening shared_opening{};
  Bytes private_bytes;
  ledger::Opening private_opening{};
  Bytes payload;
};

// Where a person's entries end, and the ledger with them.
struct AccountHead {
  uint64_t last_seq = 0;
  uint64_t tree_size = 0;  // of the newest ledger
};

// Port: what is recorded about a person.
class Account {
 public:
  virtual ~Account() = default;
  // In the person's own order. Every entry opens its commitment (else `corrupt`); that none is
  // missing is the reader's to see, with head() asked for first.
  virtual Result<std::vector<AccountEntry>> entries(const PersonId& person) = 0;
  virtual Result<AccountHead> head(const PersonId& person) = 0;
};

// Where entries stand in their ledger: proofs in the tree of one checkpoint that holds them all.
struct Standing {
  std::string checkpoint;             // the signed note, with the cosignatures there are
  std::vector<ledger::Proof> proofs;  // one an index, in the order asked
};

// Port: the tree behind the entries. What it says is checked before it is handed out.
class Proofs {
 public:
  virtual ~Proofs() = default;
  // `not_found`: no such ledger, or an index it does not have.
  virtual Result<Standing> prove(const std::string& origin,
                                 const std::vector<uint64_t>& indexes) = 0;
  // Sizes of checkpoints worth proving under, rising: the newest of those that the most witnesses
  // cosigned, then the newest of what the most cosigned beyond it, and so on. Empty: none did.
  virtual Result<std::vector<uint64_t>> witnessed(const std::string& origin) = 0;
};

}  // namespace relais::flow
