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

const Statement kLockedAppend{"ledger_locked_append",
                              "SELECT size, root, frontier, note, entries, person, epoch, last_seq,"
                              " last_commitment, objection, restriction, key_epoch, key_wrapped"
                              " FROM locked_append($1, $2::uuid[])"};
constexpr int kPersonColumn = 5;

Result<PersonState> state_of(const Row& row, const PersonId& id, const Keyring& keyring) {
  constexpr auto at = kPersonColumn;
  PersonState state;
  state.epoch = row[at + 1].as<int64_t>();
  state.last_seq = row[at + 2].as<uint64_t>();
  if (!row[at + 3].is_null()) state.last_commitment = digest_of(bytes_of(row[at + 3]));
  state.objection = row[at + 4].as<bool>();
  state.restriction = row[at + 5].as<bool>();
  RELAIS_TRY(key, key_of(wrapped_of(row[at + 6], row[at + 7]), id, keyring));
  state.key = key;
  return state;
}

void read_persons(const Answer& opened, const Keyring& keyring, Pendings batch, Known& known) {
  std::map<std::string, bool> wanted;  // and whether it may be made
  for (const auto& pending : batch) {
    const flow::Draft& draft = pending->draft;
    if (!draft.person.empty()) wanted[draft.person.text()] |= draft.new_person;
  }
  for (int i = 1; i < opened.size(); ++i) {
    const Row row = opened[i];
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

// The persons the batch is about, as an array of ids.
std::string persons_of(Pendings batch) {
  SqlArray ids;
  for (const auto& pending : batch) {
    if (!pending->draft.person.empty()) ids.add(pending->draft.person.text());
  }
  return ids.done();
}

Pair pair_of(const Row& row) { return {row[0].as<std::string>(), row[1].as<std::string>()}; }

}  // namespace

std::optional<Pair> handle_of(const flow::Draft& draft) {
  if (draft.stop) return Pair{draft.stop->peer.text(), draft.stop->handle.text()};
  if (!draft.referral || draft.referral->direction != flow::Direction::received) {
    return std::nullopt;
  }
  return Pair{draft.referral->counterpart.text(), draft.referral->handle.text()};
}

Opening::Opening(int32_t ledger, Pendings batch) {
  head_ = pipeline_.add(kLockedAppend, ledger, persons_of(batch));
  ask_submitted(batch);
  ask_filed(batch);
  ask_states(batch);
  ask_handles(batch);
}

void Opening::ask_submitted(Pendings batch) {
  SqlArray clients, keys;
  for (const auto& pending : batch) {
    if (!pending->draft.submission) continue;
    clients.add(pending->draft.submission->client);
    keys.add(pending->draft.submission->key);
  }
  if (!clients.empty()) submitted_ = pipeline_.add(kSubmitted, clients.done(), keys.done());
}

void Opening::ask_filed(Pendings batch) {
  SqlArray senders, disclosures;
  for (const auto& pending : batch) {
    if (!pending->draft.filed) continue;
    senders.add(pending->draft.filed->sender.text());
    disclosures.add(pending->draft.filed->disclosure.text());
  }
  if (!senders.empty()) filed_ = pipeline_.add(kFiledBefore, senders.done(), disclosures.done());
}

void Opening::ask_states(Pendings batch) {
  SqlArray ids;
  for (const auto& pending : batch) {
    if (pending->draft.expected) ids.add(pending->draft.expected->referral.text());
  }
  if (!ids.empty()) states_ = pipeline_.add(kStates, ids.done());
}

// For what files a referral, whether it was stopped; for a stop, what it finds filed.
void Opening::ask_handles(Pendings batch) {
  SqlArray filed_peers, filed_handles, peers, handles;
  for (const auto& pending : batch) {
    const auto handle = handle_of(pending->draft);
    if (!handle) continue;
    const bool stops = pending->draft.stop.has_value();
    (stops ? peers : filed_peers).add(handle->first);
    (stops ? handles : filed_handles).add(handle->second);
  }
  if (!filed_peers.empty()) {
    stops_ = pipeline_.add(kStops, filed_peers.done(), filed_handles.done());
  }
  if (!peers.empty()) received_ = pipeline_.add(kReceived, peers.done(), handles.done());
}

Known Opening::known(const Answers& answers, const Keyring& keyring, Pendings batch) const {
  Known known;
  read_persons(answers[head_], keyring, batch, known);
  const auto each = [&](const std::optional<size_t>& asked, const auto& read) {
    if (!asked) return;
    for (int i = 0; i < answers[*asked].size(); ++i) read(answers[*asked][i]);
  };
  each(submitted_, [&](const Row& row) {
    known.submitted[pair_of(row)] = {bytes_of(row[2]), ReferralId(row[3].as<std::string>())};
  });
  each(filed_, [&](const Row& row) { known.filed[pair_of(row)] = filed_of(row, 2); });
  each(states_, [&](const Row& row) {
    known.referrals[row[0].as<std::string>()] = {row[1].as<std::string>(), row[2].as<uint64_t>()};
  });
  each(stops_, [&](const Row& row) { known.stops[pair_of(row)] = row[2].as<uint64_t>(); });
  each(received_, [&](const Row& row) { known.received.insert(pair_of(row)); });
  return known;
}

}  // namespace relais::storage
