// SPDX-License-Identifier: Apache-2.0
#include "node/storage/outbox.h"

#include <utility>

#include "node/storage/person_rows.h"
#include "node/storage/referral_rows.h"
#include "node/storage/sealed.h"
#include "node/storage/sql_array.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

// One round trip. A lease need not be durable (lost, it is merely taken again), so its commit does
// not wait for the disk: set_config holds for this statement's own transaction. A message is due
// when no earlier one of its referral waits; the database's clock rules, as several nodes may share
// it. Peers are found by skipping through the index from one to the next, so that a long queue of
// one costs the others nothing; one where no worker is comes first, then the one whose message is
// due longest: a slow peer's long queue is older than what has just come for another. The earliest
// of a referral is asked for in a way that has one plan: a NOT EXISTS, planned while the queue was
// empty, went on reading all of it as it grew.
#define RELAIS_DUE                                                                        \
  "q.status = 'queued' AND q.next_attempt_ms <= now_ms()"                                 \
  " AND q.sequence = coalesce((SELECT e.sequence FROM outbox e WHERE e.status = 'queued'" \
  "  AND e.referral = q.referral ORDER BY e.referral, e.sequence LIMIT 1), q.sequence)"
const Statement kClaim{
    "outbox_claim",
    "WITH RECURSIVE unhurried AS MATERIALIZED"
    " (SELECT set_config('synchronous_commit', 'off', true)),"
    " peers (peer) AS ("
    "  (SELECT peer FROM outbox WHERE status = 'queued' ORDER BY peer LIMIT 1) UNION ALL"
    "  SELECT (SELECT o.peer FROM outbox o WHERE o.status = 'queued' AND o.peer > peers.peer"
    "   ORDER BY o.peer LIMIT 1) FROM peers WHERE peers.peer IS NOT NULL),"
    " chosen AS MATERIALIZED (SELECT peers.peer FROM peers CROSS JOIN LATERAL ("
    "  SELECT q.next_attempt_ms FROM outbox q WHERE q.peer = peers.peer AND " RELAIS_DUE
    "  ORDER BY q.next_attempt_ms LIMIT 1) earliest"
    "  WHERE peers.peer <> ALL ($3::text[])"
    "  ORDER BY peers.peer = ANY ($4::text[]), earliest.next_attempt_ms LIMIT 1)"
    " UPDATE outbox o SET next_attempt_ms = now_ms() + $2, attempts = o.attempts + 1,"
    "  last_failure = ''"
    " FROM unhurried, (SELECT q.disclosure FROM outbox q"
    "  WHERE q.peer = (SELECT peer FROM chosen) AND " RELAIS_DUE
    "  ORDER BY q.next_attempt_ms LIMIT $1 FOR UPDATE SKIP LOCKED) due"
    " WHERE o.disclosure = due.disclosure RETURNING o.disclosure, o.peer"};
// The status is a parameter where a message is asked for by its id: with a constant, a plan made
// while nothing waited reads the whole index of what waits.
constexpr const char* kQueued = "queued";
const Statement kLoad{
    "outbox_load",
    "SELECT " RELAIS_REFERRAL_COLUMNS
    ", o.peer, o.sequence, o.expires_ms, o.give_up_ms, o.attempts, o.person_epoch,"
    " o.directory_version, o.index, o.proof, o.checkpoint, o.entry, e.commitment, b.sealed,"
    " o.disclosure, o.person, o.in_vain"
    " FROM outbox o LEFT JOIN referral r ON r.id = o.referral"
    " LEFT JOIN person p ON p.id = o.person LEFT JOIN entry e ON e.id = o.entry"
    " LEFT JOIN body b ON b.entry = o.entry"
    " WHERE o.disclosure = ANY ($1::uuid[]) AND o.status = $2"};
// With it what waits behind it, which is not due before it: each claim would otherwise read all of
// that to find out, and tens of thousands behind a peer's messages held up everybody's.
const Statement kPostpone{
    "outbox_postpone",
    "WITH first AS (UPDATE outbox SET next_attempt_ms = now_ms() + $2, last_failure = $3,"
    "  in_vain = in_vain + $4 WHERE disclosure = $1::uuid AND status = $5"
    "  RETURNING referral, sequence, next_attempt_ms)"
    " UPDATE outbox o SET last_failure = $3,"
    "  next_attempt_ms = greatest(o.next_attempt_ms, (SELECT next_attempt_ms FROM first))"
    " WHERE o.status = $5 AND o.disclosure = ANY (ARRAY(SELECT e.disclosure FROM outbox e"
    "  WHERE e.status = 'queued' AND e.referral = (SELECT referral FROM first)"
    "  AND e.sequence > (SELECT sequence FROM first) ORDER BY e.referral, e.sequence))"};
// What is leased has no failure, so its lease stands.
const Statement kHasten{"outbox_hasten",
                        "UPDATE outbox SET next_attempt_ms = now_ms() WHERE disclosure IN"
                        " (SELECT disclosure FROM outbox WHERE peer = $1 AND status = 'queued'"
                        "  AND next_attempt_ms > now_ms() AND last_failure = 'peer_away'"
                        "  ORDER BY next_attempt_ms LIMIT $2 FOR UPDATE SKIP LOCKED)"};
const Statement kList{"outbox_list",
                      "SELECT disclosure, peer, status, attempts, next_attempt_ms, recorded_ms,"
                      " last_failure FROM ("
                      "(SELECT 0 AS part, recorded_ms AS place, * FROM outbox"
                      " WHERE status = 'queued' ORDER BY recorded_ms, disclosure LIMIT $1)"
                      " UNION ALL "
                      "(SELECT 1, -recorded_ms, * FROM outbox"
                      " WHERE status <> 'queued' ORDER BY recorded_ms DESC, disclosure LIMIT $1)"
                      ") AS listed ORDER BY part, place, disclosure LIMIT $1"};
const Statement kWaiting{"outbox_waiting",
                         "SELECT peer, count(*), min(recorded_ms) FROM outbox"
                         " WHERE status = 'queued' GROUP BY peer ORDER BY peer"};

enum Column : pqxx::row::size_type {
  kPeer = kReferralColumns,
  kSequence,
  kExpires,
  kGiveUp,
  kAttempts,
  kPersonEpoch,
  kDirectoryVersion,
  kIndex,
  kProof,
  kCheckpoint,
  kEntry,
  kCommitment,
  kSealed,
  kDisclosure,
  kAbout,
  kInVain
};

Result<ledger::Proof> parse_proof(const Bytes& bytes) {
  ledger::Proof proof;
  for (size_t at = 0; at < bytes.size(); at += 32) {
    const auto hash = digest_of(std::string_view(bytes).substr(at, 32));
    if (!hash) return fail(FaultKind::corrupt, "a stored proof has the wrong length");
    proof.push_back(*hash);
  }
  return proof;
}

void read_queued(const pqxx::row& row, flow::StoredDisclosure& stored) {
  stored.queued.peer = AgencyId(row[kPeer].as<std::string>());
  stored.queued.sequence = row[kSequence].as<uint64_t>();
  stored.queued.expires = from_unix_ms(row[kExpires].as<int64_t>());
  stored.queued.give_up = from_unix_ms(row[kGiveUp].as<int64_t>());
  stored.attempts = row[kAttempts].as<int>();
  stored.in_vain = row[kInVain].as<int>();
  stored.stamps.person_epoch = row[kPersonEpoch].as<int64_t>();
  stored.stamps.directory_version = row[kDirectoryVersion].as<int64_t>();
  stored.index = row[kIndex].as<uint64_t>();
  stored.checkpoint = row[kCheckpoint].as<std::string>();
}

Result<void> read_body(const pqxx::row& row, const ledger::SealKey& key,
                       flow::StoredDisclosure& stored) {
  if (row[kCommitment].is_null() || row[kSealed].is_null()) {
    return fail(FaultKind::corrupt, "a queued message has no entry or no body");
  }
  const auto commitment = digest_of(bytes_of(row[kCommitment]));
  if (!commitment) return fail(FaultKind::corrupt, "a commitment has the wrong length");
  stored.commitment = *commitment;
  const EntryId entry(row[kEntry].as<std::string>());
  RELAIS_TRY(plain, ledger::open(key, body_bound_to(entry, *commitment), bytes_of(row[kSealed])));
  RELAIS_TRY(body, unpack_body(plain));
  stored.shared_bytes = std::move(body.shared_bytes);
  stored.shared_opening = body.shared_opening;
  stored.private_bytes = std::move(body.private_bytes);
  stored.private_opening = body.private_opening;
  stored.payload = std::move(body.payload);
  RELAIS_TRY(proof, parse_proof(bytes_of(row[kProof])));
  stored.proof = std::move(proof);
  return {};
}

// Everything but the person, who may be the same for several.
Result<flow::StoredDisclosure> read_row(const pqxx::row& row, const Keyring& keyring) {
  flow::StoredDisclosure stored;
  read_queued(row, stored);
  if (row[kAbout].is_null()) {  // about nobody: a notice of erasure
    RELAIS_TRY_VOID(read_body(row, keyring.agency_key(), stored));
    return stored;
  }
  if (row[0].is_null() || row[kReferralColumns - 2].is_null()) {
    return fail(FaultKind::corrupt, "a queued message has no referral or no person");
  }
  RELAIS_TRY(referral, referral_of(row, keyring));
  stored.referral = std::move(referral);
  stored.queued.referral = stored.referral.id;
  RELAIS_TRY(key, key_of(row, kReferralColumns - 2, stored.referral.person, keyring));
  RELAIS_TRY_VOID(read_body(row, key, stored));
  return stored;
}

// After the rows: what a person may still change must be read no earlier than the messages.
Result<void> add_persons(Work& work, const Keyring& keyring, std::vector<flow::Loaded>& loaded) {
  std::vector<PersonId> ids;
  for (const flow::Loaded& one : loaded) {
    if (one.message && !one.message->referral.person.empty()) {
      ids.push_back(one.message->referral.person);
    }
  }
  if (ids.empty()) return {};
  RELAIS_TRY(persons, read_persons(work, ids, keyring));
  for (flow::Loaded& one : loaded) {
    if (!one.message || one.message->referral.person.empty()) continue;
    const auto found = persons.find(one.message->referral.person.text());
    if (found == persons.end()) {
      one.message = fail(FaultKind::corrupt, "a queued message has no person");
    } else if (!found->second) {
      one.message = tl::unexpected(found->second.error());
    } else {
      one.message->person = *found->second;
    }
  }
  return {};
}

}  // namespace

Result<flow::Claim> OutboxStore::claim(int limit, std::chrono::milliseconds lease,
                                       const flow::Attended& attended) {
  SqlArray full, some;
  for (const AgencyId& peer : attended.full) full.add(peer.text());
  for (const AgencyId& peer : attended.some) some.add(peer.text());
  return once(pool_, [&](Work& work) -> Result<flow::Claim> {
    flow::Claim claimed;
    for (const auto& row :
         run(work, kClaim, limit, static_cast<int64_t>(lease.count()), full.done(), some.done())) {
      claimed.messages.emplace_back(row[0].as<std::string>());
      claimed.peer = AgencyId(row[1].as<std::string>());
    }
    return claimed;
  });
}

Result<std::vector<flow::Loaded>> OutboxStore::load(const std::vector<DisclosureId>& ids) {
  SqlArray wanted;
  for (const DisclosureId& id : ids) wanted.add(id.text());
  return once(pool_, [&](Work& work) -> Result<std::vector<flow::Loaded>> {
    std::vector<flow::Loaded> loaded;
    for (const auto& row : run(work, kLoad, wanted.done(), kQueued)) {
      const DisclosureId id(row[kDisclosure].as<std::string>());
      flow::Loaded one{id, read_row(row, keyring_)};
      if (one.message) one.message->queued.disclosure = id;
      loaded.push_back(std::move(one));
    }
    RELAIS_TRY_VOID(add_persons(work, keyring_, loaded));
    return loaded;
  });
}

Result<void> OutboxStore::postpone(const DisclosureId& id, std::chrono::milliseconds wait,
                                   Constant failure, flow::Handed handed) {
  return once(pool_, [&](Work& work) -> Result<void> {
    run(work, kPostpone, text(id.text()), int64_t{wait.count()}, std::string(failure.view()),
        handed == flow::Handed::nothing ? 1 : 0, kQueued);
    return {};
  });
}

Result<void> OutboxStore::hasten(const AgencyId& peer, int most) {
  return once(pool_, [&](Work& work) -> Result<void> {
    run(work, kHasten, text(peer.text()), most);
    return {};
  });
}

Result<std::vector<flow::OutboxLine>> OutboxStore::list(int limit) {
  return once(pool_, [&](Work& work) -> Result<std::vector<flow::OutboxLine>> {
    std::vector<flow::OutboxLine> lines;
    for (const auto& row : run(work, kList, limit)) {
      flow::OutboxLine line;
      line.disclosure = DisclosureId(row[0].as<std::string>());
      line.peer = AgencyId(row[1].as<std::string>());
      line.status = row[2].as<std::string>();
      line.attempts = row[3].as<int>();
      line.next_attempt = from_unix_ms(row[4].as<int64_t>());
      line.recorded = from_unix_ms(row[5].as<int64_t>());
      line.last_failure = row[6].as<std::string>();
      lines.push_back(std::move(line));
    }
    return lines;
  });
}

Result<std::vector<Waiting>> waiting_by_peer(Pool& pool) {
  return once(pool, [](Work& work) -> Result<std::vector<Waiting>> {
    std::vector<Waiting> all;
    for (const auto& row : run(work, kWaiting)) {
      all.push_back({AgencyId(row[0].as<std::string>()), row[1].as<uint64_t>(),
                     from_unix_ms(row[2].as<int64_t>())});
    }
    return all;
  });
}

}  // namespace relais::storage
