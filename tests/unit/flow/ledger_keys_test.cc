// SPDX-License-Identifier: Apache-2.0
// Which key a proof is verified with around the turn of a year, and what peers take.
#include "node/flow/ledger_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/flow/record.h"
#include "tests/support/agencies.h"

namespace relais {
namespace {

using flow::Attempt;
using testing::ElementsAre;

ledger::Ed25519Signer signer_named(const std::string& name) {
  return *ledger::Ed25519Signer::make(name, ledger::SignatureType::ed25519,
                                      *ledger::PrivateKey::from_seed(std::string(32, 'y')));
}

struct LedgerKeys : testing::Test, test::TwoAgencies {
  Instant day(const char* text) const { return Date::parse(text)->start(); }
  // The directory lists another current key for sds; what it signs with until then is `listed`.
  void list(const char* from, const char* until) {
    Directory content = directory.copy();
    Agency& agency = content.agencies[0];
    const std::string old = agency.ledger_key;
    agency.ledger_key = signer_named("sds.test/disclosures/2027").verifier().text();
    agency.ledgers = {{old, day(from), day(until)}};
    directory.set(content);
  }
  std::vector<Attempt> send() {
    flow::Request asked = request();
    asked.consent = consent();
    flow::submit(sds->line, caller(), "key-1", asked).value();
    return deliver_all(*sds);
  }
};

TEST_F(LedgerKeys, a_peer_takes_a_proof_by_the_other_key_inside_its_window) {
  list("2026-01-01", "2027-01-15");
  EXPECT_THAT(send(), ElementsAre(Attempt::delivered));
}

TEST_F(LedgerKeys, and_not_outside_it_by_the_receivers_clock) {
  list("2026-01-01", "2026-11-23");
  EXPECT_THAT(send(), ElementsAre(Attempt::postponed));
  list("2026-11-24", "2027-12-31");
  EXPECT_FALSE(flow::ledger_key_of(directory.current()->agencies[0], "sds.test/disclosures/2026",
                                   clock.now()));
}

TEST_F(LedgerKeys, the_name_decides_and_no_prefix_of_it) {
  const Agency& agency = directory.current()->agencies[0];
  EXPECT_TRUE(flow::ledger_key_of(agency, "sds.test/disclosures/2026", clock.now()));
  EXPECT_FALSE(flow::ledger_key_of(agency, "sds.test/disclosures/202", clock.now()));
  EXPECT_FALSE(flow::ledger_key_of(agency, "", clock.now()));
}

TEST_F(LedgerKeys, what_was_recorded_last_year_may_still_go_after_the_change_over) {
  flow::Request asked = request();
  asked.consent = consent();
  const auto submitted = flow::submit(sds->line, caller(), "key-1", asked).value();
  const auto loaded = sds->store.load({submitted.referral.disclosure}).value();
  const auto goes = [&] {
    const auto recalled = flow::recall(sds->line, *loaded.at(0).message);
    return recalled && std::holds_alternative<Disclosure>(*recalled);
  };
  const ledger::VerifierKey old = sds->settings.ledger_key;
  sds->settings.ledger_key = signer_named("sds.test/disclosures/2027").verifier();
  EXPECT_FALSE(goes()) << "without the key of that year it waits";
  sds->settings.other_ledgers = {old};
  EXPECT_TRUE(goes());
}

}  // namespace
}  // namespace relais
