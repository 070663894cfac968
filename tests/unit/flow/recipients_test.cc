// SPDX-License-Identifier: Apache-2.0
// One consent, several recipients: withdrawn, each is told, and each answers for itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/agencies.h"

namespace relais {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Recipients : testing::Test, test::TwoAgencies {
  Recipients() {
    Directory content = directory.copy();
    for (const test::AgencyNode* node : {&shelter, &clinic}) {
      content.agencies.push_back(test::listed(node->settings.agency, node->signer.verifier(),
                                              node->ledger_signer.verifier()));
      content.agencies.back().services = content.agencies[1].services;
    }
    ++content.version;
    directory.set(content);
  }
  test::AgencyNode& node(const AgencyId& id) {
    if (id == shelter.settings.agency) return shelter;
    return id == clinic.settings.agency ? clinic : *siao;
  }
  // Everything due at the social service, to whom it is for.
  void carry() {
    struct Roads final : Courier {
      explicit Roads(Recipients& of) : world(of) {}
      Result<Acknowledgement> deliver(const Disclosure& disclosure) override {
        const Envelope& envelope = disclosure.envelope();
        if (world.away.contains(envelope.recipient.text())) {
          return fail(FaultKind::unavailable, "the peer is away");
        }
        ++world.heard[envelope.recipient.text()];
        return flow::receive(world.node(envelope.recipient).line, envelope.sender, envelope);
      }
      Recipients& world;
    } roads(*this);
    for (;;) {
      const auto claim = sds->store.claim(100, std::chrono::seconds{30}, {}).value();
      if (claim.messages.empty()) return;
      for (const auto& one : flow::deliver(sds->line, roads, {}, claim.messages)) EXPECT_TRUE(one);
    }
  }
  std::string status_at(const char* peer) {
    const PersonId person = sds->store.find(request().person).value()->id;
    const auto notices = sds->store.about(person).value();
    for (const flow::Notice& one : notices) {
      if (one.peer == AgencyId(peer)) return one.status;
    }
    return "not told";
  }
  std::string statement() {
    return flow::render_text(
        flow::statement(sds->line, caller(), request().person, "en", "subject").value());
  }

  test::AgencyNode shelter{"shelter", 200, *words, *law, directory, clock};
  test::AgencyNode clinic{"clinic", 300, *words, *law, directory, clock};
  std::set<std::string> away;
  std::map<std::string, int> heard;
};

TEST_F(Recipients, of_one_consent_are_each_told_of_its_withdrawal_and_answer_each_for_itself) {
  auto asked = test::well_given(AgencyId("siao"), "housing_orientation", {"identity.*", "need.*"},
                                clock.now(), std::chrono::hours{24 * 30});
  asked.consent.recipients = {AgencyId("siao"), AgencyId("shelter"), AgencyId("clinic")};
  flow::Request one = request();
  one.consent = flow::record_consent(sds->line, caller(), one.person, asked).value().key.id;
  away = {"clinic"};
  for (const AgencyId& to : asked.consent.recipients) {
    one.recipient = to;
    ASSERT_TRUE(flow::submit(sds->line, caller(), to.text(), one));
  }
  carry();
  EXPECT_EQ(heard["siao"] + heard["shelter"], 2);
  flow::RetentionDuty duty;
  duty.id = "social-file";
  duty.article = "CASF, art. L. 100";
  duty.purposes = {"housing_orientation"};
  duty.days = 365;
  duty.from = *Date::parse("2020-01-01");
  siao->settings.retention = {duty};
  away = {"shelter"};  // the clinic is back, and would get what waits for it

  ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), one.person, one.consent, ""));
  clock.advance(std::chrono::hours{1});
  carry();
  EXPECT_EQ(heard["clinic"], 0) << "what was queued is stopped, and there is nothing to tell";
  EXPECT_TRUE(clinic.store.ledger_entries().empty());
  EXPECT_EQ(status_at("siao"), "kept");
  EXPECT_EQ(status_at("shelter"), "queued");
  EXPECT_THAT(statement(),
              HasSubstr("Agency siao must keep until 23 November 2027 (CASF, art. L. 100)"));
  EXPECT_THAT(statement(), HasSubstr("Agency shelter has not answered yet"));

  away = {};
  clock.advance(std::chrono::hours{1});
  carry();
  EXPECT_EQ(status_at("shelter"), "stopped");
  EXPECT_THAT(statement(), Not(HasSubstr("has not answered yet")));
  for (test::AgencyNode* there : {siao.get(), &shelter}) {
    const auto inbox = there->store.inbox("", 10).value().referrals;
    ASSERT_EQ(inbox.size(), 1U);
    EXPECT_EQ(inbox[0].state, "consent_withdrawn");
  }
}

}  // namespace
}  // namespace relais
