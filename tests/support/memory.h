// SPDX-License-Identifier: Apache-2.0
// The flow's ports in memory: one agency's node without a database, with the real tree, notes and
// records. For unit tests of the verbs; what durability means is tested over PostgreSQL.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "node/core/agency.h"
#include "node/flow/line.h"
#include "node/flow/outbox.h"
#include "node/ledger/tree.h"
#include "tests/support/dice.h"

namespace relais::test {

class FixedClock final : public Clock {
 public:
  Instant now() override { return now_; }
  void set(Instant now) { now_ = now; }
  void advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  Instant now_ = Date::parse("2026-11-23")->start() + std::chrono::hours{10};
};

// From a seed: replayable, never for production.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(uint64_t seed) : dice_(seed) {}
  void fill(std::span<uint8_t> bytes) override;

 private:
  std::mutex mutex_;
  Dice dice_;
};

class FixedDirectory final : public Directories {
 public:
  std::shared_ptr<const Directory> current() const override { return directory_; }
  void set(Directory directory) {
    directory_ = std::make_shared<const Directory>(std::move(directory));
  }
  Directory copy() const { return *directory_; }

 private:
  std::shared_ptr<const Directory> directory_;
};

// Everything an agency stores, behind all its ports.
class MemoryStore final : public flow::Register,
                          public flow::Erasures,
                          public flow::Notices,
                          public flow::People,
                          public flow::Referrals,
                          public flow::Outbox,
                          public flow::Account,
                          public flow::Proofs {
 public:
  MemoryStore(Clock& clock, Entropy& entropy, const Directories& directories,
              const ledger::Signer& ledger_signer)
      : clock_(clock), entropy_(entropy), directories_(directories), signer_(ledger_signer) {}

  Result<flow::AppendOutcome> append(flow::Draft draft) override;
  Result<std::optional<flow::AlreadyFiled>> filed(const AgencyId& sender,
                                                  const DisclosureId& disclosure) override;
  Result<std::optional<Person>> find(const PersonReference& reference) override;
  Result<Person> open(const PersonReference& reference) override;
  Result<Person> get(const PersonId& id) override;
  Result<std::vector<PersonId>> filed_under(const PersonReference& reference) override;
  Result<std::optional<flow::StoredReferral>> get(const ReferralId& id) override;
  Result<std::optional<flow::StoredReferral>> by_handle(const AgencyId& counterpart,
                                                        const Handle& handle) override;
  Result<std::optional<flow::Existing>> submitted(const flow::Submission& submission) override;
  Result<flow::InboxPage> inbox(const std::string& after, int limit) override;
  Result<std::vector<flow::StoredReferral>> of_person(const PersonId& person) override;
  Result<std::optional<flow::StoredReferral>> probe(const AgencyId& counterpart,
                                                    const DisclosureId& disclosure) override;
  Result<size_t> anonymise(Instant made_before, const std::vector<std::string>& states,
                           int limit) override;
  Result<std::vector<flow::StoredReferral>> unanswered(Instant now, int limit) override;
  Result<flow::Claim> claim(int limit, std::chrono::milliseconds lease,
                            const flow::Attended& attended) override;
  Result<std::vector<flow::Loaded>> load(const std::vector<DisclosureId>& ids) override;
  Result<void> postpone(const DisclosureId& id, std::chrono::milliseconds wait, Constant failure,
                        flow::Handed handed) override;
  Result<void> hasten(const AgencyId& peer, int most) override;
  Result<std::vector<flow::OutboxLine>> list(int limit) override;
  Result<std::vector<flow::AccountEntry>> entries(const PersonId& person) override;
  Result<flow::AccountHead> head(const PersonId& person) override;
  Result<std::string> origin_of(const EntryId& entry) override;
  Result<bool> request(const flow::ErasureRequest& request) override;
  Result<std::vector<flow::Erasure>> unfinished() override;
  Result<std::optional<flow::Erasure>> find(const ErasureId& id) override;
  Result<std::vector<flow::Erasure>> erasures_of(const PersonReference& reference) override;
  Result<std::vector<flow::Erasure>> newest(int limit) override;
  Result<std::vector<flow::Notice>> unsent(int limit) override;
  Result<std::vector<flow::Notice>> about(const PersonId& person) override;
  Result<std::vector<flow::Notice>> overdue(Instant now, int limit) override;
  Result<void> queued(const DisclosureId& notice) override;
  Result<void> answered(const DisclosureId& notice, const std::string& status,
                        const std::string& answer, std::optional<Instant> at) override;
  Result<void> forget(Instant now) override;
  Result<bool> stopped(const AgencyId& peer, const Handle& handle, uint64_t sequence) override;
  Result<void> destroy(const ErasureId& id) override;
  Result<void> shredded(const ErasureId& id, Instant at) override;
  Result<flow::AccountEntry> entry(const EntryId& entry) override;
  Result<std::vector<uint64_t>> witnessed(const std::string& /*origin*/) override {
    return std::vector<uint64_t>{};
  }
  Result<flow::Standing> prove(const std::string& origin,
                               const std::vector<uint64_t>& indexes) override;

  // Puts a referral into a state as no verb would.
  void change_state(const ReferralId& id, const std::string& state) {
    referrals_.at(id.text()).state = state;
  }

  // What a test looks at.
  struct Entry {
    PersonId person;
    ledger::SharedPart shared;
    ledger::PrivatePart privately;
    flow::AccountEntry stored;
  };
  const std::vector<Entry>& ledger_entries() const { return entries_; }
  // A fault that the next append answers with, having written nothing.
  void fail_next_append(Fault fault) { next_fault_ = fault; }
  // A test that tampers with what is stored.
  flow::StoredDisclosure& message(const DisclosureId& id) { return outbox_.at(id.text()).message; }
  // The body is gone; the leaf stays in the tree.
  void take_away(size_t entry) { forget(entries_.at(entry)); }
  size_t persons() const { return people_.size(); }
  // A person's row and referrals are gone, as after an erasure.
  void erase_row(const PersonId& person) {
    people_.erase(person.text());
    std::erase_if(referrals_, [&](const auto& one) { return one.second.person == person; });
  }
  size_t waiting() const;
  // From now on the name of each port's function that is called is added there; nullptr: no more.
  void note_calls(std::vector<std::string>* calls) { calls_ = calls; }
  // Everything stored as it is now; calling what is returned brings it back, as a database would be
  // found that had lost what it said was durable.
  std::function<void()> kept() {
    const auto all = [this] {
      return std::tie(frontier_, checkpoint_, entries_, entry_ids_, people_, referrals_, inbox_,
                      submissions_, filed_, outbox_, erasures_, notices_, stops_);
    };
    const auto copy = [](const auto&... one) { return std::tuple(one...); };
    return [all, kept = std::apply(copy, all())] { all() = kept; };
  }

 private:
  struct Row {
    Person person;
    std::string reference;
    bool own = false;
    bool closed = false;  // an erasure was asked for
    uint64_t last_seq = 0;
    std::optional<Digest> last_commitment;
  };
  struct Erasing {
    flow::Erasure erasure;  // its notices are in notices_
    std::string reference;
    std::vector<PersonId> rows;
  };
  struct Waiting {
    flow::StoredDisclosure message;
    std::string status = "queued";
    Instant next_attempt;
    std::string failure;
  };
  // One call of a port, alone with the store.
  struct Called {
    Called(MemoryStore& store, const char* name) : lock(store.mutex_) {
      if (store.calls_ != nullptr) store.calls_->emplace_back(name);
    }
    std::lock_guard<std::mutex> lock;
  };
  static void forget(Entry& entry) {
    flow::AccountEntry left;
    left.origin = entry.stored.origin;
    left.index = entry.stored.index;
    left.commitment = entry.stored.commitment;
    entry = Entry{};
    entry.stored = std::move(left);
  }
  // The notices as they stand now.
  flow::Erasure with_notices(const Erasing& one) const;
  // With what stands on the rows of the same reference.
  Person seen(const Row& row) const;
  std::optional<Fault> refused(const flow::Draft& draft) const;
  flow::StoredReferral with_reference(flow::StoredReferral referral) const;
  bool is_first(const flow::Queued& queued) const;
  bool overtaken(const flow::Draft& draft) const;
  bool has_received(const flow::Tombstone& stop) const;
  std::optional<flow::AppendOutcome> answered_before(const flow::Draft& draft);
  flow::Appended write(flow::Draft& draft, Row& row);
  void apply(const flow::Draft& draft, const flow::Appended& appended, Row& row);

  Clock& clock_;
  Entropy& entropy_;
  const Directories& directories_;
  const ledger::Signer& signer_;
  mutable std::mutex mutex_;
  ledger::Frontier frontier_;
  std::string checkpoint_;
  std::vector<Entry> entries_;
  std::set<std::string> entry_ids_;
  std::map<std::string, Row> people_;
  std::map<std::string, flow::StoredReferral> referrals_;
  std::vector<std::string> inbox_;
  std::map<std::pair<std::string, std::string>, std::pair<Digest, ReferralId>> submissions_;
  std::map<std::pair<std::string, std::string>, flow::AlreadyFiled> filed_;
  std::map<std::string, Waiting> outbox_;
  std::map<std::string, Erasing> erasures_;
  std::vector<flow::Notice> notices_;
  std::map<std::pair<std::string, std::string>, flow::Tombstone> stops_;
  std::optional<Fault> next_fault_;
  std::vector<std::string>* calls_ = nullptr;
};

}  // namespace relais::test
