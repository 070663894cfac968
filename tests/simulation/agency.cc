// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/agency.h"

namespace relais::simulation {
namespace {

ledger::Ed25519Signer signer_of(const std::string& name, uint64_t seed) {
  test::SeededEntropy entropy(seed);
  const Digest raw = ledger::fresh_digest(entropy);
  return ledger::Ed25519Signer::make(name, ledger::SignatureType::ed25519,
                                     ledger::PrivateKey::from_seed(view(raw)).value())
      .value();
}

std::string id_of(size_t number) { return "agency-" + std::to_string(number); }

}  // namespace

std::shared_ptr<const Directory> SimulatedDirectories::current() const {
  if (!first_) first_ = file_.current();
  if (planted(Bug::stale_directory)) return first_;
  if (!planted(Bug::ignore_need)) return file_.current();
  Directory wide = file_.copy();
  for (relais::Agency& agency : wide.agencies) {
    for (Service& service : agency.services) {
      words_.decidable().minus(service.need()).each([&](CategoryBit bit) {
        service.needs.push_back({bit, true, "everything"});
      });
    }
  }
  return std::make_shared<const Directory>(std::move(wide));
}

Agency::Process::Process(Agency& agency)
    : line{agency.settings,     agency.clock,       agency.entropy, *agency.common_.words,
           *agency.common_.law, agency.directories, agency.signer,  agency.store,
           agency.store,        agency.store,       agency.store,   agency.store,
           agency.store,        checkpoints,        tally,          agency.store,
           agency.store} {}

Agency::Agency(size_t number_given, uint64_t seed, Common& common, Network& network, Awaits& awaits,
               Watch& watch)
    : number(number_given),
      settings{"test",
               AgencyId(id_of(number)),
               signer_of(id_of(number) + ".test/disclosures/2026", seed + 1).verifier(),
               {{"worker", "social_work_assistant", "profession", "social_list", std::nullopt}}},
      signer(signer_of(id_of(number) + ".test/agency", seed)),
      ledger_signer(signer_of(id_of(number) + ".test/disclosures/2026", seed + 1)),
      directories(directory, *common.words),
      entropy(seed + 2),
      store_entropy(seed + 3),
      kept(common.clock, store_entropy, directories, ledger_signer),
      store(*this, kept, awaits, watch),
      common_(common),
      courier_(*this, network),
      process_(std::make_unique<Process>(*this)) {}

void Agency::restart() {
  store.crash();
  if (planted(Bug::reuse_opening)) store_entropy.begin();
  process_ = std::make_unique<Process>(*this);
}

relais::Agency listed(const Agency& agency, std::vector<Need> needs) {
  relais::Agency entry;
  entry.id = agency.id();
  entry.name = {"Agence " + entry.id.text(), "Agency " + entry.id.text()};
  entry.category = "social_services";
  entry.jurisdiction = "FR";
  entry.missions = {"social_action"};
  entry.address = "1 rue de la Paix";
  entry.endpoint = "nowhere:1";
  entry.tls_identity = "spiffe://test/agency/" + entry.id.text();
  entry.signing_key = agency.signer.verifier().text();
  entry.ledger_key = agency.ledger_signer.verifier().text();
  entry.valid_from = Date::parse("2026-01-01")->start();
  entry.valid_until = Date::parse("2030-01-01")->start();
  Service service;
  service.id = ServiceId("orientation");
  service.name = {"Orientation", "Orientation"};
  service.kind = "organisation";
  service.address = "2 rue du Port";
  service.purposes = {"housing_orientation", "child_protection_assessment"};
  service.needs = std::move(needs);
  entry.services = {service};
  return entry;
}

}  // namespace relais::simulation
