// SPDX-License-Identifier: Apache-2.0
// Port: erasures under way and done. Each step is one transaction, may be repeated without harm,
// and leaves the next one to be found by unfinished(). Thread-safe, blocking; storage implements it
// over PostgreSQL, tests over memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "node/core/ids.h"
#include "node/core/result.h"
#include "node/core/time.h"
#include "node/flow/account.h"
#include "node/flow/notices.h"

namespace relais {

struct ErasureTag : Loggable {};
using ErasureId = Id<ErasureTag>;  // UUIDv7, given to the person; points at nobody

}  // namespace relais

namespace relais::flow {

// A row to be erased, and how many entries it had when that was decided.
struct ErasureRow {
  PersonId person;
  uint64_t last_seq = 0;
};

struct ErasureRequest {
  ErasureId id;
  PersonReference reference;  // empty: a peer asked
  std::string reason;
  EntryId entry;  // the id the `erased` entry will have
  Instant requested;
  std::vector<ErasureRow> rows;
  std::vector<Notice> notices;
};

struct Erasure {
  ErasureId id;
  std::string state;  // shred_requested | shredded
  std::string reason;
  EntryId entry;
  Instant requested;
  bool clear = false;  // nothing is under way to a peer any more: they may be told
  std::optional<Instant> shredded;
  std::optional<Instant> complete;  // everywhere: no backup can be read either
  std::vector<Notice> notices;
};

class Erasures {
 public:
  virtual ~Erasures() = default;
  // Durable: from here on nothing about these rows can be read, and what waits for them in the
  // outbox is gone. False: a row had another entry meanwhile, or is not there; decide again.
  virtual Result<bool> request(const ErasureRequest& request) = 0;
  virtual Result<std::vector<Erasure>> unfinished() = 0;
  virtual Result<std::optional<Erasure>> find(const ErasureId& id) = 0;
  virtual Result<std::vector<Erasure>> erasures_of(const PersonReference& reference) = 0;
  virtual Result<std::vector<Erasure>> newest(int limit) = 0;
  // Destroys keys, bodies and every row about the persons.
  virtual Result<void> destroy(const ErasureId& id) = 0;
  virtual Result<void> shredded(const ErasureId& id, Instant at) = 0;
  // Of an entry that concerns nobody; `not_found` until it stands.
  virtual Result<AccountEntry> entry(const EntryId& entry) = 0;
};

}  // namespace relais::flow
