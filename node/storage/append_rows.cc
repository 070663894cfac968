// SPDX-License-Identifier: Apache-2.0
#include "node/storage/append_rows.h"

#include "node/storage/referral_rows.h"
#include "node/storage/sealed.h"
#include "node/storage/sql_array.h"

namespace relais::storage {
namespace {

const Statement kNewPersons{
    "append_new_persons",
    "INSERT INTO person (id, own, key_epoch, key_wrapped)"
    " SELECT id, false, epoch, wrapped FROM unnest($1::uuid[], $2::int[], $3::bytea[])"
    " AS u (id, epoch, wrapped)"};

// What every batch writes, in one statement.
const Statement kAppend{
    "append",
    "WITH entries AS (INSERT INTO entry (ledger, index, id, commitment)"
    "  SELECT $1::int, $2::bigint + u.place - 1, u.id, u.commitment"
    "  FROM unnest($3::uuid[], $4::bytea[]) WITH ORDINALITY AS u (id, commitment, place)),"
    " bodies AS (INSERT INTO body (entry, person, sealed)"
    "  SELECT u.entry, u.person, substring($6::bytea FROM u.place FOR u.size)"
    "  FROM unnest($3::uuid[], $5::uuid[], $20::int[], $21::int[])"
    "   AS u (entry, person, place, size) WHERE u.size IS NOT NULL),"
    " persons AS (UPDATE person p SET last_seq = u.seq, last_commitment = u.commitment,"
    "  epoch = u.epoch, objection = u.objection, restriction = u.restriction,"
    "  facts_sealed = coalesce(u.facts, p.facts_sealed),"
    "  reference_hash = CASE WHEN p.own THEN p.reference_hash"
    "   ELSE coalesce(u.reference, p.reference_hash) END,"
    "  reference_sealed = CASE WHEN p.own THEN p.reference_sealed"
    "   ELSE coalesce(u.reference_sealed, p.reference_sealed) END"
    "  FROM unnest($7::uuid[], $8::bigint[], $9::bytea[], $10::bigint[], $11::bool[], $12::bool[],"
    "   $13::bytea[], $18::bytea[], $19::bytea[])"
    "   AS u (id, seq, commitment, epoch, objection, restriction, facts, reference,"
    "    reference_sealed)"
    "  WHERE p.id = u.id)"
    " INSERT INTO checkpoint (ledger, size, root, frontier, note)"
    " VALUES ($1::int, $14::bigint, $15, $16, $17)"};

// A received referral keeps its place in the inbox.
const Statement kReferrals{
    "append_referrals",
    "INSERT INTO referral AS r (id, received, disclosure, handle, person, counterpart, service,"
    " purpose, state, reason, delivery, ledger, index, attachments, created_ms, expires_ms,"
    " sequence_out, sequence_in, duty, body)"
    " SELECT id, received, disclosure, handle, person, counterpart, service, purpose, state,"
    " reason, delivery, $1::int, index, attachments, created, expires, seq_out, seq_in, duty, body"
    " FROM unnest($2::uuid[], $3::bool[], $4::uuid[], $5::text[], $6::uuid[], $7::text[],"
    "  $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[], $14::text[],"
    "  $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bool[], $20::bytea[])"
    " AS u (id, received, disclosure, handle, person, counterpart, service, purpose, state, reason,"
    "  delivery, index, attachments, created, expires, seq_out, seq_in, duty, body)"
    " ON CONFLICT (id) DO UPDATE SET (received, disclosure, handle, person, counterpart, service,"
    "  purpose, state, reason, delivery, attachments, created_ms, expires_ms, sequence_out,"
    "  sequence_in, duty, body) = (excluded.received, excluded.disclosure, excluded.handle,"
    "  excluded.person, excluded.counterpart, excluded.service, excluded.purpose, excluded.state,"
    "  excluded.reason, excluded.delivery, excluded.attachments, excluded.created_ms,"
    "  excluded.expires_ms, excluded.sequence_out, excluded.sequence_in, excluded.duty,"
    "  excluded.body),"
    " ledger = CASE WHEN r.received THEN r.ledger ELSE excluded.ledger END,"
    " index = CASE WHEN r.received THEN r.index ELSE excluded.index END"};

const Statement kChanges{
    "append_changes",
    "WITH changed AS (UPDATE referral r SET"
    " state = CASE WHEN u.state <> ''"
    "  AND (u.if_state = '' OR r.state = ANY (string_to_array(u.if_state, ' ')))"
    "  THEN u.state ELSE r.state END,"
    " reason = CASE WHEN u.reason <> ''"
    "  AND (u.if_state = '' OR r.state = ANY (string_to_array(u.if_state, ' ')))"
    "  THEN u.reason ELSE r.reason END,"
    " expires_ms = CASE WHEN u.expires IS NOT NULL"
    "  AND (u.if_state = '' OR r.state = ANY (string_to_array(u.if_state, ' ')))"
    "  THEN u.expires ELSE r.expires_ms END,"
    " delivery = coalesce(nullif(u.delivery, ''), r.delivery),"
    " sequence_out = coalesce(u.seq_out, r.sequence_out),"
    " sequence_in = coalesce(u.seq_in, r.sequence_in), body = coalesce(u.body, r.body)"
    " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],"
    "  $7::bigint[], $8::bigint[], $9::bytea[])"
    "  AS u (id, state, if_state, reason, delivery, seq_out, seq_in, expires, body)"
    " WHERE r.id = u.id RETURNING 1)"
    " SELECT require_changed(count(*), $10, 'RS002') FROM changed"};

const Statement kSubmissions{
    "append_submissions",
    "INSERT INTO submission (client, key, body, referral)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[])"};

const Statement kConsents{
    "append_consents",
    "INSERT INTO consent (id, version, person, state, sealed)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::bytea[])"};

int64_t number(uint64_t value) { return static_cast<int64_t>(value); }

void add_new_persons(Pipeline& writes, const Keyring& keyring, const PersonStates& persons) {
  SqlArray id, epoch, wrapped;
  for (const auto& [name, state] : persons) {
    if (!state.fresh || !state.written) continue;
    const WrappedKey key = keyring.wrap(PersonId(name), state.key);
    id.add(name);
    epoch.add_number(key.epoch);
    wrapped.add_bytes(key.sealed);
  }
  if (!id.empty()) writes.add(kNewPersons, id.done(), epoch.done(), wrapped.done());
}

void add_entries(Pipeline& writes, const Sheet& sheet) {
  SqlArray entry, commitment, about;
  SqlBytes sealed;
  for (const Leaf& leaf : sheet.leaves) {
    entry.add(leaf.draft->shared.entry_id);
    commitment.add_bytes(view(leaf.commitment.commitment));
    about.add_id(leaf.draft->person.text());
    sealed.add(leaf.sealed_body);
  }
  for (const CoverLeaf& leaf : sheet.cover) {
    entry.add(leaf.entry.text());
    commitment.add_bytes(view(leaf.commitment));
    about.add_null();
    sealed.add_null();
  }
  SqlArray id, seq, last, epoch, objection, restriction, facts, reference, reference_sealed;
  for (const auto& [name, state] : sheet.persons) {
    if (!state.written) continue;
    id.add(name);
    seq.add_number(number(state.last_seq));
    last.add_bytes(view(*state.last_commitment));
    epoch.add_number(state.epoch);
    objection.add_flag(state.objection);
    restriction.add_flag(state.restriction);
    facts.add_maybe(state.facts_sealed);
    reference.add_maybe(state.reference_hash);
    reference_sealed.add_maybe(state.reference_sealed);
  }
  const Bytes root(view(sheet.frontier.root()));
  writes.add(kAppend, sheet.ledger, number(sheet.first_index), entry.done(), commitment.done(),
             about.done(), sealed.bytes(), id.done(), seq.done(), last.done(), epoch.done(),
             objection.done(), restriction.done(), facts.done(), number(sheet.frontier.size()),
             bytea(root), bytea(sheet.frontier.serialise()), sheet.note, reference.done(),
             reference_sealed.done(), sealed.places(), sealed.sizes());
}

void add_referrals(Pipeline& writes, const Keyring& keyring, const Sheet& sheet) {
  SqlArray id, received, disclosure, handle, person, counterpart, service, purpose, state, reason;
  SqlArray delivery, index, attachments, created, expires, seq_out, seq_in, duty, body;
  for (const Leaf& leaf : sheet.leaves) {
    if (!leaf.draft->referral) continue;
    const flow::StoredReferral& one = *leaf.draft->referral;
    const ledger::SealKey key =
        one.person.empty() ? keyring.agency_key() : sheet.persons.at(one.person.text()).key;
    id.add(one.id.text());
    received.add_flag(one.direction == flow::Direction::received);
    disclosure.add_id(one.disclosure.text());
    handle.add(one.handle.text());
    person.add_id(one.person.text());
    counterpart.add(one.counterpart.text());
    service.add(one.service.text());
    purpose.add(one.purpose);
    state.add(one.state);
    reason.add(one.reason);
    delivery.add(one.delivery);
    index.add_number(number(leaf.index));
    attachments.add(join_lines(one.attachments));
    created.add_number(unix_ms(one.created));
    expires.add_number(unix_ms(one.expires));
    seq_out.add_number(number(one.sequence_out));
    seq_in.add_number(number(one.sequence_in));
    duty.add_flag(one.duty);
    body.add_bytes(keyring.seal(key, referral_bound_to(one.id), one.body));
  }
  if (id.empty()) return;
  writes.add(kReferrals, sheet.ledger, id.done(), received.done(), disclosure.done(), handle.done(),
             person.done(), counterpart.done(), service.done(), purpose.done(), state.done(),
             reason.done(), delivery.done(), index.done(), attachments.done(), created.done(),
             expires.done(), seq_out.done(), seq_in.done(), duty.done(), body.done());
}

// Sealed as the row's own is: the entry is about the same person.
void add_body(const Keyring& keyring, const Sheet& sheet, const flow::Draft& draft,
              SqlArray& body) {
  if (!draft.change->body) return body.add_null();
  const ledger::SealKey& key = sheet.persons.at(draft.person.text()).key;
  body.add_bytes(keyring.seal(key, referral_bound_to(draft.change->id), *draft.change->body));
}

void add_changes(Pipeline& writes, const Keyring& keyring, const Sheet& sheet) {
  SqlArray id, state, if_state, reason, delivery, seq_out, seq_in, expires, body;
  for (const Leaf& leaf : sheet.leaves) {
    if (!leaf.draft->change) continue;
    const flow::ReferralChange& change = *leaf.draft->change;
    id.add(change.id.text());
    state.add(change.state);
    if_state.add(change.if_state);
    reason.add(change.reason);
    delivery.add(change.delivery);
    change.sequence_out ? seq_out.add_number(number(*change.sequence_out)) : seq_out.add_null();
    change.sequence_in ? seq_in.add_number(number(*change.sequence_in)) : seq_in.add_null();
    change.expires ? expires.add_number(unix_ms(*change.expires)) : expires.add_null();
    add_body(keyring, sheet, *leaf.draft, body);
  }
  if (id.empty()) return;
  writes.add(kChanges, id.done(), state.done(), if_state.done(), reason.done(), delivery.done(),
             seq_out.done(), seq_in.done(), expires.done(), body.done(), number(id.count()));
}

void add_submissions(Pipeline& writes, const Sheet& sheet) {
  SqlArray client, key, body, referral;
  for (const Leaf& leaf : sheet.leaves) {
    if (!leaf.draft->submission) continue;
    client.add(leaf.draft->submission->client);
    key.add(leaf.draft->submission->key);
    body.add_bytes(view(leaf.draft->submission->body));
    referral.add(leaf.draft->referral->id.text());
  }
  if (!client.empty()) {
    writes.add(kSubmissions, client.done(), key.done(), body.done(), referral.done());
  }
}

void add_consents(Pipeline& writes, const Keyring& keyring, const Sheet& sheet) {
  SqlArray id, version, person, state, sealed;
  for (const Leaf& leaf : sheet.leaves) {
    if (!leaf.draft->consent) continue;
    const Consent& consent = *leaf.draft->consent;
    const std::string& about = leaf.draft->person.text();
    id.add(consent.id.text());
    version.add_number(consent.version);
    person.add(about);
    state.add(consent.state);
    sealed.add_bytes(keyring.seal(sheet.persons.at(about).key,
                                  consent_bound_to(consent.id, consent.version), pack(consent)));
  }
  if (!id.empty()) {
    writes.add(kConsents, id.done(), version.done(), person.done(), state.done(), sealed.done());
  }
}

}  // namespace

Pipeline writes_of(const Keyring& keyring, const Sheet& sheet) {
  Pipeline writes;
  add_new_persons(writes, keyring, sheet.persons);
  add_entries(writes, sheet);
  add_referrals(writes, keyring, sheet);
  add_changes(writes, keyring, sheet);
  add_submissions(writes, sheet);
  add_consents(writes, keyring, sheet);
  add_messages(writes, sheet);
  return writes;
}

}  // namespace relais::storage
