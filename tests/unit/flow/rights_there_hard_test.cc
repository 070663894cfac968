// SPDX-License-Identifier: Apache-2.0
// A right said at the service's counter, where somebody would rather it was not heard, or hears of
// what is kept from them: other agencies, other readers, other moments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "node/flow/correct.h"
#include "node/flow/payload.h"
#include "node/flow/portability.h"
#include "node/flow/supply.h"
#include "node/flow/tell.h"
#include "tests/support/forged.h"
#include "tests/support/meanwhile.h"

namespace relais {
namespace {

using flow::Right;
using ledger::Event;
using test::Meanwhile;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// How often `part` is in `text`.
size_t times(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// Lets somebody act when it is asked where a person's entries end.
class SlowAccount final : public flow::Account {
 public:
  SlowAccount(flow::Account& real, std::function<void()> act) : real_(real), act_(std::move(act)) {}
  Result<std::vector<flow::AccountEntry>> entries(const PersonId& person) override {
    return real_.entries(person);
  }
  Result<flow::AccountHead> head(const PersonId& person) override {
    const auto once = std::exchange(act_, {});
    if (once) once();
    return real_.head(person);
  }

 private:
  flow::Account& real_;
  std::function<void()> act_;
};

struct TheServicesCounterUnderAttack : testing::Test, test::TwoAgencies {
  test::AgencyNode third{"third", 500, *words, *law, directory, clock};
  const PersonReference file{"file-9"};
  ReferralId here;
  ReferralId there;

  TheServicesCounterUnderAttack() {
    Directory content = directory.copy();
    content.agencies.push_back(
        test::listed(AgencyId("third"), third.signer.verifier(), third.ledger_signer.verifier()));
    ++content.version;
    directory.set(content);
  }
  // One the social service sent, in progress at the intake service.
  void refer() {
    here = flow::submit(sds->line, caller(), "key-1", consented_request()).value().referral.id;
    deliver_all(*sds);
    there = siao->store.by_handle(AgencyId("sds"), handle()).value()->id;
    begin(there);
    while (!deliver_all(*siao).empty()) {
    }
  }
  Handle handle() { return sds->store.get(here).value()->handle; }
  void begin(const ReferralId& id) {
    ASSERT_TRUE(flow::accept(siao->line, caller(), id, file));
    ASSERT_TRUE(flow::move(siao->line, caller(), id, {"in_progress", "", {}, {}, {}}));
  }
  Acknowledgement hears(test::AgencyNode& by, const test::Message& message) {
    return flow::receive(siao->line, by.settings.agency, test::signed_by(by, message)).value();
  }
  test::Message first(test::AgencyNode& by) {
    test::Message message = test::housing_referral(clock.now());
    message.shared.sender_agency = by.settings.agency.text();
    return message;
  }
  test::Message later(test::AgencyNode& by) {
    test::Message message = first(by);
    message.shared.categories_released = {"housing.situation"};
    message.items = {{"housing.situation", Sensitive<std::string>("roofless")}};
    message.sequence = 2;
    return message;
  }
  // One that is kept from who speaks for the person.
  ReferralId report() {
    test::Message message = first(*sds);
    message.shared.attachments = {"withhold_from_log_view"};
    EXPECT_EQ(hears(*sds, message).status, "filed");
    const Handle handle(message.shared.handle);
    const ReferralId id = siao->store.by_handle(AgencyId("sds"), handle).value()->id;
    begin(id);
    return id;
  }
  std::string shown_to_a_parent() {
    return flow::render_text(flow::statement(siao->line, caller(), file, "en", "parent").value());
  }
  flow::Line with(flow::Account& account, const flow::Line& line) {
    return {line.settings,    line.clock,  line.entropy, line.vocabulary,  line.laws,
            line.directories, line.signer, line.ledger,  line.people,      line.referrals,
            line.outbox,      account,     line.proofs,  line.checkpoints, line.tally,
            line.erasures,    line.notices};
  }
};

TEST_F(TheServicesCounterUnderAttack, no_peer_freezes_what_another_one_sends_there) {
  look_on_both_sides();
  refer();
  ASSERT_EQ(hears(third, first(third)).status, "filed");
  const Handle others(first(third).shared.handle);
  begin(siao->store.by_handle(AgencyId("third"), others).value()->id);
  ASSERT_TRUE(flow::record_right(sds->line, caller(), request().person, Right::objection, false));
  deliver_all(*sds);
  EXPECT_EQ(hears(third, later(third)).reason, "") << "it was objected to at another agency";
  ASSERT_TRUE(flow::record_right(siao->line, caller(), file, Right::objection, false));
  test::Message more = later(third);
  more.sequence = 3;
  EXPECT_EQ(hears(third, more).reason, "law") << "and now at this counter";
}

TEST_F(TheServicesCounterUnderAttack, what_is_heard_while_more_is_supplied_is_not_written_over) {
  refer();
  SlowAccount slow(sds->store, [&] {
    ASSERT_TRUE(flow::record_right(siao->line, caller(), file, Right::objection, false));
    deliver_all(*siao);
  });
  flow::Supply more;
  more.items = {{"housing.situation", Sensitive<std::string>("roofless")}};
  const auto supplied = flow::supply(with(slow, sds->line), caller(), here, more).value();
  EXPECT_THAT(flow::get_referral(sds->line, here).value().rights_there, ElementsAre("objection"));
  EXPECT_EQ(supplied.explained.decision.outcome, policy::Outcome::deny);
}

// The replica that records the right stops before its notice is under way.
TEST_F(TheServicesCounterUnderAttack, what_is_put_right_while_more_comes_stays_right) {
  refer();
  flow::Supply more;
  more.items = {{"housing.situation", Sensitive<std::string>("roofless")}};
  ASSERT_TRUE(flow::supply(sds->line, caller(), here, more));
  const Meanwhile other("receive.before_append", [&] {
    flow::StoredReferral held = *siao->store.get(there).value();
    flow::Draft draft = flow::draft_entry(siao->line, Event::corrected, held.person, std::string());
    flow::ReferralChange change;
    change.id = there;
    change.body = flow::encode_items({{"identity.name", Sensitive<std::string>("Nadia Vraie")},
                                      {"need.code", Sensitive<std::string>("housing")}});
    draft.change = std::move(change);
    ASSERT_TRUE(siao->store.append(std::move(draft)));
  });
  deliver_all(*sds);
  const auto items = flow::get_referral(siao->line, there).value().items;
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[0].value.reveal(), "Nadia Vraie");
}

TEST_F(TheServicesCounterUnderAttack, a_parent_who_objects_is_not_told_of_rows_they_are_not_shown) {
  report();
  ASSERT_TRUE(flow::record_right(siao->line, caller(), file, Right::objection, false));
  const std::string text = shown_to_a_parent();
  EXPECT_EQ(times(text, "You objected"), 1u) << text;
  EXPECT_THAT(text, Not(HasSubstr("Agency sds")));
}

TEST_F(TheServicesCounterUnderAttack,
       a_parent_who_corrects_is_not_told_of_rows_they_are_not_shown) {
  report();
  ASSERT_TRUE(siao->store.open(file)) << "the agency's own row";
  ASSERT_TRUE(flow::correct(siao->line, caller(), file,
                            {{"identity.name", Sensitive<std::string>("Nadia Vraie")}}));
  const std::string text = shown_to_a_parent();
  EXPECT_EQ(times(text, "We corrected"), 1u) << text;
  EXPECT_THAT(text, Not(HasSubstr("Agency sds")));
}

TEST_F(TheServicesCounterUnderAttack, more_about_what_is_kept_from_a_parent_is_kept_from_them_too) {
  report();
  ASSERT_EQ(hears(*sds, later(*sds)).status, "filed") << "its sender forgot to say so";
  EXPECT_THAT(shown_to_a_parent(), Not(HasSubstr("Agency sds")));
}

TEST_F(TheServicesCounterUnderAttack, who_was_told_an_outcome_is_told_that_it_was_wrong) {
  refer();
  ASSERT_TRUE(flow::move(siao->line, caller(), there, {"completed", "", {}, {}, {}}));
  flow::Supply said;
  said.items = {{"outcome.code", Sensitive<std::string>("service_provided")}};
  said.attestations = {{"recipient.named", {"true"}}};
  ASSERT_TRUE(flow::supply(siao->line, caller(), there, said));
  while (!deliver_all(*siao).empty()) {
  }
  ASSERT_TRUE(siao->store.open(file)) << "the agency's own row";
  ASSERT_TRUE(flow::correct(siao->line, caller(), file,
                            {{"outcome.code", Sensitive<std::string>("partly_provided")}}));
  deliver_all(*siao);
  EXPECT_THAT(flow::get_referral(sds->line, here).value().rights_there, ElementsAre("corrected"));
}

TEST_F(TheServicesCounterUnderAttack, a_file_for_a_parent_has_no_right_that_only_a_report_told_of) {
  report();
  ASSERT_TRUE(siao->store.open(file)) << "the agency's own row";
  test::Message told = first(*sds);
  told.shared.event = Event::objection;
  told.shared.status = "notice";
  told.shared.purpose = "subject_rights";
  told.shared.categories_released.clear();
  told.items.clear();
  told.sequence = 2;
  ASSERT_EQ(hears(*sds, told).reason, "stopped");
  const auto parents = flow::export_person(siao->line, caller(), file, "parent").value();
  EXPECT_THAT(parents.document, HasSubstr("\"objection\": false"));
}

// The request arrived, its acknowledgement did not; when it is tried again the person has objected.
TEST_F(TheServicesCounterUnderAttack, who_answered_hears_the_rest_though_the_request_was_stopped) {
  flow::Request asked = request();
  asked.consent = consent();
  here = flow::submit(sds->line, caller(), "key-1", asked).value().referral.id;
  answer_lost = true;
  deliver_all(*sds);
  answer_lost = false;
  begin(siao->store.by_handle(AgencyId("sds"), handle()).value()->id);
  ASSERT_TRUE(flow::record_right(siao->line, caller(), file, Right::objection, false));
  while (!deliver_all(*siao).empty()) {
  }
  clock.advance(std::chrono::hours{1});
  EXPECT_THAT(deliver_all(*sds), ElementsAre(flow::Attempt::withheld));
  ASSERT_TRUE(flow::move(sds->line, caller(), here, {"cancel_requested", "", {}, {}, {}}));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(flow::Attempt::delivered));
}

TEST(KeptRequests, are_written_as_the_release_before_did_while_nothing_is_new_in_them) {
  flow::KeptRequest kept;
  EXPECT_TRUE(flow::encode_request(kept).starts_with("relais/request/v3"))
      << "a key used before an upgrade is the same key after it";
  kept.rights_there = {"objection"};
  const Bytes bytes = flow::encode_request(kept);
  EXPECT_TRUE(bytes.starts_with("relais/request/v4"));
  EXPECT_THAT(flow::decode_request(bytes).value().rights_there, ElementsAre("objection"));
}

}  // namespace
}  // namespace relais
