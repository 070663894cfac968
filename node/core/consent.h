// SPDX-License-Identifier: Apache-2.0
// The consent record (vocabulary §6): immutable, a change is a new version. An empty set means
// nobody and nothing. It is written only by the ledger's appender, with an entry of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/core/categories.h"
#include "node/core/ids.h"
#include "node/core/permit.h"
#include "node/core/time.h"

namespace relais {

struct Consent {
  ConsentId id;
  int32_t version = 1;
  std::string state;  // consent.state of vocabulary §3; only "given" can let anything leave
  std::string giver;  // subject | parent | guardian | other
  bool giver_is_alleged_author = false;
  std::string assisted_by_role;  // empty: nobody
  std::string form;              // oral_witnessed | paper | electronic
  std::string language;          // BCP 47
  std::string notice_version;    // what the person was shown or read
  bool informed = false;
  bool condition_of_service = false;
  bool elements_complete = false;
  std::vector<AgencyId> recipients;
  std::vector<std::string> purposes;
  CategorySet categories;
  Instant valid_from;
  Instant valid_until;          // mandatory
  std::string evidence_digest;  // hex of SHA-256 over the signed paper or recording; may be empty

  ConsentVersion key() const { return {id, version}; }
  // The next version, by which it is withdrawn.
  Consent withdrawn() const {
    Consent next = *this;
    next.version += 1;
    next.state = "withdrawn";
    return next;
  }
  bool in_date(Instant now) const { return valid_from <= now && now < valid_until; }
};

}  // namespace relais
