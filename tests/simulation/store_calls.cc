// SPDX-License-Identifier: Apache-2.0
// The ports that only pass a call on, with an await before it and one after.
#include "tests/simulation/store.h"

namespace relais::simulation {

Result<std::optional<flow::AlreadyFiled>> SimulatedStore::filed(const AgencyId& sender,
                                                                const DisclosureId& disclosure) {
  return at_port([&] { return kept_.filed(sender, disclosure); });
}

Result<std::string> SimulatedStore::origin_of(const EntryId& entry) {
  return at_port([&] { return kept_.origin_of(entry); });
}

Result<std::vector<PersonId>> SimulatedStore::filed_under(const PersonReference& reference) {
  return at_port([&] { return kept_.filed_under(reference); });
}

Result<std::optional<flow::StoredReferral>> SimulatedStore::get(const ReferralId& id) {
  return at_port([&]() -> Result<std::optional<flow::StoredReferral>> {
    auto found = kept_.get(id);
    if (*found) **found = read(std::move(**found));
    return found;
  });
}

Result<size_t> SimulatedStore::anonymise(Instant made_before,
                                         const std::vector<std::string>& states, int limit) {
  return at_port([&] { return kept_.anonymise(made_before, states, limit); });
}

Result<std::optional<flow::StoredReferral>> SimulatedStore::probe(const AgencyId& counterpart,
                                                                  const DisclosureId& disclosure) {
  return at_port([&] { return kept_.probe(counterpart, disclosure); });
}

Result<std::optional<flow::StoredReferral>> SimulatedStore::by_handle(const AgencyId& counterpart,
                                                                      const Handle& handle) {
  return at_port([&]() -> Result<std::optional<flow::StoredReferral>> {
    auto found = kept_.by_handle(counterpart, handle);
    if (*found) **found = read(std::move(**found));
    return found;
  });
}

Result<flow::InboxPage> SimulatedStore::inbox(const std::string& after, int limit) {
  return at_port([&] { return kept_.inbox(after, limit); });
}

Result<std::vector<flow::StoredReferral>> SimulatedStore::of_person(const PersonId& person) {
  return at_port([&] { return kept_.of_person(person); });
}

Result<std::vector<flow::StoredReferral>> SimulatedStore::unanswered(Instant now, int limit) {
  return at_port([&] { return kept_.unanswered(now, limit); });
}

Result<flow::Claim> SimulatedStore::claim(int limit, std::chrono::milliseconds lease,
                                          const flow::Attended& attended) {
  return at_port([&] { return kept_.claim(limit, lease, attended); });
}

Result<void> SimulatedStore::postpone(const DisclosureId& id, std::chrono::milliseconds wait,
                                      Constant failure, flow::Handed handed) {
  return at_port([&] { return kept_.postpone(id, wait, failure, handed); });
}

Result<void> SimulatedStore::hasten(const AgencyId& peer, int most) {
  return at_port([&] { return kept_.hasten(peer, most); });
}

Result<std::vector<flow::OutboxLine>> SimulatedStore::list(int limit) {
  return at_port([&] { return kept_.list(limit); });
}

Result<flow::Standing> SimulatedStore::prove(const std::string& origin,
                                             const std::vector<uint64_t>& indexes) {
  return at_port([&] { return kept_.prove(origin, indexes); });
}

Result<std::vector<uint64_t>> SimulatedStore::witnessed(const std::string& origin) {
  return at_port([&] { return kept_.witnessed(origin); });
}

Result<bool> SimulatedStore::request(const flow::ErasureRequest& request) {
  return at_port([&] { return kept_.request(request); });
}

Result<std::vector<flow::Erasure>> SimulatedStore::unfinished() {
  return at_port([&] { return kept_.unfinished(); });
}

Result<std::optional<flow::Erasure>> SimulatedStore::find(const ErasureId& id) {
  return at_port([&] { return kept_.find(id); });
}

Result<std::vector<flow::Erasure>> SimulatedStore::erasures_of(const PersonReference& reference) {
  return at_port([&] { return kept_.erasures_of(reference); });
}

Result<std::vector<flow::Erasure>> SimulatedStore::newest(int limit) {
  return at_port([&] { return kept_.newest(limit); });
}

Result<void> SimulatedStore::destroy(const ErasureId& id) {
  return at_port([&] { return kept_.destroy(id); });
}

Result<void> SimulatedStore::shredded(const ErasureId& id, Instant at) {
  return at_port([&] { return kept_.shredded(id, at); });
}

Result<flow::AccountEntry> SimulatedStore::entry(const EntryId& entry) {
  return at_port([&] { return kept_.entry(entry); });
}

Result<std::vector<flow::Notice>> SimulatedStore::unsent(int limit) {
  return at_port([&] { return kept_.unsent(limit); });
}

Result<std::vector<flow::Notice>> SimulatedStore::about(const PersonId& person) {
  return at_port([&] { return kept_.about(person); });
}

Result<std::vector<flow::Notice>> SimulatedStore::overdue(Instant now, int limit) {
  return at_port([&] { return kept_.overdue(now, limit); });
}

Result<void> SimulatedStore::queued(const DisclosureId& notice) {
  return at_port([&] { return kept_.queued(notice); });
}

Result<void> SimulatedStore::answered(const DisclosureId& notice, const std::string& status,
                                      const std::string& answer, std::optional<Instant> at) {
  return at_port([&] { return kept_.answered(notice, status, answer, at); });
}

Result<void> SimulatedStore::forget(Instant now) {
  return at_port([&] { return kept_.forget(now); });
}

Result<bool> SimulatedStore::stopped(const AgencyId& peer, const Handle& handle,
                                     uint64_t sequence) {
  return at_port([&] { return kept_.stopped(peer, handle, sequence); });
}

}  // namespace relais::simulation
