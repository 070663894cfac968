// SPDX-License-Identifier: Apache-2.0
// The rows of a batch that are about messages: what is queued, what is settled, what was filed.
#include "node/storage/append_rows.h"
#include "node/storage/notices.h"
#include "node/storage/sql_array.h"

namespace relais::storage {
namespace {

const Statement kQueued{
    "append_queued",
    "INSERT INTO outbox (disclosure, entry, person, peer, referral, sequence, expires_ms,"
    " give_up_ms, next_attempt_ms, recorded_ms, person_epoch, directory_version, index, proof,"
    " checkpoint)"
    " SELECT disclosure, entry, person, peer, referral, sequence, expires, give_up, now_ms(),"
    " now_ms(), epoch, directory, index, proof, $12"
    " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::bigint[],"
    "  $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $13::bytea[])"
    " AS u (disclosure, entry, person, peer, referral, sequence, expires, give_up, epoch,"
    "  directory, index, proof)"};

// By key and with the status as a parameter, as in the outbox: whatever was planned while nothing
// waited must not read all that waits.
const Statement kSettled{
    "append_settled",
    "WITH changed AS (UPDATE outbox o SET status = u.status, envelope_digest = u.digest,"
    " counterpart_entry = u.entry, counterpart_commitment = u.commitment"
    " FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::uuid[], $5::bytea[])"
    " AS u (disclosure, status, digest, entry, commitment)"
    " WHERE o.disclosure = ANY ($1::uuid[]) AND o.disclosure = u.disclosure AND o.status = $6"
    " RETURNING 1) SELECT require_changed(count(*), $7, 'RS003') FROM changed"};

const Statement kFiled{
    "append_filed",
    "INSERT INTO filed (sender, disclosure, envelope_digest, status, reason, entry, commitment,"
    " time_ms) SELECT * FROM unnest($1::text[], $2::uuid[], $3::bytea[], $4::text[], $5::text[],"
    " $6::uuid[], $7::bytea[], $8::bigint[])"};

const Statement kStops{
    "append_stop",
    "INSERT INTO tombstone AS s (peer, handle, sequence, until_ms)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])"
    " ON CONFLICT (peer, handle) DO UPDATE SET sequence = greatest(s.sequence, excluded.sequence),"
    " until_ms = greatest(s.until_ms, excluded.until_ms)"};

int64_t number(uint64_t value) { return static_cast<int64_t>(value); }

Bytes joined(const ledger::Proof& proof) {
  Bytes bytes;
  for (const Digest& hash : proof) bytes += view(hash);
  return bytes;
}

void add_queued(Pipeline& writes, const Sheet& sheet) {
  SqlArray disclosure, entry, person, peer, referral, sequence, expires, give_up, epoch, directory;
  SqlArray index, proof;
  for (const Leaf& leaf : sheet.leaves) {
    if (!leaf.draft->queued) continue;
    const flow::Queued& queued = *leaf.draft->queued;
    disclosure.add(queued.disclosure.text());
    entry.add(leaf.draft->shared.entry_id);
    person.add_id(leaf.draft->person.text());
    peer.add(queued.peer.text());
    referral.add_id(queued.referral.text());
    sequence.add_number(number(queued.sequence));
    expires.add_number(unix_ms(queued.expires));
    give_up.add_number(unix_ms(queued.give_up));
    epoch.add_number(leaf.stamps.person_epoch);
    directory.add_number(leaf.stamps.directory_version);
    index.add_number(number(leaf.index));
    proof.add_bytes(joined(leaf.proof));
  }
  if (disclosure.empty()) return;
  writes.add(kQueued, disclosure.done(), entry.done(), person.done(), peer.done(), referral.done(),
             sequence.done(), expires.done(), give_up.done(), epoch.done(), directory.done(),
             index.done(), sheet.note, proof.done());
}

void add_settled(Pipeline& writes, const Sheet& sheet) {
  SqlArray disclosure, status, digest, entry, commitment;
  for (const Leaf& leaf : sheet.leaves) {
    if (!leaf.draft->settled) continue;
    disclosure.add(leaf.draft->settled->disclosure.text());
    status.add(leaf.draft->settled->status);
    const auto& counterpart = leaf.draft->settled->counterpart;
    counterpart ? digest.add_bytes(view(counterpart->envelope_digest)) : digest.add_null();
    entry.add_id(counterpart ? counterpart->entry.text() : "");
    counterpart ? commitment.add_bytes(view(counterpart->commitment)) : commitment.add_null();
  }
  if (disclosure.empty()) return;
  writes.add(kSettled, disclosure.done(), status.done(), digest.done(), entry.done(),
             commitment.done(), "queued", number(disclosure.count()));
}

void add_filed(Pipeline& writes, const Sheet& sheet) {
  SqlArray sender, disclosure, digest, status, reason, entry, commitment, time;
  for (const Leaf& leaf : sheet.leaves) {
    if (!leaf.draft->filed) continue;
    const flow::Filed& filed = *leaf.draft->filed;
    sender.add(filed.sender.text());
    disclosure.add(filed.disclosure.text());
    digest.add_bytes(view(filed.envelope_digest));
    status.add(filed.status);
    reason.add(filed.reason);
    entry.add(leaf.draft->shared.entry_id);
    commitment.add_bytes(view(leaf.commitment.commitment));
    time.add_number(number(leaf.draft->shared.time_claimed_ms));
  }
  if (sender.empty()) return;
  writes.add(kFiled, sender.done(), disclosure.done(), digest.done(), status.done(), reason.done(),
             entry.done(), commitment.done(), time.done());
}

void add_stops(Pipeline& writes, const Sheet& sheet) {
  SqlArray peer, handle, sequence, until;
  for (const Leaf& leaf : sheet.leaves) {
    if (!leaf.draft->stop) continue;
    const flow::Tombstone& stop = *leaf.draft->stop;
    peer.add(stop.peer.text());
    handle.add(stop.handle.text());
    sequence.add_number(number(stop.sequence));
    until.add_number(unix_ms(stop.until));
  }
  if (peer.empty()) return;
  writes.add(kStops, peer.done(), handle.done(), sequence.done(), until.done());
}

}  // namespace

void add_messages(Pipeline& writes, const Sheet& sheet) {
  add_queued(writes, sheet);
  add_filed(writes, sheet);
  add_stops(writes, sheet);
  for (const Leaf& leaf : sheet.leaves) add_notices(writes, leaf.draft->notices, {});
  add_settled(writes, sheet);
}

}  // namespace relais::storage
