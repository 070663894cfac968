// SPDX-License-Identifier: Apache-2.0
// What a change of the directory does to messages: an agency changes its signing key, joins,
// leaves, is suspended. The old key and the new both count while their windows overlap.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/flow/acknowledge.h"
#include "node/flow/record.h"
#include "tests/support/agencies.h"

namespace relais {
namespace {

using flow::Attempt;
using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;

struct DirectoryLife : testing::Test, test::TwoAgencies {
  // A new version of the directory, with this agency changed.
  void change(const std::string& id, const std::function<void(Agency&)>& change) {
    Directory content = directory.copy();
    content.version += 1;
    for (Agency& one : content.agencies) {
      if (one.id.text() == id) change(one);
    }
    directory.set(content);
  }
  // The stewards list another key for the agency; the one it signs with counts for an hour more.
  void roll(const std::string& id) {
    change(id, [this, &id](Agency& one) {
      one.signings.push_back({one.signing_key, clock.now() - hours{1}, clock.now() + hours{1}});
      one.signing_key = test::seeded_signer(id + ".test/agency", 77).verifier().text();
    });
  }
  void submit(const std::string& key) {
    flow::Request asked = request();
    asked.consent = consent();
    const auto sent = flow::submit(sds->line, caller(), key, asked);
    ASSERT_TRUE(sent.has_value()) << sent.error().message.c_str() << sent.error().where;
  }
};

TEST_F(DirectoryLife, what_the_old_key_signed_is_filed_in_the_overlap) {
  submit("key-1");
  roll("sds");
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
}

TEST_F(DirectoryLife, what_the_old_key_signed_is_not_filed_after_the_overlap) {
  submit("key-1");
  roll("sds");
  clock.advance(hours{1});
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
  EXPECT_TRUE(siao->store.ledger_entries().empty());
}

TEST_F(DirectoryLife, a_key_counts_up_to_the_last_millisecond_of_its_window) {
  submit("key-1");
  roll("sds");
  clock.advance(hours{1} - milliseconds{1});
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
}

TEST_F(DirectoryLife, a_key_does_not_count_before_its_window) {
  submit("key-1");
  change("sds", [this](Agency& one) {
    one.signings = {{one.signing_key, clock.now() + hours{1}, clock.now() + hours{2}}};
    one.signing_key = test::seeded_signer("sds.test/agency", 77).verifier().text();
  });
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
  clock.advance(hours{1});
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
}

TEST_F(DirectoryLife, an_acknowledgement_under_the_old_key_counts_in_the_overlap_and_not_after) {
  submit("key-1");
  roll("siao");
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  submit("key-2");
  clock.advance(hours{1});
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
}

// Filed once, acknowledged under the old key, asked again after the agency changed to the new one.
TEST_F(DirectoryLife, a_repeat_over_the_change_of_keys_is_filed_once_and_says_the_same) {
  submit("key-1");
  answer_lost = true;
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
  const Envelope first = seen.back();
  const auto before = flow::receive(siao->line, AgencyId("sds"), first).value();
  roll("siao");
  siao->signer = test::seeded_signer("siao.test/agency", 77);
  const auto after = flow::receive(siao->line, AgencyId("sds"), first).value();
  EXPECT_EQ(ledger::signed_bytes(flow::signed_part(before)),
            ledger::signed_bytes(flow::signed_part(after)));
  const auto keys = directory.current()->find(AgencyId("siao"))->signing_keys(clock.now());
  EXPECT_TRUE(flow::is_word_of_recipient(before, first, keys));
  EXPECT_TRUE(flow::is_word_of_recipient(after, first, keys));
  EXPECT_EQ(siao->store.ledger_entries().size(), 1U);
}

TEST_F(DirectoryLife, an_agency_that_left_gets_nothing_and_is_not_heard) {
  submit("key-1");
  flow::Request asked = request();
  asked.consent = consent();
  const Directory whole = directory.copy();
  Directory content = whole;
  content.version += 1;
  std::erase_if(content.agencies, [](const Agency& one) { return one.id.text() == "siao"; });
  directory.set(content);
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::withheld));
  EXPECT_EQ(flow::submit(sds->line, caller(), "key-2", asked).error().where, "recipient");
  content = whole;  // it joins again
  content.version += 2;
  directory.set(content);
  submit("key-3");
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
}

// The decision is made by one directory, the entry under the next: it is decided again.
TEST_F(DirectoryLife, an_agency_that_leaves_between_decision_and_entry_stops_no_node) {
  const Directory whole = directory.copy();
  flow::Request asked = request();
  asked.consent = consent();
  struct Leaving final : Directories {
    std::shared_ptr<const Directory> current() const override {
      return ++asked > 1 ? after : before;
    }
    std::shared_ptr<const Directory> before, after;
    mutable int asked = 0;
  } leaving;
  Directory content = whole;
  content.version += 1;
  std::erase_if(content.agencies, [](const Agency& one) { return one.id.text() == "siao"; });
  leaving.before = std::make_shared<const Directory>(whole);
  leaving.after = std::make_shared<const Directory>(content);
  directory.set(content);  // what the entry is guarded by
  const flow::Line line{sds->line.settings,   sds->line.clock,       sds->line.entropy,
                        sds->line.vocabulary, sds->line.laws,        leaving,
                        sds->line.signer,     sds->line.ledger,      sds->line.people,
                        sds->line.referrals,  sds->line.outbox,      sds->line.account,
                        sds->line.proofs,     sds->line.checkpoints, sds->line.tally,
                        sds->line.erasures,   sds->line.notices};
  const auto sent = flow::submit(line, caller(), "key-1", asked);
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error().where, "recipient");
}

TEST_F(DirectoryLife, a_suspended_agency_sends_nothing_and_goes_on_when_it_is_lifted) {
  submit("key-1");
  change("sds", [](Agency& one) { one.suspended = true; });
  flow::Request asked = request();
  asked.consent = consent();
  EXPECT_EQ(flow::submit(sds->line, caller(), "key-2", asked).error().where, "directory");
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
  EXPECT_TRUE(seen.empty());
  change("sds", [](Agency& one) { one.suspended = false; });
  clock.advance(hours{1});
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
}

TEST_F(DirectoryLife, a_withdrawal_reaches_an_agency_that_was_suspended_when_it_was_said) {
  submit("key-1");
  deliver_all(*sds);
  change("siao", [](Agency& one) { one.suspended = true; });
  const Person person = sds->store.find(request().person).value().value();
  ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person,
                                     person.consents.front().id, "person_asked"));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
  EXPECT_EQ(seen.size(), 1U);
  change("siao", [](Agency& one) { one.suspended = false; });
  clock.advance(hours{1});
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_EQ(sds->store.about(person.id).value().front().status, "stopped");
}

}  // namespace
}  // namespace relais
