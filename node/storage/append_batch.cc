// SPDX-License-Identifier: Apache-2.0
#include "node/storage/append_batch.h"

#include <map>
#include <utility>

#include "node/core/step.h"
#include "node/ledger/checkpoint.h"
#include "node/ledger/record.h"
#include "node/storage/append_rows.h"
#include "node/storage/person_rows.h"
#include "node/storage/sealed.h"
#include "node/storage/sql_array.h"

namespace relais::storage {
namespace {

// In the order of ids, so that two appenders of different ledgers cannot wait for each other.
const Statement kPersons{"append_persons",
                         "SELECT id, epoch, last_seq, last_commitment, objection, restriction,"
                         " key_epoch, key_wrapped FROM person WHERE id = ANY ($1::uuid[])"
                         " ORDER BY id FOR UPDATE"};
const Statement kSubmitted{"append_submitted",
                           "SELECT s.client, s.key, s.body, s.referral FROM submission s"
                           " JOIN unnest($1::text[], $2::text[]) AS u (client, key)"
                           " ON s.client = u.client AND s.key = u.key"};
const Statement kFiledBefore{
    "append_filed_before",
    "SELECT f.sender, f.disclosure, f.envelope_digest, f.status, f.reason, f.entry, f.commitment,"
    " f.time_ms FROM filed f JOIN unnest($1::text[], $2::uuid[]) AS u (sender, disclosure)"
    " ON f.sender = u.sender AND f.disclosure = u.disclosure"};

using Pair = std::pair<std::string, std::string>;

struct Submitted {
  Bytes body;
  ReferralId referral;
};

// What the database said about everything the batch refers to.
struct Known {
  PersonStates persons;
  std::map<std::string, Fault> unreadable;  // persons whose key does not open
  std::map<Pair, Submitted> submitted;
  std::map<Pair, flow::AlreadyFiled> filed;
  int64_t directory_version = 0;
};

Result<PersonState> state_of(const pqxx::row& row, const PersonId& id, const Keyring& keyring) {
  PersonState state;
  state.epoch = row[1].as<int64_t>();
  state.last_seq = row[2].as<uint64_t>();
  if (!row[3].is_null()) state.last_commitment = digest_of(bytes_of(row[3]));
  state.objection = row[4].as<bool>();
  state.restriction = row[5].as<bool>();
  RELAIS_TRY(key, key_of(row, 6, id, keyring));
  state.key = key;
  return state;
}

void read_persons(Work& work, const Keyring& keyring, Pendings batch, Known& known) {
  std::map<std::string, bool> wanted;  // and whether it may be made
  for (const auto& pending : batch) {
    const flow::Draft& draft = pending->draft;
    if (!draft.person.empty()) wanted[draft.person.text()] |= draft.new_person;
  }
  if (wanted.empty()) return;
  SqlArray ids;
  for (const auto& [id, may_be_made] : wanted) ids.add(id);
  for (const auto& row : run(work, kPersons, ids.done())) {
    const PersonId id(row[0].as<std::string>());
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

// A repeat is answered as the first time was, whatever has changed since.
std::optional<flow::AppendOutcome> repeated(const flow::Draft& draft, const Known& known) {
  if (draft.submission) {
    const auto before = known.submitted.find({draft.submission->client, draft.submission->key});
    if (before != known.submitted.end()) {
      const bool same = before->second.body == view(draft.submission->body);
      return flow::Existing{before->second.referral, same};
    }
  }
  if (draft.filed) {
    const auto before =
        known.filed.find({draft.filed->sender.text(), draft.filed->disclosure.text()});
    if (before != known.filed.end()) return before->second;
  }
  return std::nullopt;
}

bool moves_epoch(const flow::Draft& draft) { return draft.consent || draft.rights || draft.facts; }

void change_person(const flow::Draft& draft, const Keyring& keyring, PersonState& person) {
  if (!moves_epoch(draft)) return;
  ++person.epoch;
  if (draft.rights && draft.rights->objection) person.objection = *draft.rights->objection;
  if (draft.rights && draft.rights->restriction) person.restriction = *draft.rights->restriction;
  if (draft.facts) {
    person.facts_sealed =
        keyring.seal(person.key, facts_bound_to(draft.person), pack(*draft.facts));
  }
}

// Judges the drafts of one batch in their order and gathers what is accepted.
class Judge {
 public:
  Judge(const BatchContext& context, Known& known, Sheet& sheet)
      : context_(context), known_(known), sheet_(sheet) {}

  Verdict judge(const Pending& pending) {
    const flow::Draft& draft = pending.draft;
    if (auto before = repeated(draft, known_)) return *std::move(before);
    PersonState* person = nullptr;
    if (!draft.person.empty()) {
      const auto unreadable = known_.unreadable.find(draft.person.text());
      if (unreadable != known_.unreadable.end()) return tl::unexpected<Fault>(unreadable->second);
      const auto found = known_.persons.find(draft.person.text());
      if (found == known_.persons.end()) return fail(FaultKind::not_found, "no such person");
      person = &found->second;
    }
    if (stale(draft, person)) return flow::Stale{};
    return accept(pending, person);
  }

 private:
  bool stale(const flow::Draft& draft, const PersonState* person) const {
    if (!draft.guard) return false;
    if (person != nullptr && person->epoch != draft.guard->person_epoch) return true;
    return draft.guard->directory_version != known_.directory_version;
  }

  Verdict accept(const Pending& pending, PersonState* person) {
    const flow::Draft& draft = pending.draft;
    ledger::PrivatePart part = draft.private_part;
    part.person_seq = person != nullptr ? person->last_seq + 1 : 0;
    part.previous_commitment = person != nullptr ? person->last_commitment : std::nullopt;
    RELAIS_TRY(private_bytes, ledger::encode(part));
    const Body body{pending.shared_bytes, context_.keyring.fresh_opening(),
                    std::move(private_bytes), context_.keyring.fresh_opening(), draft.payload};
    Leaf leaf;
    leaf.draft = &draft;
    leaf.index = sheet_.first_index + sheet_.leaves.size();
    leaf.commitment = body.commitment();
    const ledger::SealKey key = person != nullptr ? person->key : context_.keyring.agency_key();
    leaf.sealed_body = context_.keyring.seal(
        key, body_bound_to(EntryId(draft.shared.entry_id), leaf.commitment.commitment), pack(body));
    if (person != nullptr) {
      person->last_seq = part.person_seq;
      person->last_commitment = leaf.commitment.commitment;
      person->written = true;
      change_person(draft, context_.keyring, *person);
    }
    leaf.stamps = draft.guard.value_or(
        flow::Guard{person != nullptr ? person->epoch : 0, known_.directory_version});
    flow::Appended appended = appended_of(draft, leaf, body);
    sheet_.leaves.push_back(std::move(leaf));
    return appended;
  }

  static flow::Appended appended_of(const flow::Draft& draft, const Leaf& leaf, const Body& body) {
    flow::Appended appended;
    appended.entry = EntryId(draft.shared.entry_id);
    appended.index = leaf.index;
    appended.commitment = leaf.commitment.commitment;
    appended.private_commitment = leaf.commitment.c_p;
    appended.shared_opening = body.shared_opening;
    appended.shared_bytes = body.shared_bytes;
    return appended;
  }

  const BatchContext& context_;
  Known& known_;
  Sheet& sheet_;
};

std::vector<Digest> leaf_hashes(const Sheet& sheet) {
  std::vector<Digest> hashes;
  hashes.reserve(sheet.leaves.size());
  for (const Leaf& leaf : sheet.leaves) {
    hashes.push_back(ledger::leaf_hash(leaf.commitment.leaf_data()));
  }
  return hashes;
}

// The root is derived twice, by two ways, before it is signed, and the signature is verified before
// it is stored: one flipped bit under a signature would be a second history.
Result<std::string> sign(const Sheet& sheet, const ledger::Frontier& before,
                         const ledger::Signer& signer) {
  RELAIS_TRY(again, ledger::Frontier::parse(before.serialise()));
  for (const Digest& hash : leaf_hashes(sheet)) again.append(hash);
  const ledger::Checkpoint checkpoint{signer.verifier().name(), sheet.frontier.size(),
                                      sheet.frontier.root()};
  if (again.root() != checkpoint.root || again.size() != checkpoint.size) {
    return fail(FaultKind::corrupt, "the same leaves gave two roots");
  }
  RELAIS_TRY(note, ledger::sign_checkpoint(checkpoint, signer));
  const auto opened = ledger::open_checkpoint(note, signer.verifier());
  if (!opened || opened->checkpoint() != checkpoint) {
    return fail(FaultKind::corrupt, "a signature just made does not verify");
  }
  return std::string(std::move(note));
}

// Tree, proofs and checkpoint for the accepted leaves.
Result<void> grow(Sheet& sheet, const Head& head, const ledger::Signer& signer) {
  const ledger::Batch tree(head.frontier, leaf_hashes(sheet));
  sheet.frontier = tree.after();
  RELAIS_TRY(note, sign(sheet, head.frontier, signer));
  sheet.note = std::move(note);
  for (size_t i = 0; i < sheet.leaves.size(); ++i) sheet.leaves[i].proof = tree.proof(i);
  return {};
}

void complete(std::vector<Verdict>& verdicts, const Sheet& sheet) {
  size_t next = 0;
  for (Verdict& verdict : verdicts) {
    auto* appended = verdict ? std::get_if<flow::Appended>(&*verdict) : nullptr;
    if (appended == nullptr) continue;
    appended->proof = sheet.leaves[next++].proof;
    appended->checkpoint = sheet.note;
  }
}

}  // namespace

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

Result<BatchOutcome> append_batch(Work& work, const BatchContext& context, const LastHead& trusted,
                                  Pendings batch) {
  lock_ledger(work, context.ledger);
  RELAIS_TRY(head, read_head(work, context.ledger, context.signer.verifier(), trusted));
  Known known;
  known.directory_version = context.directories.current()->version;
  read_persons(work, context.keyring, batch, known);
  read_submitted(work, batch, known);
  read_filed(work, batch, known);

  Sheet sheet;
  sheet.ledger = context.ledger;
  sheet.first_index = head.frontier.size();
  BatchOutcome outcome;
  outcome.note = head.note;
  outcome.size = head.frontier.size();
  Judge judge(context, known, sheet);
  for (const auto& pending : batch) outcome.verdicts.push_back(judge.judge(*pending));
  if (sheet.leaves.empty()) return outcome;

  RELAIS_TRY_VOID(grow(sheet, head, context.signer));
  sheet.persons = std::move(known.persons);
  RELAIS_TRY_VOID(write_sheet(work, context.keyring, sheet));
  complete(outcome.verdicts, sheet);
  for (const Leaf& leaf : sheet.leaves) outcome.entries.emplace_back(leaf.draft->shared.entry_id);
  outcome.size = sheet.frontier.size();
  outcome.note = sheet.note;
  at_step("append.before_commit");
  return outcome;
}

}  // namespace relais::storage
