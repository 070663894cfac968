// SPDX-License-Identifier: Apache-2.0
// What is said about a referral after the request: each time a decision, an entry and a message of
// its own, under the ceiling of the state; and the way back of an outcome.
#include "node/flow/supply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "node/flow/access.h"
#include "node/flow/correct.h"
#include "node/flow/payload.h"
#include "node/flow/tell.h"
#include "tests/support/agencies.h"

namespace relais {
namespace {

using flow::Attempt;
using flow::Move;
using flow::Supply;
using policy::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Later : testing::Test, test::TwoAgencies {
  ReferralId here;
  ReferralId there;
  ConsentId agreed;

  void SetUp() override {
    const flow::Request asked = consented_request();
    agreed = asked.consent;
    here = flow::submit(sds->line, caller(), "key-1", asked).value().referral.id;
    deliver_all(*sds);
    there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
  }
  ConsentId consent_to(test::AgencyNode& node, const char* reference, const char* recipient,
                       const char* purpose, std::vector<std::string> categories) {
    const auto asked = test::well_given(AgencyId(recipient), purpose, std::move(categories),
                                        clock.now(), std::chrono::hours{24 * 40});
    return flow::record_consent(node.line, caller(), PersonReference(reference), asked)
        .value()
        .key.id;
  }
  void target(const std::string& state, const std::string& reason = "") {
    ASSERT_TRUE(flow::move(siao->line, caller(), there, Move{state, reason, {}, {}, {}}));
    EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered)) << state;
  }
  Supply housing(const char* value = "roofless") const {
    Supply more;
    more.items = {{"housing.situation", Sensitive<std::string>(value)}};
    return more;
  }
  Supply outcome() const {
    Supply said;
    said.items = {{"outcome.code", Sensitive<std::string>("service_provided")},
                  {"outcome.met", Sensitive<std::string>("met")}};
    said.attestations = {{"recipient.named", {"true"}}};
    return said;
  }
  // Completed, filed at the service under a reference of its own, with a consent given there.
  Supply consented_outcome() {
    EXPECT_TRUE(flow::accept(siao->line, caller(), there, PersonReference("file-9")));
    deliver_all(*siao);
    target("in_progress");
    target("completed");
    Supply said = outcome();
    said.consent = consent_to(*siao, "file-9", "sds", "outcome_feedback", {"outcome.*"});
    return said;
  }
  std::vector<std::string> held_there() {
    std::vector<std::string> codes;
    const auto opened = flow::get_referral(siao->line, there).value();
    for (const auto& item : opened.items) codes.push_back(item.category);
    return codes;
  }
  std::string last_word(test::AgencyNode& node) {
    return node.store.ledger_entries().back().shared.reason;
  }
};

TEST_F(Later, what_a_state_does_not_let_out_yet_is_kept_and_goes_when_the_state_lets_it) {
  target("accepted");
  const auto early = flow::supply(sds->line, caller(), here, housing()).value();
  EXPECT_EQ(early.explained.decision.outcome, Outcome::deny);
  EXPECT_EQ(early.explained.decision.verdicts[0].stop, policy::StopKind::ceiling);
  EXPECT_EQ(sds->store.waiting(), 0U);
  EXPECT_EQ(sds->store.ledger_entries().back().shared.event, ledger::Event::refused);

  target("in_progress");
  const auto later = flow::supply(sds->line, caller(), here, housing()).value();
  EXPECT_EQ(later.explained.decision.outcome, Outcome::permit);
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_THAT(held_there(), ElementsAre("identity.name", "need.code", "housing.situation"));
  EXPECT_EQ(siao->store.get(there).value()->state, "in_progress");
  EXPECT_EQ(sds->store.get(here).value()->delivery, "delivered") << "the request's, as before";
}

TEST_F(Later, what_is_refused_beside_a_request_that_left_offers_no_slip_that_denies_it) {
  target("accepted");
  target("in_progress");
  ASSERT_TRUE(
      flow::record_right(sds->line, caller(), request().person, flow::Right::objection, false));
  const auto refused = flow::supply(sds->line, caller(), here, housing()).value();
  ASSERT_EQ(refused.explained.decision.outcome, Outcome::deny);
  EXPECT_FALSE(refused.explained.slip) << "it says that nothing was sent";
  EXPECT_THAT(sds->store.ledger_entries().back().privately.sentence_en,
              testing::Not(HasSubstr("slip")));
}

TEST_F(Later, each_release_is_an_entry_of_its_own_under_the_same_handle) {
  target("accepted");
  target("in_progress");
  ASSERT_TRUE(flow::supply(sds->line, caller(), here, housing()));
  deliver_all(*sds);
  std::vector<std::string> handles;
  for (const auto& entry : sds->store.ledger_entries()) {
    if (entry.shared.event == ledger::Event::disclosed) handles.push_back(entry.shared.handle);
  }
  const std::string handle = sds->store.get(here).value()->handle.text();
  EXPECT_THAT(handles, ElementsAre(handle, handle));
  const auto account =
      flow::statement(sds->line, caller(), request().person, "en", "subject").value();
  EXPECT_TRUE(account.complete);
  EXPECT_THAT(flow::render_text(account), HasSubstr("housing situation"));
  EXPECT_THAT(flow::render_text(account), HasSubstr("prepared more information for your request"));
  EXPECT_THAT(flow::render_text(account), HasSubstr("received our message"));
  const std::string there_too = siao->store.ledger_entries().back().privately.sentence_fr;
  EXPECT_THAT(there_too, HasSubstr("nous a transmis un complément à votre demande"));
}

TEST_F(Later, a_repeat_sends_nothing_again_and_a_new_value_does) {
  target("accepted");
  target("in_progress");
  ASSERT_TRUE(flow::supply(sds->line, caller(), here, housing()));
  const size_t entries = sds->store.ledger_entries().size();
  const auto again = flow::supply(sds->line, caller(), here, housing()).value();
  EXPECT_EQ(again.explained.decision.outcome, Outcome::permit);
  EXPECT_EQ(sds->store.ledger_entries().size(), entries);
  EXPECT_EQ(sds->store.waiting(), 1U);
  ASSERT_TRUE(flow::supply(sds->line, caller(), here, housing("night_shelter")));
  EXPECT_EQ(sds->store.waiting(), 2U);
}

TEST_F(Later, a_preview_says_what_would_leave_and_records_nothing) {
  target("accepted");
  const size_t entries = sds->store.ledger_entries().size();
  const auto told = flow::preview_supply(sds->line, caller(), here, housing()).value();
  EXPECT_EQ(told.decision.outcome, Outcome::deny);
  EXPECT_EQ(sds->store.ledger_entries().size(), entries);
}

TEST_F(Later, nothing_is_supplied_before_the_request_arrived_nor_after_the_end) {
  flow::Request asked = request();
  asked.person = PersonReference("dossier-2");
  asked.consent = consent_to(*sds, "dossier-2", "siao", "housing_orientation", {"identity.*"});
  const auto fresh = flow::submit(sds->line, caller(), "key-2", asked).value().referral.id;
  EXPECT_EQ(flow::supply(sds->line, caller(), fresh, housing()).error().kind,
            FaultKind::precondition);
  deliver_all(*sds);
  target("rejected", "no_capacity");
  EXPECT_EQ(flow::supply(sds->line, caller(), here, housing()).error().kind,
            FaultKind::precondition);
  EXPECT_EQ(flow::supply(sds->line, caller(), ReferralId("nowhere"), housing()).error().kind,
            FaultKind::not_found);
}

TEST_F(Later, a_withdrawal_stops_what_is_queued_and_tells_the_recipient_once) {
  target("accepted");
  target("in_progress");
  ASSERT_TRUE(flow::supply(sds->line, caller(), here, housing()));
  ASSERT_TRUE(
      flow::withdraw_consent(sds->line, caller(), PersonReference("dossier-1"), agreed, ""));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::withheld));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_THAT(held_there(), ElementsAre("identity.name", "need.code"));
  EXPECT_EQ(siao->store.get(there).value()->state, "consent_withdrawn");
}

TEST_F(Later, a_question_to_cancel_holds_back_what_is_queued) {
  target("accepted");
  target("in_progress");
  ASSERT_TRUE(flow::supply(sds->line, caller(), here, housing()));
  ASSERT_TRUE(flow::move(sds->line, caller(), here, Move{"cancel_requested", "", {}, {}, {}}));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::withheld));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_THAT(held_there(), ElementsAre("identity.name", "need.code"));
}

TEST_F(Later, a_corrected_value_reaches_who_had_it_later_too) {
  target("accepted");
  target("in_progress");
  ASSERT_TRUE(flow::supply(sds->line, caller(), here, housing()));
  deliver_all(*sds);
  ASSERT_TRUE(flow::correct(sds->line, caller(), PersonReference("dossier-1"),
                            housing("night_shelter").items));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  const auto items = flow::get_referral(siao->line, there).value().items;
  EXPECT_EQ(items.back().value.reveal(), "night_shelter");
}

TEST_F(Later, a_peer_that_supplies_what_was_not_declared_or_out_of_turn_is_refused) {
  target("accepted");
  target("in_progress");
  ASSERT_TRUE(flow::supply(sds->line, caller(), here, housing()));
  siao->store.change_state(there, "accepted");  // a node behind its own word
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::refused));
  EXPECT_EQ(last_word(*siao), "not_declared");
  EXPECT_EQ(sds->store.get(here).value()->state, "in_progress") << "the referral goes on";
  siao->store.change_state(there, "rejected");
  ASSERT_TRUE(flow::supply(sds->line, caller(), here, housing("night_shelter")));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::refused));
  EXPECT_EQ(last_word(*siao), "not_expected");
}

TEST_F(Later, the_outcome_goes_back_as_a_disclosure_of_the_service) {
  target("accepted");
  EXPECT_EQ(flow::supply(siao->line, caller(), there, outcome()).error().kind,
            FaultKind::precondition);
  target("in_progress");
  target("completed");
  const auto told = flow::supply(siao->line, caller(), there, outcome()).value();
  EXPECT_EQ(told.explained.decision.outcome, Outcome::permit);
  const auto& entry = siao->store.ledger_entries().back().shared;
  EXPECT_EQ(entry.event, ledger::Event::disclosed);
  EXPECT_EQ(entry.purpose, "outcome_feedback");
  EXPECT_THAT(entry.categories_released, ElementsAre("outcome.code"))
      << "whether the need was met goes with its own consent only";
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  const auto opened = flow::get_referral(sds->line, here).value();
  ASSERT_EQ(opened.outcome.size(), 1U);
  EXPECT_EQ(opened.outcome[0].value.reveal(), "service_provided");
  EXPECT_EQ(opened.referral.state, "completed");
  const auto account =
      flow::statement(sds->line, caller(), request().person, "fr", "subject").value();
  EXPECT_TRUE(account.complete);
}

TEST_F(Later, whether_the_need_was_met_goes_back_with_a_consent_given_at_the_services_counter) {
  const Supply said = consented_outcome();
  const auto told = flow::supply(siao->line, caller(), there, said);
  ASSERT_TRUE(told) << told.error().message.view() << told.error().where;
  EXPECT_THAT(siao->store.ledger_entries().back().shared.categories_released,
              ElementsAre("outcome.code", "outcome.met"));
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(flow::get_referral(sds->line, here).value().outcome.size(), 2U);
  const auto account =
      flow::statement(siao->line, caller(), PersonReference("file-9"), "en", "subject").value();
  EXPECT_THAT(flow::render_text(account), HasSubstr("prepared an answer: what became of your"));
  const auto here_too =
      flow::statement(sds->line, caller(), request().person, "fr", "subject").value();
  EXPECT_THAT(flow::render_text(here_too),
              HasSubstr("nous a dit ce que votre demande est devenue"));
}

TEST_F(Later, a_consent_withdrawn_at_the_services_counter_holds_the_outcome_back) {
  const Supply said = consented_outcome();
  const auto told = flow::supply(siao->line, caller(), there, said);
  ASSERT_TRUE(told) << told.error().message.view() << told.error().where;
  ASSERT_TRUE(
      flow::withdraw_consent(siao->line, caller(), PersonReference("file-9"), said.consent, ""));
  const auto attempts = deliver_all(*siao);
  ASSERT_FALSE(attempts.empty());
  EXPECT_EQ(attempts[0], Attempt::withheld);
  EXPECT_THAT(flow::get_referral(sds->line, here).value().outcome, IsEmpty());
}

// Every connection to this node's own database is in use.
struct NoConnection final : flow::People {
  static Fault none() { return {FaultKind::exhausted, "every database connection is in use"}; }
  Result<std::optional<Person>> find(const PersonReference&) override {
    return tl::unexpected(none());
  }
  Result<Person> open(const PersonReference&) override { return tl::unexpected(none()); }
  Result<Person> get(const PersonId&) override { return tl::unexpected(none()); }
  Result<std::vector<PersonId>> filed_under(const PersonReference&) override {
    return tl::unexpected(none());
  }
};
struct NobodyAsked final : Courier {
  Result<Acknowledgement> deliver(const Disclosure&) override {
    ADD_FAILURE() << "nothing was recalled";
    return fail(FaultKind::unavailable, "nobody is there");
  }
};

TEST_F(Later, what_this_node_lacks_itself_is_not_taken_for_the_peers_word) {
  ASSERT_TRUE(flow::supply(siao->line, caller(), there, consented_outcome()));
  NoConnection people;
  NobodyAsked courier;
  const flow::Line& all = siao->line;
  const flow::Line line{all.settings,    all.clock,   all.entropy, all.vocabulary,  all.laws,
                        all.directories, all.signer,  all.ledger,  people,          all.referrals,
                        all.outbox,      all.account, all.proofs,  all.checkpoints, all.tally,
                        all.erasures,    all.notices};
  const auto claim = siao->store.claim(1, std::chrono::seconds{30}, {}).value();
  const auto attempts = flow::deliver(line, courier, {}, claim.messages);
  ASSERT_EQ(attempts.size(), 1U);
  EXPECT_EQ(attempts[0].value(), Attempt::postponed) << "the peer was not asked";
  const auto waiting = siao->store.list(100).value();
  for (const auto& one : waiting) {
    if (one.disclosure != claim.messages[0]) continue;
    EXPECT_EQ(one.last_failure, "failed");
  }
}

TEST_F(Later, an_outcome_that_was_told_is_taken_back_when_its_consent_is_withdrawn) {
  const Supply said = consented_outcome();
  ASSERT_TRUE(flow::supply(siao->line, caller(), there, said));
  deliver_all(*siao);
  ASSERT_EQ(flow::get_referral(sds->line, here).value().outcome.size(), 2U);
  ASSERT_TRUE(
      flow::withdraw_consent(siao->line, caller(), PersonReference("file-9"), said.consent, ""));
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_THAT(flow::get_referral(sds->line, here).value().outcome, IsEmpty());
  EXPECT_EQ(sds->store.get(here).value()->state, "completed");
  const auto account =
      flow::statement(siao->line, caller(), PersonReference("file-9"), "en", "subject").value();
  EXPECT_TRUE(account.complete);
  EXPECT_THAT(flow::render_text(account), HasSubstr("You withdrew your consent for what we"));
}

TEST_F(Later, a_consent_withdrawn_at_the_services_counter_travels_back_and_to_everybody) {
  target("accepted");
  target("in_progress");
  ASSERT_TRUE(flow::supply(sds->line, caller(), here, housing()));  // queued, not sent
  ASSERT_TRUE(flow::move(siao->line, caller(), there, Move{"consent_withdrawn", "", {}, {}, {}}));
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(sds->store.get(here).value()->state, "consent_withdrawn");
  const auto consents = flow::list_consents(sds->line, request().person).value();
  ASSERT_EQ(consents.size(), 1U);
  EXPECT_EQ(consents[0].state, "withdrawn");
  ASSERT_TRUE(flow::tell_everybody(sds->line));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::withheld)) << "what waited does not leave";
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered)) << "the service is asked";
  const auto notices = sds->store.about(sds->store.get(here).value()->person).value();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].status, "stopped");
  EXPECT_THAT(held_there(), ElementsAre("identity.name", "need.code"));
}

TEST_F(Later, only_the_service_ends_a_referral_for_the_person_the_sender_withdraws_the_consent) {
  EXPECT_EQ(
      flow::move(sds->line, caller(), here, Move{"consent_withdrawn", "", {}, {}, {}}).error().kind,
      FaultKind::forbidden);
}

TEST_F(Later, nothing_but_an_outcome_comes_back) {
  target("accepted");
  target("in_progress");
  target("completed");
  Supply more = outcome();
  more.items = {{"identity.name", Sensitive<std::string>("Nadia Exemple")}};
  const auto told = flow::supply(siao->line, caller(), there, more).value();
  EXPECT_EQ(told.explained.decision.outcome, Outcome::deny);
  EXPECT_EQ(siao->store.waiting(), 0U);
}

TEST_F(Later, a_request_of_an_older_form_is_still_read) {
  const Bytes body = sds->store.get(here).value()->body;
  Bytes second = body.substr(0, body.size() - 12);  // without outcomes, note and replaced
  second[16] = '2';
  for (const Bytes& older : {second, body}) {
    const auto kept = flow::decode_request(older).value();
    EXPECT_EQ(kept.request.recipient, AgencyId("siao"));
    EXPECT_THAT(kept.outcome, IsEmpty());
    EXPECT_THAT(kept.rights_there, IsEmpty());
  }
}

TEST_F(Later, a_consent_that_was_withdrawn_is_not_called_the_persons_where_it_was_asked_with) {
  ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person, agreed, ""));
  flow::Request asked = request();
  asked.consent = agreed;
  ASSERT_EQ(flow::submit(sds->line, caller(), "key-2", asked).value().referral.state, "draft");
  const auto account =
      flow::statement(sds->line, caller(), request().person, "en", "subject").value();
  const auto consent_of = [&](const char* event) {
    const auto line = std::find_if(account.lines.begin(), account.lines.end(),
                                   [&](const auto& one) { return one.event == event; });
    return line == account.lines.end() ? "no such line" : line->consent;
  };
  EXPECT_THAT(consent_of("disclosed"), HasSubstr(agreed.text()));
  EXPECT_THAT(consent_of("refused"), IsEmpty());
}

}  // namespace
}  // namespace relais
