// SPDX-License-Identifier: Apache-2.0
#include "node/storage/append_batch.h"

#include <algorithm>
#include <utility>

#include "node/ledger/checkpoint.h"
#include "node/ledger/record.h"
#include "node/storage/append_known.h"
#include "node/storage/append_rows.h"
#include "node/storage/sealed.h"

namespace relais::storage {
namespace {

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

// In the entry's own transaction: whoever loses the race to answer files nobody anywhere.
void file_person(const flow::Draft& draft, const Keyring& keyring, PersonState& person) {
  if (!draft.filed_under) return;
  person.reference_hash = Bytes(view(keyring.lookup(*draft.filed_under)));
  person.reference_sealed =
      keyring.seal(person.key, reference_bound_to(draft.person), draft.filed_under->text());
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
    if (moved(draft) || overtaken(draft)) return flow::Moved{};
    if (stale(draft, person)) return flow::Stale{};
    return accept(pending, person);
  }

 private:
  bool moved(const flow::Draft& draft) const {
    if (!draft.expected) return false;
    const auto found = known_.referrals.find(draft.expected->referral.text());
    return found == known_.referrals.end() ||
           !draft.expected->holds(found->second.state, found->second.sequence_out);
  }
  // Two drafts about one handle are never of the same batch (rows_touched).
  bool overtaken(const flow::Draft& draft) const {
    const auto handle = handle_of(draft);
    if (!handle) return false;
    if (draft.stop) return draft.stop->unknown && known_.received.count(*handle) > 0;
    const auto stop = known_.stops.find(*handle);
    return stop != known_.stops.end() && stop->second > draft.referral->sequence_in;
  }
  bool stale(const flow::Draft& draft, const PersonState* person) const {
    if (draft.as_of_seq && (person == nullptr || person->last_seq != *draft.as_of_seq)) return true;
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
      file_person(draft, context_.keyring, *person);
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
  for (const CoverLeaf& leaf : sheet.cover) {
    ledger::Commitment random;
    random.commitment = leaf.commitment;
    hashes.push_back(ledger::leaf_hash(random.leaf_data()));
  }
  return hashes;
}

EntryId random_id(const Keyring& keyring) {
  Digest bytes = keyring.fresh_opening();
  bytes[6] = static_cast<uint8_t>(0x40 | (bytes[6] & 0x0f));  // RFC 9562: version 4, variant 10
  bytes[8] = static_cast<uint8_t>(0x80 | (bytes[8] & 0x3f));
  std::string id = to_hex(view(bytes).substr(0, 16));
  for (const size_t at : {8U, 13U, 18U, 23U}) id.insert(at, "-");
  return EntryId(id);
}

// Fills the batch up to a multiple, so that its size says little of how much happened.
void add_cover(const BatchContext& context, Sheet& sheet) {
  const size_t multiple = std::max<size_t>(context.cover, 1);
  size_t missing = (multiple - sheet.leaves.size() % multiple) % multiple;
  if (sheet.leaves.empty()) missing = multiple;
  for (size_t i = 0; i < missing; ++i) {
    sheet.cover.push_back({random_id(context.keyring), context.keyring.fresh_opening()});
  }
}

// The root is derived twice, by two ways, before it is signed, and the signature is verified before
// it is sent anywhere: one flipped bit under a signature would be a second history.
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

Result<Judged> judge_batch(Work& work, const Answers& answers, const Opening& opening,
                           const BatchContext& context, const LastHead& trusted, Pendings batch) {
  RELAIS_TRY(head, opened_head(work, opening.head(answers), context.ledger,
                               context.signer.verifier(), trusted));
  Known known = opening.known(answers, context.keyring, batch);
  // Without a directory nothing decided under one is current.
  const auto directory = context.directories.current();
  known.directory_version = directory != nullptr ? directory->version : -1;

  Sheet sheet;
  sheet.ledger = context.ledger;
  sheet.first_index = head.frontier.size();
  Judged judged;
  BatchOutcome& outcome = judged.outcome;
  outcome.note = head.note;
  outcome.size = head.frontier.size();
  Judge judge(context, known, sheet);
  for (const auto& pending : batch) outcome.verdicts.push_back(judge.judge(*pending));
  if (sheet.leaves.empty() && !batch.empty()) return judged;

  add_cover(context, sheet);
  RELAIS_TRY_VOID(grow(sheet, head, context.signer));
  sheet.persons = std::move(known.persons);
  judged.writes = writes_of(context.keyring, sheet);
  complete(outcome.verdicts, sheet);
  for (const Leaf& leaf : sheet.leaves) outcome.entries.emplace_back(leaf.draft->shared.entry_id);
  for (const CoverLeaf& leaf : sheet.cover) outcome.entries.push_back(leaf.entry);
  outcome.leaves = outcome.entries.size();
  outcome.size = sheet.frontier.size();
  outcome.note = sheet.note;
  return judged;
}

}  // namespace relais::storage
