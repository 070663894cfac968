// SPDX-License-Identifier: Apache-2.0
// The persons of this agency over PostgreSQL. Everything about them is sealed under their own key;
// a reference is found by its keyed hash. Reads only, but for open(): facts, rights, consents and
// what a handle's row is filed under are written by the appender alone. Thread-safe; each call is
// one transaction.
#pragma once

#include <optional>
#include <vector>

#include "node/flow/ports.h"
#include "node/storage/keyring.h"
#include "node/storage/pool.h"

namespace relais::storage {

class PeopleStore final : public flow::People {
 public:
  PeopleStore(Pool& pool, const Keyring& keyring, Entropy& entropy, Clock& clock)
      : pool_(pool), keyring_(keyring), entropy_(entropy), clock_(clock) {}
  Result<std::optional<Person>> find(const PersonReference& reference) override;
  Result<Person> open(const PersonReference& reference) override;
  Result<Person> get(const PersonId& id) override;
  Result<std::vector<PersonId>> filed_under(const PersonReference& reference) override;

 private:
  Pool& pool_;
  const Keyring& keyring_;
  Entropy& entropy_;
  Clock& clock_;
};

}  // namespace relais::storage
