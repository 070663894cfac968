// SPDX-License-Identifier: Apache-2.0
// Two people at two counters, at the same moment: what the second one finds. The step between the
// first one's look and its entry is where the second one is let in.
#include <gtest/gtest.h>

#include "node/flow/correct.h"
#include "node/flow/payload.h"
#include "node/flow/supply.h"
#include "tests/support/agencies.h"
#include "tests/support/meanwhile.h"

namespace relais {
namespace {

using test::Meanwhile;

struct AtTheSameMoment : testing::Test, test::TwoAgencies {
  flow::Request consented() {
    flow::Request asked = request();
    asked.consent = consent();
    return asked;
  }
  void supply_need(const ReferralId& id) {
    flow::Supply more;
    more.items = {{"need.code", Sensitive<std::string>("housing")}};
    const auto supplied = flow::supply(sds->line, caller(), id, more);
    ASSERT_TRUE(supplied.has_value()) << supplied.error().message.view();
    ASSERT_EQ(supplied->explained.decision.outcome, policy::Outcome::permit);
  }
};

TEST_F(AtTheSameMoment, a_key_used_twice_gives_both_the_first_answer) {
  const flow::Request asked = consented();
  ReferralId first;
  const Meanwhile other("submit.before_decide", [&] {
    first = flow::submit(sds->line, caller(), "key-1", asked).value().referral.id;
  });
  const auto second = flow::submit(sds->line, caller(), "key-1", asked);
  ASSERT_TRUE(second.has_value()) << second.error().message.view();
  EXPECT_EQ(second->referral.id, first);
  EXPECT_EQ(second->explained.decision.outcome, policy::Outcome::permit);
  EXPECT_EQ(sds->store.waiting(), 1u);
}

TEST_F(AtTheSameMoment, a_refused_key_used_twice_gives_both_the_first_answer) {
  ReferralId first;
  const Meanwhile other("submit.before_decide", [&] {
    first = flow::submit(sds->line, caller(), "key-1", request()).value().referral.id;
  });
  const auto second = flow::submit(sds->line, caller(), "key-1", request());
  ASSERT_TRUE(second.has_value()) << second.error().message.view();
  EXPECT_EQ(second->referral.id, first);
}

TEST_F(AtTheSameMoment, a_key_used_with_another_body_is_refused) {
  const flow::Request asked = consented();
  const Meanwhile other("submit.before_decide", [&] {
    ASSERT_TRUE(flow::submit(sds->line, caller(), "key-1", request()).has_value());
  });
  const auto second = flow::submit(sds->line, caller(), "key-1", asked);
  EXPECT_EQ(second.error().kind, FaultKind::already_exists);
}

TEST_F(AtTheSameMoment, who_accepts_second_files_the_person_nowhere) {
  ASSERT_TRUE(flow::submit(sds->line, caller(), "key-1", consented()).has_value());
  deliver_all(*sds);
  const ReferralId there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
  const Meanwhile other("answer.before_append", [&] {
    ASSERT_TRUE(flow::accept(siao->line, caller(), there, PersonReference("HERS")).has_value());
  });
  const auto late = flow::accept(siao->line, caller(), there, PersonReference("SOMEBODY-ELSES"));
  EXPECT_EQ(late.error().kind, FaultKind::precondition);
  EXPECT_EQ(siao->store.filed_under(PersonReference("HERS")).value().size(), 1u);
  EXPECT_TRUE(siao->store.filed_under(PersonReference("SOMEBODY-ELSES")).value().empty());
}

TEST_F(AtTheSameMoment, who_accepts_what_is_just_rejected_files_the_person_nowhere) {
  ASSERT_TRUE(flow::submit(sds->line, caller(), "key-1", consented()).has_value());
  deliver_all(*sds);
  const ReferralId there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
  const Meanwhile other("answer.before_append", [&] {
    ASSERT_TRUE(flow::reject(siao->line, caller(), there, "no_capacity").has_value());
  });
  EXPECT_FALSE(flow::accept(siao->line, caller(), there, PersonReference("MINE")).has_value());
  EXPECT_TRUE(siao->store.filed_under(PersonReference("MINE")).value().empty());
}

TEST_F(AtTheSameMoment, a_repeat_gets_its_first_answer_though_the_recipient_is_suspended_since) {
  const flow::Request asked = consented();
  const auto first = flow::submit(sds->line, caller(), "key-1", asked).value();
  Directory changed = directory.copy();
  changed.version = 2;
  changed.agencies[1].suspended = true;
  directory.set(changed);
  const auto again = flow::submit(sds->line, caller(), "key-1", asked);
  ASSERT_TRUE(again.has_value()) << again.error().message.view();
  EXPECT_EQ(again->referral.id, first.referral.id);
  EXPECT_EQ(again->explained.decision.outcome, policy::Outcome::permit);
}

// Both would go out under one number, and the other side takes a number once.
TEST_F(AtTheSameMoment, a_question_to_cancel_is_heard_though_a_correction_goes_out_meanwhile) {
  const auto sent = flow::submit(sds->line, caller(), "key-1", consented()).value().referral;
  deliver_all(*sds);
  const Meanwhile other("answer.before_append", [&] {
    const std::vector<flow::AskedItem> right{
        {"identity.name", Sensitive<std::string>("Nadia Exemplaire")}};
    ASSERT_TRUE(flow::correct(sds->line, caller(), request().person, right));
    deliver_all(*sds);
  });
  const auto asked =
      flow::move(sds->line, caller(), sent.id, {"cancel_requested", "", {}, {}, {}, ""});
  ASSERT_TRUE(asked.has_value()) << asked.error().message.view();
  deliver_all(*sds);
  const auto there = siao->store.by_handle(AgencyId("sds"), sent.handle).value();
  EXPECT_EQ(there->state, "cancel_requested");
  EXPECT_EQ(flow::decode_items(there->body).value()[0].value.reveal(), "Nadia Exemplaire");
}

TEST_F(AtTheSameMoment, a_correction_and_what_is_supplied_meanwhile_go_out_one_after_the_other) {
  flow::Request asked = consented();
  asked.items.erase(asked.items.begin() + 1);
  const auto sent = flow::submit(sds->line, caller(), "key-1", asked).value().referral;
  deliver_all(*sds);
  const Meanwhile other("tell.before_notice", [&] { supply_need(sent.id); });
  const std::vector<flow::AskedItem> right{
      {"identity.name", Sensitive<std::string>("Nadia Exemplaire")}};
  ASSERT_TRUE(flow::correct(sds->line, caller(), request().person, right));
  while (!deliver_all(*sds).empty()) {
  }
  std::vector<uint64_t> numbers;
  for (const Envelope& envelope : seen) numbers.push_back(envelope.sequence);
  EXPECT_EQ(numbers, (std::vector<uint64_t>{1, 2, 3}));
  const auto there = siao->store.by_handle(AgencyId("sds"), sent.handle).value();
  EXPECT_EQ(flow::decode_items(there->body).value().size(), 2u);
}

// The reason's words are kept beside what left: neither may write over the other.
TEST_F(AtTheSameMoment, what_is_supplied_while_an_answer_is_taken_is_shown_as_having_left) {
  flow::Request asked = consented();
  asked.items.erase(asked.items.begin() + 1);
  const auto sent = flow::submit(sds->line, caller(), "key-1", asked).value().referral;
  deliver_all(*sds);
  const ReferralId there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
  ASSERT_TRUE(flow::reject(siao->line, caller(), there, "other", "no room this month"));
  const Meanwhile other("receive.before_append", [&] { supply_need(sent.id); });
  deliver_all(*siao);
  const auto shown = flow::get_referral(sds->line, sent.id).value();
  EXPECT_EQ(shown.note, "no room this month");
  EXPECT_EQ(shown.items.size(), 2u);
}

}  // namespace
}  // namespace relais
