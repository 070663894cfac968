// SPDX-License-Identifier: Apache-2.0
// What the database says about everything a batch refers to, read under the ledger's lock. Inside
// storage; the appender's thread only.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "node/storage/append_batch.h"
#include "node/storage/append_rows.h"

namespace relais::storage {

using Pair = std::pair<std::string, std::string>;

struct Submitted {
  Bytes body;
  ReferralId referral;
};

// How far a referral is.
struct ReferralNow {
  std::string state;
  uint64_t sequence_out = 0;
};

// What the database said about everything the batch refers to.
struct Known {
  PersonStates persons;
  std::map<std::string, Fault> unreadable;  // persons whose key does not open
  std::map<Pair, Submitted> submitted;
  std::map<Pair, flow::AlreadyFiled> filed;
  std::map<std::string, ReferralNow> referrals;  // of referrals a draft expects as they were, by id
  std::map<Pair, uint64_t> stops;                // (peer, handle): what is lower is not filed
  std::set<Pair> received;                       // (peer, handle) of referrals received
  int64_t directory_version = 0;
};

// The (peer, handle) of a draft that files a referral or stops one.
std::optional<Pair> handle_of(const flow::Draft& draft);

// The persons the batch is about, as an array of ids.
std::string persons_of(Pendings batch);

// Persons that a draft may make and that are not there yet come with a fresh key.
Known read_known(Work& work, const pqxx::result& opened, const Keyring& keyring, Pendings batch);

}  // namespace relais::storage
