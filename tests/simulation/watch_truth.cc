// SPDX-License-Identifier: Apache-2.0
// What may leave, worked out from what is really stored and from the test's own law, without the
// engine: asked ∩ needed ∩ consented ∩ lawful ∩ what the state allows.
#include <algorithm>

#include "node/flow/payload.h"
#include "tests/simulation/agency.h"
#include "tests/simulation/federation.h"
#include "tests/simulation/watch.h"

namespace relais::simulation {

CategorySet Watch::set_of(const std::vector<flow::AskedItem>& items) const {
  CategorySet set;
  for (const flow::AskedItem& item : items) set |= CategorySet::only(*words_.find(item.category));
  return set;
}

CategorySet Watch::need_of(Agency& at, const AgencyId& peer, const ServiceId& service) const {
  const auto directory = at.directory.current();
  const relais::Agency* agency = directory->find(peer);
  const Service* declared = agency == nullptr ? nullptr : agency->service(service);
  if (declared == nullptr) return {};
  const policy::State& state = words_.states().at(*words_.state("requested"));
  return declared->need() & (state.ceiling | declared->required());
}

CategorySet Watch::consented(const Person& person, const flow::Request& asked, Instant now) const {
  if (person.objection || person.restriction) return {};
  for (const Consent& consent : person.consents) {
    const auto& to = consent.recipients;
    const bool named = std::find(to.begin(), to.end(), asked.recipient) != to.end();
    if (consent.id == asked.consent && consent.state == "given" && consent.in_date(now) && named) {
      return consent.categories;
    }
  }
  return {};
}

CategorySet Watch::allowed(Agency& at, const flow::StoredDisclosure& stored,
                           const ledger::SharedPart& shared) const {
  if (shared.event != ledger::Event::disclosed) return {};
  const auto kept = flow::decode_request(stored.referral.body).value();
  const CategorySet asked = set_of(kept.request.items);
  if (shared.purpose == kReportPurpose) {
    CategorySet owed;
    for (const char* code : kOwed) owed |= *words_.mask(code);
    return asked & owed;
  }
  CategorySet lawful;
  for (const char* code : kLawful) lawful |= *words_.mask(code);
  return asked & lawful & need_of(at, stored.queued.peer, ServiceId(shared.recipient_service)) &
         consented(stored.person, kept.request, at.clock.now());
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
