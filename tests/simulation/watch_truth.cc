// SPDX-License-Identifier: Apache-2.0
// What may leave, worked out from what is really stored and from the test's own law, without the
// engine: asked ∩ needed ∩ consented ∩ lawful ∩ what the state allows.
#include <algorithm>

#include "node/flow/payload.h"
#include "node/flow/question.h"
#include "tests/simulation/agency.h"
#include "tests/simulation/federation.h"
#include "tests/simulation/watch.h"

namespace relais::simulation {

CategorySet Watch::set_of(const std::vector<flow::AskedItem>& items) const {
  CategorySet set;
  for (const flow::AskedItem& item : items) set |= CategorySet::only(*words_.find(item.category));
  return set;
}

CategorySet Watch::need_of(Agency& at, const AgencyId& peer, const ServiceId& service,
                           const std::string& stage) const {
  const auto directory = at.directory.current();
  const relais::Agency* agency = directory->find(peer);
  const Service* declared = agency == nullptr ? nullptr : agency->service(service);
  if (declared == nullptr) return {};
  const policy::State& state = words_.states().at(*words_.state(stage));
  CategorySet ceiling = state.ceiling;
  if (state.adds_need) ceiling |= declared->need();
  if (state.adds_required_need) ceiling |= declared->required();
  return declared->need() & ceiling;
}

CategorySet Watch::consented(Agency& at, const flow::StoredDisclosure& stored,
                             const flow::Request& asked) const {
  const Person& person = stored.person;
  const Instant now = at.clock.now();
  if (person.objection || person.restriction) return {};
  const auto there = rights_there_.find({at.number, stored.referral.handle.text()});
  if (there != rights_there_.end() && !there->second.empty()) return {};
  for (const Consent& consent : person.consents) {
    const auto& to = consent.recipients;
    const bool named = std::find(to.begin(), to.end(), asked.recipient) != to.end();
    if (consent.id == asked.consent && consent.state == "given" && consent.in_date(now) && named) {
      return consent.categories;
    }
  }
  return {};
}

CategorySet Watch::owed() const {
  CategorySet owed;
  for (const char* code : kOwed) owed |= *words_.mask(code);
  return owed;
}

// What is said after the request: by the state its referral is in; back, how it ended, when it has.
CategorySet Watch::allowed_later(Agency& at, const flow::StoredDisclosure& stored,
                                 const ledger::SharedPart& shared) const {
  const bool corrects = shared.event == ledger::Event::corrected;
  const std::string state = corrects ? "in_progress" : stored.referral.state;
  if (stored.referral.direction == flow::Direction::received) {
    if (corrects) return {};
    const bool over = state == "completed" || state == "failed";
    const bool free = !stored.person.objection && !stored.person.restriction;
    return over && free ? *words_.mask("outcome.code") : CategorySet{};
  }
  const CategorySet asked = set_of(flow::decode_items(stored.payload).value());
  const auto need = need_of(at, stored.queued.peer, ServiceId(shared.recipient_service), state);
  // A duty owes what its rule names, whatever the service declares; so does what puts it right.
  if (shared.purpose == kReportPurpose) return asked & (corrects ? owed() : need);
  CategorySet lawful;
  for (const char* code : kLawful) lawful |= *words_.mask(code);
  flow::Request request;
  request.recipient = stored.queued.peer;
  request.consent = ConsentId(ledger::decode_private(stored.private_bytes).value().consent_id);
  return asked & lawful & need & consented(at, stored, request);
}

CategorySet Watch::allowed(Agency& at, const flow::StoredDisclosure& stored,
                           const ledger::SharedPart& shared) const {
  if (shared.event == ledger::Event::corrected) return allowed_later(at, stored, shared);
  if (shared.event != ledger::Event::disclosed) return {};
  if (!flow::is_request(stored) && !shared.handle.empty()) return allowed_later(at, stored, shared);
  const auto kept = flow::decode_request(stored.referral.body).value();
  // A question about room may be followed while it waits: then the request that is kept is another.
  const CategorySet asked = set_of(
      shared.handle.empty() ? flow::decode_items(stored.payload).value() : kept.request.items);
  if (shared.purpose == kReportPurpose) return asked & owed();
  const char* const stage = shared.handle.empty() ? flow::kCapacityProbe : "requested";
  CategorySet lawful;
  for (const char* code : kLawful) lawful |= *words_.mask(code);
  return asked & lawful &
         need_of(at, stored.queued.peer, ServiceId(shared.recipient_service), stage) &
         consented(at, stored, kept.request);
}

void Watch::loaded(Agency& at, const flow::StoredDisclosure& stored) {
  const auto shared = ledger::decode_shared(stored.shared_bytes).value();
  Truth truth;
  truth.allowed = allowed(at, stored, shared);
  const relais::Agency* peer = at.directory.current()->find(stored.queued.peer);
  truth.suspended = peer == nullptr || !peer->current(at.clock.now());
  truths_[{at.id().text(), stored.queued.disclosure.text()}] = truth;
}

}  // namespace relais::simulation
