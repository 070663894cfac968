// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory.h"

#include <algorithm>

#include "node/flow/fresh.h"
#include "node/flow/payload.h"
#include "node/ledger/checkpoint.h"
#include "node/ledger/crypto.h"

namespace relais::test {

void SeededEntropy::fill(std::span<uint8_t> bytes) {
  const std::lock_guard lock(mutex_);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(dice_.draw() & 0xff);
}

std::optional<flow::AppendOutcome> MemoryStore::answered_before(const flow::Draft& draft) {
  if (draft.filed) {
    const auto key = std::pair(draft.filed->sender.text(), draft.filed->disclosure.text());
    if (auto found = filed_.find(key); found != filed_.end()) return found->second;
  }
  if (draft.submission) {
    const auto key = std::pair(draft.submission->client, draft.submission->key);
    if (auto found = submissions_.find(key); found != submissions_.end()) {
      return flow::Existing{found->second.second, found->second.first == draft.submission->body};
    }
  }
  if (draft.expected) {
    const auto found = referrals_.find(draft.expected->referral.text());
    if (found == referrals_.end() ||
        !draft.expected->holds(found->second.state, found->second.sequence_out)) {
      return flow::Moved{};
    }
  }
  if (overtaken(draft)) return flow::Moved{};
  if (draft.as_of_seq && people_.at(draft.person.text()).last_seq != *draft.as_of_seq) {
    return flow::Stale{};
  }
  if (draft.guard) {
    const Row& row = people_.at(draft.person.text());
    if (row.person.epoch != draft.guard->person_epoch ||
        directories_.current()->version != draft.guard->directory_version) {
      return flow::Stale{};
    }
  }
  return std::nullopt;
}

bool MemoryStore::has_received(const flow::Tombstone& stop) const {
  return std::any_of(referrals_.begin(), referrals_.end(), [&](const auto& one) {
    const flow::StoredReferral& referral = one.second;
    return referral.direction == flow::Direction::received && referral.counterpart == stop.peer &&
           referral.handle == stop.handle;
  });
}

bool MemoryStore::overtaken(const flow::Draft& draft) const {
  if (draft.stop) return draft.stop->unknown && has_received(*draft.stop);
  if (!draft.referral || draft.referral->direction != flow::Direction::received) return false;
  const auto stop =
      stops_.find({draft.referral->counterpart.text(), draft.referral->handle.text()});
  return stop != stops_.end() && stop->second.sequence > draft.referral->sequence_in;
}

flow::Appended MemoryStore::write(flow::Draft& draft, Row& row) {
  if (!draft.person.empty()) {
    draft.private_part.person_seq = row.last_seq + 1;
    draft.private_part.previous_commitment = row.last_commitment;
  }
  flow::AccountEntry stored;
  stored.origin = draft.shared.origin;
  stored.index = frontier_.size();
  stored.shared_bytes = ledger::encode(draft.shared).value();
  stored.private_bytes = ledger::encode(draft.private_part).value();
  stored.shared_opening = ledger::fresh_digest(entropy_);
  stored.private_opening = ledger::fresh_digest(entropy_);
  const auto commitment = ledger::commit(stored.shared_bytes, stored.shared_opening,
                                         stored.private_bytes, stored.private_opening);
  stored.commitment = commitment.commitment;
  stored.payload = draft.payload;
  const Digest leaf = ledger::leaf_hash(commitment.leaf_data());
  const ledger::Batch batch(frontier_, std::span(&leaf, 1));
  frontier_ = batch.after();
  row.last_seq += 1;
  row.last_commitment = commitment.commitment;
  flow::Appended appended;
  appended.entry = EntryId(draft.shared.entry_id);
  appended.index = stored.index;
  appended.commitment = commitment.commitment;
  appended.private_commitment = commitment.c_p;
  appended.shared_opening = stored.shared_opening;
  appended.shared_bytes = stored.shared_bytes;
  appended.proof = batch.proof(0);
  appended.checkpoint =
      ledger::sign_checkpoint({draft.shared.origin, frontier_.size(), frontier_.root()}, signer_)
          .value();
  checkpoint_ = appended.checkpoint;
  entry_ids_.insert(draft.shared.entry_id);
  entries_.push_back({draft.person, draft.shared, draft.private_part, stored});
  return appended;
}

void MemoryStore::apply(const flow::Draft& draft, const flow::Appended& appended, Row& row) {
  if (draft.consent) {
    auto& all = row.person.consents;
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&](const Consent& c) { return c.id == draft.consent->id; }),
              all.end());
    all.push_back(*draft.consent);
  }
  if (draft.rights && draft.rights->objection) row.person.objection = *draft.rights->objection;
  if (draft.rights && draft.rights->restriction) {
    row.person.restriction = *draft.rights->restriction;
  }
  if (draft.facts) row.person.facts = *draft.facts;
  if (draft.filed_under && !row.own) row.reference = draft.filed_under->text();
  if (draft.consent || draft.rights || draft.facts) ++row.person.epoch;
  if (draft.referral) {
    flow::StoredReferral referral = *draft.referral;
    referral.index = appended.index;
    if (referral.direction == flow::Direction::received) inbox_.push_back(referral.id.text());
    referrals_[referral.id.text()] = referral;
  }
  if (draft.submission) {
    submissions_[{draft.submission->client, draft.submission->key}] = {draft.submission->body,
                                                                       draft.referral->id};
  }
  if (draft.change) {
    flow::StoredReferral& referral = referrals_.at(draft.change->id.text());
    const std::string allowed = " " + draft.change->if_state + " ";
    const bool applies = draft.change->if_state.empty() ||
                         allowed.find(" " + referral.state + " ") != std::string::npos;
    if (applies && !draft.change->state.empty()) {
      referral.state = draft.change->state;
      if (!draft.change->reason.empty()) referral.reason = draft.change->reason;
      if (draft.change->expires) referral.expires = *draft.change->expires;
    }
    if (!draft.change->delivery.empty()) referral.delivery = draft.change->delivery;
    if (draft.change->sequence_out) referral.sequence_out = *draft.change->sequence_out;
    if (draft.change->sequence_in) referral.sequence_in = *draft.change->sequence_in;
    if (draft.change->body) referral.body = *draft.change->body;
  }
  notices_.insert(notices_.end(), draft.notices.begin(), draft.notices.end());
  if (draft.stop) {
    const auto key = std::pair(draft.stop->peer.text(), draft.stop->handle.text());
    const auto [stop, fresh] = stops_.emplace(key, *draft.stop);
    if (!fresh) stop->second.sequence = std::max(stop->second.sequence, draft.stop->sequence);
  }
  if (draft.settled) outbox_.at(draft.settled->disclosure.text()).status = draft.settled->status;
  if (draft.filed) {
    filed_[{draft.filed->sender.text(), draft.filed->disclosure.text()}] = {
        draft.filed->envelope_digest,
        draft.filed->status,
        draft.filed->reason,
        appended.entry,
        appended.commitment,
        from_unix_ms(static_cast<int64_t>(draft.shared.time_claimed_ms))};
  }
  if (draft.queued) {
    Waiting waiting;
    flow::StoredDisclosure& message = waiting.message;
    message.queued = *draft.queued;
    if (draft.guard) message.stamps = *draft.guard;
    message.commitment = appended.commitment;
    message.index = appended.index;
    message.proof = appended.proof;
    message.checkpoint = appended.checkpoint;
    const flow::AccountEntry& stored = entries_.back().stored;
    message.shared_bytes = stored.shared_bytes;
    message.shared_opening = stored.shared_opening;
    message.private_bytes = stored.private_bytes;
    message.private_opening = stored.private_opening;
    message.payload = stored.payload;
    waiting.next_attempt = clock_.now();
    outbox_[draft.queued->disclosure.text()] = std::move(waiting);
  }
}

// What the database's keys refuse.
std::optional<Fault> MemoryStore::refused(const flow::Draft& draft) const {
  if (entry_ids_.contains(draft.shared.entry_id)) {
    return Fault{FaultKind::already_exists, "a row of this id exists"};
  }
  if (!draft.settled) return std::nullopt;
  const auto waiting = outbox_.find(draft.settled->disclosure.text());
  if (waiting != outbox_.end() && waiting->second.status == "queued") return std::nullopt;
  return Fault{FaultKind::precondition, "the message does not wait any more"};
}

Result<flow::AppendOutcome> MemoryStore::append(flow::Draft draft) {
  const Called called(*this, __func__);
  if (next_fault_) {
    const Fault fault = *next_fault_;
    next_fault_.reset();
    return tl::unexpected(fault);
  }
  if (auto before = answered_before(draft)) return *before;
  if (auto wrong = refused(draft)) return tl::unexpected(*wrong);
  if (draft.new_person) people_[draft.person.text()].person.id = draft.person;
  Row nobody;
  Row& row = draft.person.empty() ? nobody : people_.at(draft.person.text());
  if (row.closed) return fail(FaultKind::precondition, "an erasure was asked for");
  flow::Appended appended = write(draft, row);
  apply(draft, appended, row);
  return flow::AppendOutcome(std::move(appended));
}

Result<std::optional<flow::AlreadyFiled>> MemoryStore::filed(const AgencyId& sender,
                                                             const DisclosureId& disclosure) {
  const Called called(*this, __func__);
  const auto found = filed_.find({sender.text(), disclosure.text()});
  if (found == filed_.end()) return std::optional<flow::AlreadyFiled>();
  return std::optional(found->second);
}

Person MemoryStore::seen(const Row& row) const {
  Person person = row.person;
  person.in_row = {person.objection, person.restriction};
  for (const auto& [id, other] : people_) {
    if (other.own || row.reference.empty() || other.reference != row.reference) continue;
    person.objection |= other.person.objection;
    person.restriction |= other.person.restriction;
  }
  return person;
}

Result<std::optional<Person>> MemoryStore::find(const PersonReference& reference) {
  const Called called(*this, __func__);
  for (const auto& [id, row] : people_) {
    if (row.own && row.reference == reference.text()) return std::optional(seen(row));
  }
  return std::optional<Person>();
}

Result<Person> MemoryStore::open(const PersonReference& reference) {
  RELAIS_TRY(found, find(reference));
  if (found) return *found;
  const Called called(*this, __func__);
  Row row;
  row.person.id = PersonId(flow::fresh_uuid(clock_, entropy_));
  row.reference = reference.text();
  row.own = true;
  return seen(people_.emplace(row.person.id.text(), row).first->second);
}

Result<Person> MemoryStore::get(const PersonId& id) {
  const Called called(*this, __func__);
  const auto found = people_.find(id.text());
  if (found == people_.end()) return fail(FaultKind::not_found, "no such person");
  return seen(found->second);
}

Result<std::vector<PersonId>> MemoryStore::filed_under(const PersonReference& reference) {
  const Called called(*this, __func__);
  std::vector<PersonId> rows;
  for (const auto& [id, row] : people_) {
    if (row.reference == reference.text()) rows.push_back(row.person.id);
  }
  return rows;
}

flow::StoredReferral MemoryStore::with_reference(flow::StoredReferral referral) const {
  const auto row = people_.find(referral.person.text());
  if (row != people_.end()) referral.reference = PersonReference(row->second.reference);
  return referral;
}

Result<std::optional<flow::StoredReferral>> MemoryStore::get(const ReferralId& id) {
  const Called called(*this, __func__);
  const auto found = referrals_.find(id.text());
  if (found == referrals_.end()) return std::optional<flow::StoredReferral>();
  return std::optional(with_reference(found->second));
}

Result<std::optional<flow::StoredReferral>> MemoryStore::by_handle(const AgencyId& counterpart,
                                                                   const Handle& handle) {
  const Called called(*this, __func__);
  for (const auto& [id, referral] : referrals_) {
    if (handle.empty()) break;
    if (referral.counterpart == counterpart && referral.handle == handle) {
      return std::optional(referral);
    }
  }
  return std::optional<flow::StoredReferral>();
}

Result<std::optional<flow::StoredReferral>> MemoryStore::probe(const AgencyId& counterpart,
                                                               const DisclosureId& disclosure) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, referral] : referrals_) {
    const bool asked = referral.state == "capacity_probe" && referral.disclosure == disclosure;
    if (asked && referral.counterpart == counterpart) return std::optional(referral);
  }
  return std::optional<flow::StoredReferral>();
}

Result<std::optional<flow::Existing>> MemoryStore::submitted(const flow::Submission& submission) {
  const Called called(*this, __func__);
  const auto found = submissions_.find({submission.client, submission.key});
  if (found == submissions_.end()) return std::optional<flow::Existing>();
  return std::optional(
      flow::Existing{found->second.second, found->second.first == submission.body});
}

Result<flow::InboxPage> MemoryStore::inbox(const std::string& after, int limit) {
  const Called called(*this, __func__);
  flow::InboxPage page;
  const size_t start = after.empty() ? 0 : std::stoul(after);
  for (size_t i = start; i < inbox_.size() && page.referrals.size() < size_t(limit); ++i) {
    page.referrals.push_back(referrals_.at(inbox_[i]));
    page.tokens.push_back(std::to_string(i + 1));
  }
  return page;
}

Result<std::vector<flow::StoredReferral>> MemoryStore::of_person(const PersonId& person) {
  const Called called(*this, __func__);
  std::vector<flow::StoredReferral> all;
  for (const auto& [id, referral] : referrals_) {
    if (referral.person == person) all.push_back(referral);
  }
  return all;
}

Result<size_t> MemoryStore::anonymise(Instant made_before, const std::vector<std::string>& states,
                                      int limit) {
  const std::lock_guard lock(mutex_);
  size_t cut = 0;
  for (auto& [id, referral] : referrals_) {
    const bool over = std::find(states.begin(), states.end(), referral.state) != states.end();
    const bool waits = std::any_of(outbox_.begin(), outbox_.end(), [&](const auto& one) {
      return one.second.status == "queued" && one.second.message.queued.referral == referral.id;
    });
    if (!over || waits || referral.duty || referral.person.empty() ||
        referral.created >= made_before || cut == size_t(limit)) {
      continue;
    }
    const bool received = referral.direction == flow::Direction::received;
    referral.person = PersonId{};
    referral.disclosure = DisclosureId{};
    referral.handle = Handle{};
    referral.attachments.clear();
    referral.body = received ? flow::encode_items({}) : flow::encode_request({});
    ++cut;
  }
  return cut;
}

Result<std::vector<flow::StoredReferral>> MemoryStore::unanswered(Instant now, int limit) {
  const Called called(*this, __func__);
  std::vector<flow::StoredReferral> late;
  for (const auto& [id, referral] : referrals_) {
    const bool waits = referral.state == "requested" || referral.state == "received" ||
                       referral.state == "more_info_requested" ||
                       referral.state == "cancel_requested" ||
                       (referral.state == "capacity_probe" && referral.reason.empty());
    if (waits && referral.expires <= now && late.size() < size_t(limit)) late.push_back(referral);
  }
  return late;
}

bool MemoryStore::is_first(const flow::Queued& queued) const {
  return std::none_of(outbox_.begin(), outbox_.end(), [&](const auto& one) {
    const flow::Queued& other = one.second.message.queued;
    return one.second.status == "queued" && !other.referral.empty() &&
           other.referral == queued.referral && other.sequence < queued.sequence;
  });
}

Result<flow::Claim> MemoryStore::claim(int limit, std::chrono::milliseconds lease,
                                       const flow::Attended& attended) {
  const Called called(*this, __func__);
  const std::vector<AgencyId>& full = attended.full;
  flow::Claim claim;
  for (auto& [id, waiting] : outbox_) {
    const AgencyId& peer = waiting.message.queued.peer;
    const bool due = waiting.status == "queued" && waiting.next_attempt <= clock_.now() &&
                     is_first(waiting.message.queued) &&
                     std::find(full.begin(), full.end(), peer) == full.end();
    if (!due || claim.messages.size() == size_t(limit)) continue;
    if (claim.messages.empty()) claim.peer = peer;
    if (claim.peer != peer) continue;
    claim.messages.emplace_back(id);
    ++waiting.message.attempts;
    waiting.next_attempt = clock_.now() + lease;
    waiting.failure.clear();
  }
  return claim;
}

Result<std::vector<flow::Loaded>> MemoryStore::load(const std::vector<DisclosureId>& ids) {
  const Called called(*this, __func__);
  std::vector<flow::Loaded> loaded;
  for (const DisclosureId& id : ids) {
    const auto found = outbox_.find(id.text());
    if (found == outbox_.end() || found->second.status != "queued") continue;
    flow::StoredDisclosure stored = found->second.message;
    if (!stored.queued.referral.empty()) {
      stored.referral = with_reference(referrals_.at(stored.queued.referral.text()));
      stored.person = seen(people_.at(stored.referral.person.text()));
    }
    loaded.push_back({id, std::move(stored)});
  }
  return loaded;
}

Result<void> MemoryStore::postpone(const DisclosureId& id, std::chrono::milliseconds wait,
                                   Constant failure, flow::Handed handed) {
  const Called called(*this, __func__);
  const auto found = outbox_.find(id.text());
  if (found == outbox_.end() || found->second.status != "queued") return {};
  Waiting& waiting = found->second;
  waiting.next_attempt = clock_.now() + wait;
  waiting.failure = failure.c_str();
  if (handed == flow::Handed::nothing) ++waiting.message.in_vain;
  return {};
}

Result<void> MemoryStore::hasten(const AgencyId& peer, int most) {
  const std::lock_guard lock(mutex_);
  for (auto& [id, waiting] : outbox_) {
    const bool away = waiting.status == "queued" && waiting.failure == "peer_away";
    if (!away || waiting.message.queued.peer != peer || waiting.next_attempt <= clock_.now()) {
      continue;
    }
    if (most-- == 0) break;
    waiting.next_attempt = clock_.now();
  }
  return {};
}

Result<std::vector<flow::OutboxLine>> MemoryStore::list(int limit) {
  const Called called(*this, __func__);
  std::vector<flow::OutboxLine> lines;
  for (const auto& [id, waiting] : outbox_) {
    if (lines.size() == size_t(limit)) break;
    lines.push_back({DisclosureId(id), waiting.message.queued.peer, waiting.status,
                     waiting.message.attempts, waiting.next_attempt, waiting.next_attempt,
                     waiting.failure});
  }
  return lines;
}

namespace {

// Each hash from the leaves below it.
class HashesOf final : public ledger::HashReader {
 public:
  explicit HashesOf(const std::vector<MemoryStore::Entry>& entries) : entries_(entries) {}
  Result<std::vector<Digest>> read(std::span<const ledger::NodeId> nodes) const override {
    std::vector<Digest> hashes;
    for (const ledger::NodeId node : nodes) {
      ledger::Frontier subtree;
      const uint64_t width = uint64_t{1} << node.level;
      for (uint64_t i = node.index * width; i < (node.index + 1) * width; ++i) {
        subtree.append(ledger::leaf_hash("\x01" + Bytes(view(entries_.at(i).stored.commitment))));
      }
      hashes.push_back(subtree.root());
    }
    return hashes;
  }

 private:
  const std::vector<MemoryStore::Entry>& entries_;
};

}  // namespace

Result<flow::Standing> MemoryStore::prove(const std::string& origin,
                                          const std::vector<uint64_t>& indexes) {
  const Called called(*this, __func__);
  flow::Standing standing{checkpoint_, {}};
  const HashesOf hashes(entries_);
  for (const uint64_t index : indexes) {
    if (index >= entries_.size() || entries_[index].shared.origin != origin) {
      return fail(FaultKind::not_found, "the ledger has no such entry");
    }
    RELAIS_TRY(proof, ledger::prove_inclusion(index, entries_.size(), hashes));
    standing.proofs.push_back(std::move(proof));
  }
  return standing;
}

Result<std::vector<flow::AccountEntry>> MemoryStore::entries(const PersonId& person) {
  const Called called(*this, __func__);
  if (const auto row = people_.find(person.text()); row != people_.end() && row->second.closed) {
    return fail(FaultKind::precondition, "an erasure was asked for");
  }
  std::vector<flow::AccountEntry> found;
  for (const Entry& entry : entries_) {
    if (entry.person == person) found.push_back(entry.stored);
  }
  return found;
}

Result<flow::AccountHead> MemoryStore::head(const PersonId& person) {
  const Called called(*this, __func__);
  return flow::AccountHead{people_.at(person.text()).last_seq, frontier_.size()};
}

Result<std::string> MemoryStore::origin_of(const EntryId& entry) {
  const Called called(*this, __func__);
  for (const Entry& one : entries_) {
    if (one.shared.entry_id == entry.text()) return one.shared.origin;
  }
  return fail(FaultKind::not_found, "no such entry");
}

Result<bool> MemoryStore::request(const flow::ErasureRequest& request) {
  const Called called(*this, __func__);
  for (const flow::ErasureRow& row : request.rows) {
    if (people_.at(row.person.text()).last_seq != row.last_seq) return false;
  }
  Erasing& erasing = erasures_[request.id.text()];
  erasing.reference = request.reference.text();
  erasing.erasure = {request.id,    "shred_requested", request.reason,
                     request.entry, request.requested, true,
                     std::nullopt,  std::nullopt,      request.notices};
  notices_.insert(notices_.end(), request.notices.begin(), request.notices.end());
  for (const flow::ErasureRow& row : request.rows) {
    erasing.rows.push_back(row.person);
    people_.at(row.person.text()).closed = true;
    std::erase_if(notices_, [&](const auto& one) { return one.person == row.person; });
    std::erase_if(referrals_, [&](const auto& one) { return one.second.person == row.person; });
    std::erase_if(outbox_, [&](const auto& one) {
      const flow::Queued& queued = one.second.message.queued;
      return !queued.referral.empty() && !referrals_.contains(queued.referral.text());
    });
  }
  return true;
}

flow::Erasure MemoryStore::with_notices(const Erasing& one) const {
  flow::Erasure erasure = one.erasure;
  for (flow::Notice& notice : erasure.notices) {
    const auto same = [&](const flow::Notice& other) { return other.id == notice.id; };
    notice = *std::find_if(notices_.begin(), notices_.end(), same);
  }
  return erasure;
}

Result<std::vector<flow::Erasure>> MemoryStore::unfinished() {
  const Called called(*this, __func__);
  std::vector<flow::Erasure> found;
  for (const auto& [id, one] : erasures_) {
    if (one.erasure.state != "shredded") found.push_back(with_notices(one));
  }
  return found;
}

Result<std::optional<flow::Erasure>> MemoryStore::find(const ErasureId& id) {
  const Called called(*this, __func__);
  const auto found = erasures_.find(id.text());
  if (found == erasures_.end()) return std::optional<flow::Erasure>();
  return std::optional(with_notices(found->second));
}

Result<std::vector<flow::Erasure>> MemoryStore::erasures_of(const PersonReference& reference) {
  const Called called(*this, __func__);
  std::vector<flow::Erasure> found;
  for (const auto& [id, one] : erasures_) {
    if (one.reference == reference.text()) found.push_back(with_notices(one));
  }
  return found;
}

Result<std::vector<flow::Erasure>> MemoryStore::newest(int) {
  const Called called(*this, __func__);
  std::vector<flow::Erasure> found;
  for (const auto& [id, one] : erasures_) found.push_back(with_notices(one));
  return found;
}

Result<std::vector<flow::Notice>> MemoryStore::unsent(int) {
  const Called called(*this, __func__);
  std::vector<flow::Notice> found;
  for (const flow::Notice& one : notices_) {
    if (one.status == "new" && !one.person.empty()) found.push_back(one);
  }
  return found;
}

Result<std::vector<flow::Notice>> MemoryStore::about(const PersonId& person) {
  const Called called(*this, __func__);
  std::vector<flow::Notice> found;
  for (const flow::Notice& one : notices_) {
    if (one.person == person) found.push_back(one);
  }
  return found;
}

Result<std::vector<flow::Notice>> MemoryStore::overdue(Instant now, int) {
  const Called called(*this, __func__);
  std::vector<flow::Notice> found;
  for (const flow::Notice& one : notices_) {
    const bool waits = one.status == "new" || one.status == "queued";
    if (!one.answered && (one.due <= now || !waits)) found.push_back(one);
  }
  return found;
}

Result<void> MemoryStore::queued(const DisclosureId& notice) {
  return answered(notice, "queued", "", std::nullopt);
}

Result<void> MemoryStore::answered(const DisclosureId& notice, const std::string& status,
                                   const std::string& answer, std::optional<Instant> at) {
  const Called called(*this, __func__);
  for (flow::Notice& told : notices_) {
    if (told.id != notice || (told.status != "new" && told.status != "queued")) continue;
    told.status = status;
    told.answer = answer;
    told.answered = at;
  }
  return {};
}

Result<void> MemoryStore::forget(Instant now) {
  const Called called(*this, __func__);
  std::erase_if(stops_, [&](const auto& one) { return one.second.until < now; });
  return {};
}

Result<bool> MemoryStore::stopped(const AgencyId& peer, const Handle& handle, uint64_t sequence) {
  const Called called(*this, __func__);
  const auto stop = stops_.find({peer.text(), handle.text()});
  return stop != stops_.end() && stop->second.sequence > sequence;
}

Result<void> MemoryStore::destroy(const ErasureId& id) {
  const Called called(*this, __func__);
  for (const PersonId& row : erasures_.at(id.text()).rows) {
    people_.erase(row.text());
    for (Entry& one : entries_) {
      if (one.person == row) forget(one);
    }
  }
  return {};
}

Result<void> MemoryStore::shredded(const ErasureId& id, Instant at) {
  const Called called(*this, __func__);
  erasures_.at(id.text()).erasure.state = "shredded";
  erasures_.at(id.text()).erasure.shredded = at;
  return {};
}

Result<flow::AccountEntry> MemoryStore::entry(const EntryId& entry) {
  const Called called(*this, __func__);
  for (const Entry& one : entries_) {
    if (one.shared.entry_id == entry.text()) return one.stored;
  }
  return fail(FaultKind::not_found, "no such entry");
}

size_t MemoryStore::waiting() const {
  const std::lock_guard lock(mutex_);
  return static_cast<size_t>(std::count_if(outbox_.begin(), outbox_.end(), [](const auto& pair) {
    return pair.second.status == "queued";
  }));
}

}  // namespace relais::test
