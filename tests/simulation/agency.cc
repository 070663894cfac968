// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/agency.h"

namespace relais::simulation {
namespace {

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
               test::seeded_signer(id_of(number) + ".test/disclosures/2026", seed + 1).verifier(),
               {{"worker", "social_work_assistant", "profession", "social_list", std::nullopt}}},
      signer(test::seeded_signer(id_of(number) + ".test/agency", seed)),
      ledger_signer(test::seeded_signer(id_of(number) + ".test/disclosures/2026", seed + 1)),
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
  relais::Agency entry =
      test::listed(agency.id(), agency.signer.verifier(), agency.ledger_signer.verifier());
  entry.valid_until = Date::parse("2030-01-01")->start();  // clocks go on for years here
  entry.services = {test::orientation(std::move(needs))};
  return entry;
}

}  // namespace relais::simulation
