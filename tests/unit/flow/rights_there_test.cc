// SPDX-License-Identifier: Apache-2.0
// A right said at the service's counter, as the agency that referred and the person see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/flow/correct.h"
#include "node/flow/payload.h"
#include "node/flow/supply.h"
#include "node/flow/tell.h"
#include "tests/support/forged.h"

namespace relais {
namespace {

using flow::Attempt;
using flow::Right;
using ledger::Event;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct TheServicesCounter : testing::Test, test::TwoAgencies {
  ReferralId here;   // at the social service, which referred
  ReferralId there;  // at the intake service, filed under "file-9"
  const PersonReference file{"file-9"};

  void SetUp() override {
    here = flow::submit(sds->line, caller(), "key-1", consented_request()).value().referral.id;
    deliver_all(*sds);
    there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
    ASSERT_TRUE(flow::accept(siao->line, caller(), there, file));
    deliver_all(*siao);
    ASSERT_TRUE(flow::move(siao->line, caller(), there, {"in_progress", "", {}, {}, {}}));
    EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  }
  void says(Right right, bool lifted = false) {
    ASSERT_TRUE(flow::record_right(siao->line, caller(), file, right, lifted));
  }
  policy::Outcome supplied() {
    flow::Supply more;
    more.items = {{"housing.situation", Sensitive<std::string>("roofless")}};
    return flow::supply(sds->line, caller(), here, more).value().explained.decision.outcome;
  }
  std::vector<std::string> shown() {
    return flow::get_referral(sds->line, here).value().rights_there;
  }
  flow::Notice told() {
    const PersonId row = siao->store.get(there).value()->person;
    return siao->store.about(row).value().back();
  }
  std::string account(test::AgencyNode& node, const PersonReference& who) {
    return flow::render_text(flow::statement(node.line, caller(), who, "en", "subject").value());
  }
  test::Message word(Event event, uint64_t sequence) {
    const std::string handle = sds->store.get(here).value()->handle.text();
    return test::notice_of(event, handle, sequence, *siao, *sds);
  }
  Acknowledgement hears(test::Message message) {
    return flow::receive(sds->line, AgencyId("siao"), test::signed_by(*siao, std::move(message)))
        .value();
  }
};

TEST_F(TheServicesCounter, tells_an_objection_to_who_referred_and_nothing_more_goes_there) {
  ASSERT_EQ(supplied(), policy::Outcome::permit) << "waits to be sent";
  says(Right::objection);
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(told().status, "stopped");
  EXPECT_THAT(shown(), ElementsAre("objection"));

  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::withheld)) << "what waited is stopped";
  EXPECT_EQ(sds->store.ledger_entries().back().shared.reason, "objection");
  flow::Supply other;
  other.items = {{"housing.situation", Sensitive<std::string>("night_shelter")}};
  EXPECT_EQ(flow::supply(sds->line, caller(), here, other).value().explained.decision.outcome,
            policy::Outcome::deny);
}

TEST_F(TheServicesCounter, is_not_the_senders_the_person_is_asked_whether_it_holds_there_too) {
  says(Right::objection);
  deliver_all(*siao);
  const PersonId person = sds->store.get(here).value()->person;
  EXPECT_FALSE(sds->store.get(person).value().objection) << "no peer freezes a person's file";
  flow::Request another = request();
  another.consent = consent();
  EXPECT_EQ(flow::submit(sds->line, caller(), "key-2", another).value().referral.state,
            "requested");
}

TEST_F(TheServicesCounter, ends_what_began_there_and_nothing_else) {
  for (const Right right : {Right::objection, Right::restriction}) {
    says(right);
    EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  }
  EXPECT_THAT(shown(), ElementsAre("objection", "restricted"));
  says(Right::objection, true);
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(told().status, "resumed");
  EXPECT_THAT(shown(), ElementsAre("restricted"));
  says(Right::restriction, true);
  deliver_all(*siao);
  EXPECT_THAT(shown(), IsEmpty());
  EXPECT_EQ(supplied(), policy::Outcome::permit);

  ASSERT_TRUE(flow::record_right(sds->line, caller(), request().person, Right::objection, false));
  says(Right::objection, true);
  deliver_all(*siao);
  const PersonId person = sds->store.get(here).value()->person;
  EXPECT_TRUE(sds->store.get(person).value().objection) << "what was asked here stays";
}

TEST_F(TheServicesCounter, is_heard_in_order_a_late_end_ends_nothing) {
  auto lifted = word(Event::restricted, 8);
  lifted.shared.reason = "lifted";
  EXPECT_EQ(hears(word(Event::restricted, 9)).reason, "stopped");
  EXPECT_EQ(hears(lifted).reason, "stopped");
  EXPECT_THAT(shown(), ElementsAre("restricted"));
}

TEST_F(TheServicesCounter, takes_nothing_more_itself_whether_or_not_the_sender_has_heard) {
  look_on_both_sides();
  says(Right::objection);
  ASSERT_EQ(supplied(), policy::Outcome::permit) << "its notice is still on the way";
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::refused));
  EXPECT_EQ(sds->store.ledger_entries().back().shared.reason, "law");
  EXPECT_THAT(flow::get_referral(siao->line, there).value().items, testing::SizeIs(2));
}

TEST_F(TheServicesCounter, puts_right_what_came_and_tells_who_sent_it_that_it_was_wrong) {
  ASSERT_TRUE(flow::correct(siao->line, caller(), file,
                            {{"identity.name", Sensitive<std::string>("Nadia Exemplaire")},
                             {"housing.situation", Sensitive<std::string>("roofless")}}));
  const auto items = flow::get_referral(siao->line, there).value().items;
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].value.reveal(), "Nadia Exemplaire");
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(seen.back().payload, flow::encode_items({})) << "what is right, the person says there";
  EXPECT_EQ(told().status, "noted");
  EXPECT_THAT(shown(), ElementsAre("corrected"));
  EXPECT_EQ(flow::get_referral(sds->line, here).value().items[0].value.reveal(), "Nadia Exemple");
}

TEST_F(TheServicesCounter, is_done_with_when_the_sender_has_put_it_right_too) {
  ASSERT_TRUE(flow::correct(siao->line, caller(), file,
                            {{"identity.name", Sensitive<std::string>("Nadia Exemplaire")}}));
  says(Right::restriction);
  deliver_all(*siao);
  deliver_all(*siao);
  ASSERT_THAT(shown(), ElementsAre("corrected", "restricted"));
  ASSERT_TRUE(flow::correct(sds->line, caller(), request().person,
                            {{"identity.name", Sensitive<std::string>("Nadia Exemplaire")}}));
  EXPECT_THAT(shown(), ElementsAre("restricted")) << "there is nothing left to ask for";
}

TEST_F(TheServicesCounter, says_nothing_of_a_correction_of_what_never_came_from_there) {
  ASSERT_TRUE(flow::correct(siao->line, caller(), file,
                            {{"housing.situation", Sensitive<std::string>("roofless")}}));
  EXPECT_EQ(siao->store.waiting(), 0u);
  EXPECT_EQ(flow::correct(siao->line, caller(), PersonReference("nobody"),
                          {{"housing.situation", Sensitive<std::string>("roofless")}})
                .error()
                .kind,
            FaultKind::not_found);
}

TEST_F(TheServicesCounter, is_in_both_statements) {
  says(Right::objection);
  EXPECT_THAT(account(*siao, file), HasSubstr("Agency sds has not answered yet"));
  deliver_all(*siao);
  EXPECT_THAT(account(*siao, file), HasSubstr("Agency sds sends nothing more for this request"));
  EXPECT_THAT(account(*siao, file), Not(HasSubstr("Agency sds has stopped using it")))
      << "it goes on with what it knows itself";
  EXPECT_THAT(account(*sds, request().person),
              HasSubstr("Agency siao told us that you objected. We send them nothing more for "
                        "this request, except with your consent or if the law obliges us to. If "
                        "it should hold with us too, tell us."));
  says(Right::objection, true);
  deliver_all(*siao);
  EXPECT_THAT(account(*siao, file), HasSubstr("Agency sds may again send something"));
  EXPECT_THAT(account(*sds, request().person),
              HasSubstr("no longer object. We may again send them something for this request."));
}

TEST_F(TheServicesCounter, tells_the_person_to_say_what_is_right_where_it_came_from_too) {
  ASSERT_TRUE(flow::correct(siao->line, caller(), file,
                            {{"identity.name", Sensitive<std::string>("Nadia Exemplaire")}}));
  deliver_all(*siao);
  EXPECT_THAT(account(*siao, file),
              HasSubstr("Agency sds knows that it was wrong; tell them what is right"));
  EXPECT_THAT(account(*sds, request().person),
              HasSubstr("was corrected. We do not know what: tell us what is right."));
}

TEST_F(TheServicesCounter, reads_what_became_of_a_right_said_where_the_referral_came_from) {
  ASSERT_TRUE(flow::record_right(sds->line, caller(), request().person, Right::objection, false));
  deliver_all(*sds);
  EXPECT_THAT(account(*siao, file),
              HasSubstr("Agency sds told us that you objected. We have stopped using it."));
  EXPECT_THAT(account(*sds, request().person), HasSubstr("Agency siao has stopped using it"));
}

TEST_F(TheServicesCounter, is_answered_without_a_referral_as_with_one) {
  auto unknown = word(Event::objection, 9);
  unknown.shared.handle = std::string(64, 'e');
  EXPECT_EQ(hears(unknown).reason, "stopped");
  auto other_service = word(Event::objection, 9);
  other_service.shared.recipient_service = "post";
  EXPECT_EQ(hears(other_service).status, "refused");
  EXPECT_THAT(shown(), IsEmpty());
}

TEST_F(TheServicesCounter, withdraws_an_outcome_by_an_objection_and_it_is_shown_no_more) {
  ASSERT_TRUE(flow::move(siao->line, caller(), there, {"completed", "", {}, {}, {}}));
  deliver_all(*siao);
  flow::Supply said;
  said.items = {{"outcome.code", Sensitive<std::string>("service_provided")},
                {"outcome.met", Sensitive<std::string>("met")}};
  said.attestations = {{"recipient.named", {"true"}}};
  ASSERT_TRUE(flow::supply(siao->line, caller(), there, said));
  deliver_all(*siao);
  ASSERT_THAT(flow::get_referral(sds->line, here).value().outcome, Not(IsEmpty()));
  says(Right::objection);
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered)) << "one notice, not two";
  EXPECT_THAT(flow::get_referral(sds->line, here).value().outcome, IsEmpty());
  EXPECT_THAT(shown(), ElementsAre("objection"));
}

}  // namespace
}  // namespace relais
