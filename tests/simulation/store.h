// SPDX-License-Identifier: Apache-2.0
// SimulatedStore: an agency's ports over a MemoryStore. Each call is an await before and after it,
// is seen by the watch, and breaks its promise where a bug is planted. What is in the MemoryStore
// survives a crash; what is in here beside it does not.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/simulation/awaits.h"
#include "tests/simulation/bugs.h"
#include "tests/support/memory.h"

namespace relais::simulation {

class Agency;
class Watch;

class SimulatedStore final : public flow::Register,
                             public flow::Erasures,
                             public flow::Notices,
                             public flow::People,
                             public flow::Referrals,
                             public flow::Outbox,
                             public flow::Account,
                             public flow::Proofs {
 public:
  SimulatedStore(Agency& agency, test::MemoryStore& kept, Awaits& awaits, Watch& watch)
      : agency_(agency), kept_(kept), awaits_(awaits), watch_(watch) {}

  Result<flow::AppendOutcome> append(flow::Draft draft) override;
  Result<std::optional<flow::AlreadyFiled>> filed(const AgencyId& sender,
                                                  const DisclosureId& disclosure) override;
  Result<std::string> origin_of(const EntryId& entry) override;
  Result<std::optional<Person>> find(const PersonReference& reference) override;
  Result<Person> open(const PersonReference& reference) override;
  Result<Person> get(const PersonId& id) override;
  Result<std::vector<PersonId>> filed_under(const PersonReference& reference) override;
  Result<std::optional<flow::StoredReferral>> get(const ReferralId& id) override;
  Result<size_t> anonymise(Instant made_before, const std::vector<std::string>& states,
                           int limit) override;
  Result<std::optional<flow::StoredReferral>> probe(const AgencyId& counterpart,
                                                    const DisclosureId& disclosure) override;
  Result<std::optional<flow::StoredReferral>> by_handle(const AgencyId& counterpart,
                                                        const Handle& handle) override;
  Result<std::optional<flow::Existing>> submitted(const flow::Submission& submission) override;
  Result<flow::InboxPage> inbox(const std::string& after, int limit) override;
  Result<std::vector<flow::StoredReferral>> of_person(const PersonId& person) override;
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
  Result<flow::Standing> prove(const std::string& origin,
                               const std::vector<uint64_t>& indexes) override;
  Result<std::vector<uint64_t>> witnessed(const std::string& origin) override;
  Result<bool> request(const flow::ErasureRequest& request) override;
  Result<std::vector<flow::Erasure>> unfinished() override;
  Result<std::optional<flow::Erasure>> find(const ErasureId& id) override;
  Result<std::vector<flow::Erasure>> erasures_of(const PersonReference& reference) override;
  Result<std::vector<flow::Erasure>> newest(int limit) override;
  Result<void> destroy(const ErasureId& id) override;
  Result<void> shredded(const ErasureId& id, Instant at) override;
  Result<flow::AccountEntry> entry(const EntryId& entry) override;
  Result<std::vector<flow::Notice>> unsent(int limit) override;
  Result<std::vector<flow::Notice>> about(const PersonId& person) override;
  Result<std::vector<flow::Notice>> overdue(Instant now, int limit) override;
  Result<void> queued(const DisclosureId& notice) override;
  Result<void> answered(const DisclosureId& notice, const std::string& status,
                        const std::string& answer, std::optional<Instant> at) override;
  Result<void> forget(Instant now) override;
  Result<bool> stopped(const AgencyId& peer, const Handle& handle, uint64_t sequence) override;

  // The process ended: what a broken store had not made durable is lost.
  void crash();
  // Somebody reads a statement from now on, or not any more.
  void set_reading(bool reading) { reading_ = reading; }
  // A step has passed: what a broken store makes durable late, is durable in the end.
  void tick();

 private:
  // One call of a port: an await before it, which may fail it, and one after.
  template <class Call>
  auto at_port(Call call) -> decltype(call());
  void break_draft(flow::Draft& draft);
  void misfile(flow::Draft& draft);
  Person read(Person person) const;
  flow::StoredReferral read(flow::StoredReferral referral) const;

  Agency& agency_;
  test::MemoryStore& kept_;
  Awaits& awaits_;
  Watch& watch_;
  std::map<std::string, Person> as_recorded_;  // by disclosure
  std::vector<PersonId> persons_;
  std::function<void()> undo_;
  int not_durable_for_ = 0;  // steps
  bool reading_ = false;
};

template <class Call>
auto SimulatedStore::at_port(Call call) -> decltype(call()) {
  if (awaits_.reach(true)) return fail(FaultKind::unavailable, "the store is away");
  auto answer = call();
  awaits_.reach(false);
  return answer;
}

}  // namespace relais::simulation
