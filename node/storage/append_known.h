// SPDX-License-Identifier: Apache-2.0
// What the database says about everything a batch refers to, read under the ledger's lock and in
// one trip. Inside storage; the appender's thread only.
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

// How an append opens, all of it in one trip: the ledger's lock, its head and the persons' rows,
// which stay locked (migration 0013); then, each as it is under that lock, whatever else the batch
// refers to.
class Opening {
 public:
  Opening(int32_t ledger, Pendings batch);
  const Pipeline& pipeline() const { return pipeline_; }
  Row head(const Answers& answers) const { return answers[head_][0]; }
  // Persons that a draft may make and that are not there yet come with a fresh key.
  Known known(const Answers& answers, const Keyring& keyring, Pendings batch) const;

 private:
  void ask_submitted(Pendings batch);
  void ask_filed(Pendings batch);
  void ask_states(Pendings batch);
  void ask_handles(Pendings batch);

  Pipeline pipeline_;
  // Places among the answers; none: not asked.
  size_t head_ = 0;
  std::optional<size_t> submitted_, filed_, states_, stops_, received_;
};

// From six neighbouring columns: envelope_digest, status, reason, entry, commitment, time_ms.
template <class AnyRow>
flow::AlreadyFiled filed_of(const AnyRow& row, int at) {
  flow::AlreadyFiled before;
  before.envelope_digest = digest_of(bytes_of(row[at])).value_or(Digest{});
  before.status = row[at + 1].template as<std::string>();
  before.reason = row[at + 2].template as<std::string>();
  before.entry = EntryId(row[at + 3].template as<std::string>());
  before.commitment = digest_of(bytes_of(row[at + 4])).value_or(Digest{});
  before.time = from_unix_ms(row[at + 5].template as<int64_t>());
  return before;
}

}  // namespace relais::storage
