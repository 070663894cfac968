// SPDX-License-Identifier: Apache-2.0
#include "node/storage/append_known.h"

#include "node/storage/person_rows.h"
#include "node/storage/sql_array.h"

namespace relais::storage {
namespace {

const Statement kSubmitted{"append_submitted",
                           "SELECT s.client, s.key, s.body, s.referral FROM submission s"
                           " JOIN unnest($1::text[], $2::text[]) AS u (client, key)"
                           " ON s.client = u.client AND s.key = u.key"};
const Statement kStates{"append_states",
                        "SELECT id, state, sequence_out FROM referral WHERE id = ANY ($1::uuid[])"};
const Statement kStops{"append_stops",
                       "SELECT s.peer, s.handle, s.sequence FROM tombstone s"
                       " JOIN unnest($1::text[], $2::text[]) AS u (peer, handle)"
                       " ON s.peer = u.peer AND s.handle = u.handle"};
const Statement kReceived{"append_received",
                          "SELECT r.counterpart, r.handle FROM referral r"
                          " JOIN unnest($1::text[], $2::text[]) AS u (peer, handle)"
                          " ON r.counterpart = u.peer AND r.handle = u.handle"
                          " WHERE r.received AND r.handle <> ''"};
const Statement kFiledBefore{
    "append_filed_before",
    "SELECT f.sender, f.disclosure, f.envelope_digest, f.status, f.reason, f.entry, f.commitment,"
    " f.time_ms FROM filed f JOIN unnest($1::text[], $2::uuid[]) AS u (sender, disclosure)"
    " ON f.sender = u.sender AND f.disclosure = u.disclosure"};

Result<PersonState> state_of(const pqxx::row& row, const PersonId& id, const Keyring& keyring) {
  constexpr auto at = kPersonColumn;
  PersonState state;
  state.epoch = row[at + 1].as<int64_t>();
  state.last_seq = row[at + 2].as<uint64_t>();
  if (!row[at + 3].is_null()) state.last_commitment = digest_of(bytes_of(row[at + 3]));
  state.objection = row[at + 4].as<bool>();
  state.restriction = row[at + 5].as<bool>();
  RELAIS_TRY(key, key_of(row, at + 6, id, keyring));
  state.key = key;
  return state;
}

void read_persons(const pqxx::result& opened, const Keyring& keyring, Pendings batch,
                  Known& known) {
  std::map<std::string, bool> wanted;  // and whether it may be made
  for (const auto& pending : batch) {
    const flow::Draft& draft = pending->draft;
    if (!draft.person.empty()) wanted[draft.person.text()] |= draft.new_person;
  }
  for (pqxx::result::size_type i = 1; i < opened.size(); ++i) {
    const pqxx::row row = opened[i];
    const PersonId id(row[kPersonColumn].as<std::string>());
    wanted.erase(id.text());
    auto state = state_of(row, id, keyring);
    if (state) {
      known.persons.emplace(id.text(), *std::move(state));
    } else {
      known.unreadable.emplace(id.text(), std::move(state.error()));
    }
  }
  for (const auto& [id, may_be_made] : wanted) {
    if (!may_be_made) continue;
    PersonState& fresh = known.persons[id];
    fresh.fresh = true;
    fresh.key = keyring.fresh_key();
  }
}

void read_submitted(Work& work, Pendings batch, Known& known) {
  SqlArray clients, keys;
  for (const auto& pending : batch) {
    if (!pending->draft.submission) continue;
    clients.add(pending->draft.submission->client);
    keys.add(pending->draft.submission->key);
  }
  if (clients.empty()) return;
  for (const auto& row : run(work, kSubmitted, clients.done(), keys.done())) {
    known.submitted[{row[0].as<std::string>(), row[1].as<std::string>()}] = {
        bytes_of(row[2]), ReferralId(row[3].as<std::string>())};
  }
}

void read_filed(Work& work, Pendings batch, Known& known) {
  SqlArray senders, disclosures;
  for (const auto& pending : batch) {
    if (!pending->draft.filed) continue;
    senders.add(pending->draft.filed->sender.text());
    disclosures.add(pending->draft.filed->disclosure.text());
  }
  if (senders.empty()) return;
  for (const auto& row : run(work, kFiledBefore, senders.done(), disclosures.done())) {
    known.filed[{row[0].as<std::string>(), row[1].as<std::string>()}] = filed_of(row, 2);
  }
}

void read_states(Work& work, Pendings batch, Known& known) {
  SqlArray ids;
  for (const auto& pending : batch) {
    if (pending->draft.expected) ids.add(pending->draft.expected->referral.text());
  }
  if (ids.empty()) return;
  for (const auto& row : run(work, kStates, ids.done())) {
    known.referrals[row[0].as<std::string>()] = {row[1].as<std::string>(), row[2].as<uint64_t>()};
  }
}

// For what files a referral, whether it was stopped; for a stop, what it finds filed.
void read_handles(Work& work, Pendings batch, Known& known) {
  SqlArray filed_peers, filed_handles, peers, handles;
  for (const auto& pending : batch) {
    const auto handle = handle_of(pending->draft);
    if (!handle) continue;
    const bool stops = pending->draft.stop.has_value();
    (stops ? peers : filed_peers).add(handle->first);
    (stops ? handles : filed_handles).add(handle->second);
  }
  if (!filed_peers.empty()) {
    for (const auto& row : run(work, kStops, filed_peers.done(), filed_handles.done())) {
      known.stops[{row[0].as<std::string>(), row[1].as<std::string>()}] = row[2].as<uint64_t>();
    }
  }
  if (peers.empty()) return;
  for (const auto& row : run(work, kReceived, peers.done(), handles.done())) {
    known.received.emplace(row[0].as<std::string>(), row[1].as<std::string>());
  }
}

}  // namespace

std::optional<Pair> handle_of(const flow::Draft& draft) {
  if (draft.stop) return Pair{draft.stop->peer.text(), draft.stop->handle.text()};
  if (!draft.referral || draft.referral->direction != flow::Direction::received) {
    return std::nullopt;
  }
  return Pair{draft.referral->counterpart.text(), draft.referral->handle.text()};
}

std::string persons_of(Pendings batch) {
  SqlArray ids;
  for (const auto& pending : batch) {
    if (!pending->draft.person.empty()) ids.add(pending->draft.person.text());
  }
  return ids.done();
}

Known read_known(Work& work, const pqxx::result& opened, const Keyring& keyring, Pendings batch) {
  Known known;
  read_persons(opened, keyring, batch, known);
  read_submitted(work, batch, known);
  read_filed(work, batch, known);
  read_states(work, batch, known);
  read_handles(work, batch, known);
  return known;
}

flow::AlreadyFiled filed_of(const pqxx::row& row, pqxx::row::size_type at) {
  flow::AlreadyFiled before;
  before.envelope_digest = digest_of(bytes_of(row[at])).value_or(Digest{});
  before.status = row[at + 1].as<std::string>();
  before.reason = row[at + 2].as<std::string>();
  before.entry = EntryId(row[at + 3].as<std::string>());
  before.commitment = digest_of(bytes_of(row[at + 4])).value_or(Digest{});
  before.time = from_unix_ms(row[at + 5].as<int64_t>());
  return before;
}

}  // namespace relais::storage
