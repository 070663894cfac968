// SPDX-License-Identifier: Apache-2.0
// The federation's directory as the domain sees it: agencies, their services, and what each service
// declared it needs and why. A Directory is an immutable snapshot, shared by pointer; the signed
// file behind it is verified by ops before one exists. Expired means: no new disclosure leaves.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/core/bytes.h"
#include "node/core/categories.h"
#include "node/core/ids.h"
#include "node/core/time.h"

namespace relais {

// A text in the two languages every person-facing surface speaks.
struct Label {
  std::string fr;
  std::string en;
  const std::string& in(std::string_view language) const { return language == "fr" ? fr : en; }
};

struct Need {
  CategoryBit category = 0;
  bool required = false;
  std::string reason;  // the article or reason that justifies asking; never empty
};

struct Service {
  ServiceId id;
  Label name;
  std::string kind;      // recipient.kind of vocabulary §3
  std::string category;  // recipient.category of this service alone; empty: the agency's
  std::string address;   // where a person can go; shown on slips and statements
  std::string phone;     // a counter that answers without an account
  std::vector<std::string> purposes;  // purposes it accepts referrals for
  std::vector<Need> needs;

  CategorySet need() const {
    CategorySet set;
    for (const Need& need : needs) set |= CategorySet::only(need.category);
    return set;
  }
  CategorySet required() const {
    CategorySet set;
    for (const Need& need : needs) {
      if (need.required) set |= CategorySet::only(need.category);
    }
    return set;
  }
};

// What an agency declares of one profession of its staff, for laws that ask who receives.
struct DeclaredProfession {
  std::string profession;
  std::string secrecy;  // empty: unknown
  std::string r1110_2;  // empty: unknown
  std::optional<bool> sworn;
};

// A further key of an agency and the time in which it counts, by the reader's clock: the one that
// comes, or the one that goes while what it vouched for is still on its way.
struct DatedKey {
  std::string key;
  Instant valid_from;
  Instant valid_until;
  bool counts(Instant now) const { return valid_from <= now && now < valid_until; }
};

// Where an agency's node answers, and who must answer there: the one URI its certificate names,
// with one of these keys in it where the directory lists any (SHA-256 of the SubjectPublicKeyInfo,
// hex).
struct PeerAddress {
  std::string endpoint;
  std::string tls_identity;
  std::optional<std::vector<std::string>> tls_keys{};
};

struct Agency {
  AgencyId id;
  Label name;
  std::string category;
  std::string jurisdiction;  // ISO 3166
  std::vector<std::string> missions;
  std::optional<bool> public_official;
  std::string secrecy;  // of the agency's staff as a whole; empty: unknown
  std::vector<DeclaredProfession> professions;
  std::string address;
  std::string endpoint;      // host:port of its Exchange
  std::string tls_identity;  // spiffe://<federation>/agency/<id>
  std::string signing_key;   // verifier key (signed-note form) of envelopes and acknowledgements
  std::string ledger_key;    // verifier key of its checkpoints; its name is the ledger's origin
  Instant valid_from;
  Instant valid_until;
  bool suspended = false;
  std::vector<Service> services;
  std::vector<DatedKey> ledgers;   // beside ledger_key: one a year, windows overlapping
  std::vector<DatedKey> signings;  // beside signing_key: the one before, or the next
  // Of its certificates; none listed: whatever key the federation's authority certified.
  std::vector<DatedKey> tls_keys;

  bool current(Instant now) const { return !suspended && valid_from <= now && now < valid_until; }
  // Verifier keys whose signature counts at `now`.
  std::vector<std::string> signing_keys(Instant now) const {
    std::vector<std::string> keys{signing_key};
    for (const DatedKey& one : signings) {
      if (one.counts(now)) keys.push_back(one.key);
    }
    return keys;
  }
  PeerAddress peer_address(Instant now) const {
    PeerAddress there{endpoint, tls_identity};
    if (tls_keys.empty()) return there;
    there.tls_keys.emplace();  // when all of them have ended, none counts
    for (const DatedKey& one : tls_keys) {
      if (one.counts(now)) there.tls_keys->push_back(one.key);
    }
    return there;
  }
  const Service* service(const ServiceId& id_wanted) const {
    for (const Service& one : services) {
      if (one.id == id_wanted) return &one;
    }
    return nullptr;
  }
};

// The URI that an agency's certificates name; with an empty id, how each of them begins.
inline std::string agency_identity(const std::string& federation, const std::string& id) {
  return "spiffe://" + federation + "/agency/" + id;
}

struct Directory {
  std::string federation;
  int64_t version = 0;
  Digest digest{};  // SHA-256 of the signed text
  Instant expires;
  std::vector<Agency> agencies;

  const Agency* find(const AgencyId& id) const {
    for (const Agency& one : agencies) {
      if (one.id == id) return &one;
    }
    return nullptr;
  }
  // By its id where it is not in the directory, or not any more.
  Label name_of(const AgencyId& id) const {
    const Agency* agency = find(id);
    return agency == nullptr ? Label{id.text(), id.text()} : agency->name;
  }
  const Agency* by_tls_identity(std::string_view identity) const {
    for (const Agency& one : agencies) {
      if (one.tls_identity == identity) return &one;
    }
    return nullptr;
  }
};

// Port: the directory in force now. Thread-safe; a snapshot stays valid while it is held.
class Directories {
 public:
  virtual ~Directories() = default;
  virtual std::shared_ptr<const Directory> current() const = 0;
};

}  // namespace relais
