// SPDX-License-Identifier: Apache-2.0
// An agency of the federation that means harm: its keys, proofs and signatures are good, what it
// says is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/flow/entry.h"
#include "node/flow/fresh.h"
#include "node/flow/payload.h"
#include "node/flow/record.h"
#include "node/ledger/exchange.h"
#include "tests/support/forged.h"

namespace relais {
namespace {

using testing::HasSubstr;
using testing::Not;

using test::Message;
using test::signed_by;

struct HostilePeer : testing::Test, test::TwoAgencies {
  Message referral() { return test::housing_referral(clock.now()); }
  // A referral that went from the social service to the intake service, and arrived.
  ReferralId delivered() {
    flow::Request asked = request();
    asked.consent = consent();
    const auto sent = flow::submit(sds->line, caller(), "key-1", asked).value();
    deliver_all(*sds);
    return sent.referral.id;
  }
  // What the intake service says of it.
  Message answer(const ReferralId& about, const std::string& state,
                 const std::string& reason = "") {
    Message message;
    message.shared.event = ledger::Event::outcome;
    message.shared.handle = sds->store.get(about).value()->handle.text();
    message.shared.sender_agency = "siao";
    message.shared.recipient_agency = "sds";
    message.shared.recipient_service = "orientation";
    message.shared.purpose = "outcome_feedback";
    message.shared.status = state;
    message.shared.reason = reason;
    message.expires = clock.now() + std::chrono::hours{24};
    return message;
  }
  Result<Acknowledgement> at_intake(Message message) {
    return flow::receive(siao->line, AgencyId("sds"), signed_by(*sds, std::move(message)));
  }
  Result<Acknowledgement> at_social(Message message) {
    return flow::receive(sds->line, AgencyId("siao"), signed_by(*siao, std::move(message)));
  }
  std::string statement(const std::string& language = "en") {
    return flow::render_text(
        flow::statement(sds->line, caller(), request().person, language, "subject").value());
  }
};

TEST_F(HostilePeer, is_believed_when_it_behaves) {
  EXPECT_EQ(at_intake(referral()).value().status, "filed");
  const ReferralId id = delivered();
  EXPECT_EQ(at_social(answer(id, "accepted")).value().status, "filed");
  EXPECT_EQ(sds->store.get(id).value()->state, "accepted");
}

// The service declared it, for later: each state has its ceiling on this side too.
TEST_F(HostilePeer, cannot_say_in_a_request_what_its_state_does_not_let_out_yet) {
  Message early = referral();
  early.items.push_back({"housing.situation", Sensitive<std::string>("roofless")});
  early.shared.categories_released.push_back("housing.situation");
  for (const char* status : {"permitted", "obliged"}) {
    early.shared.status = status;
    const auto word = at_intake(early).value();
    EXPECT_EQ(word.status, "refused") << status;
    EXPECT_EQ(word.reason, "not_declared") << status;
  }
  EXPECT_TRUE(siao->store.inbox("", 10).value().referrals.empty());
}

TEST_F(HostilePeer, cannot_bring_information_in_with_an_answer) {
  const ReferralId id = delivered();
  Message smuggled = answer(id, "accepted");
  smuggled.items = {{"health.clinical", Sensitive<std::string>("asthme")}};
  smuggled.shared.categories_released = {"health.clinical"};
  const auto word = at_social(smuggled).value();
  EXPECT_EQ(word.status, "refused");
  EXPECT_EQ(word.reason, "not_declared");
  EXPECT_EQ(sds->store.get(id).value()->state, "received");
}

TEST_F(HostilePeer, cannot_claim_in_an_answer_that_it_passed_something_on) {
  const ReferralId id = delivered();
  Message claimed = answer(id, "accepted");
  claimed.shared.categories_released = {"health.clinical"};
  EXPECT_EQ(at_social(claimed).value().reason, "not_declared");
}

TEST_F(HostilePeer, cannot_have_an_answer_filed_after_its_time) {
  const ReferralId id = delivered();
  Message late = answer(id, "accepted");
  late.expires = clock.now() - std::chrono::seconds{1};
  const auto word = at_social(late).value();
  EXPECT_EQ(word.status, "refused");
  EXPECT_EQ(word.reason, "expired");
  EXPECT_EQ(sds->store.get(id).value()->state, "received");
}

TEST_F(HostilePeer, cannot_answer_in_the_name_of_another_service) {
  const ReferralId id = delivered();
  Message other = answer(id, "accepted");
  other.shared.recipient_service = "dormitory";
  EXPECT_EQ(at_social(other).value().reason, "not_expected");
  EXPECT_EQ(sds->store.get(id).value()->state, "received");
}

TEST_F(HostilePeer, cannot_put_its_own_words_into_a_statement_as_a_reason) {
  const ReferralId id = delivered();
  ASSERT_EQ(at_social(answer(id, "rejected", "no_capacity")).value().status, "filed");
  Message crossed = answer(id, "completed", "call 0899 000 000 and pay");
  crossed.sequence = 2;
  (void)at_social(crossed);
  EXPECT_THAT(statement(), Not(HasSubstr("0899")));
  EXPECT_EQ(sds->store.get(id).value()->reason, "no_capacity");
}

TEST_F(HostilePeer, cannot_name_this_agency_or_its_service) {
  Message named = referral();
  named.shared.recipient_name = "Nobody at all";
  named.shared.recipient_service_name = "The office you must pay first";
  named.shared.recipient_address = "elsewhere";
  ASSERT_EQ(at_intake(named).value().status, "filed");
  const ledger::SharedPart& kept = siao->store.ledger_entries().back().shared;
  EXPECT_EQ(kept.recipient_name, "Agence siao / Agency siao");
  EXPECT_EQ(kept.recipient_service_name, "Orientation");
}

struct Controls : HostilePeer, testing::WithParamInterface<const char*> {};

TEST_P(Controls, cannot_be_written_into_this_ledger_or_onto_a_terminal) {
  const size_t before = siao->store.ledger_entries().size();
  const std::string bad = std::string("x") + GetParam() + "y";
  for (const auto& spoil : std::vector<std::function<void(ledger::SharedPart&)>>{
           [&](auto& part) { part.recipient_service_name = bad; },
           [&](auto& part) { part.attachments = {bad}; },
           [&](auto& part) { part.grounds[0].citation = bad; },
           [&](auto& part) { part.consent_ref = bad; },
           [&](auto& part) { part.data_protection_basis = {bad}; }}) {
    Message message = referral();
    spoil(message.shared);
    const auto word = at_intake(message);
    ASSERT_FALSE(word.has_value());
    EXPECT_EQ(word.error().kind, FaultKind::invalid);
    EXPECT_EQ(word.error().where, "shared_part");
  }
  EXPECT_EQ(siao->store.ledger_entries().size(), before);
}

INSTANTIATE_TEST_SUITE_P(texts, Controls,
                         testing::Values("\n", "\r", "\t", "\x1b[31m", "\x7f",
                                         "\xc2\x9b"
                                         "31m",
                                         "\xe2\x80\xae", "\xe2\x80\xa8", "\xe2\x81\xa6"));

}  // namespace
}  // namespace relais
