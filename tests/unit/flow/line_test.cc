// SPDX-License-Identifier: Apache-2.0
// The straight line, verb by verb, between two agencies over memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/flow/payload.h"
#include "node/flow/record.h"
#include "node/ledger/exchange.h"
#include "tests/support/agencies.h"

namespace relais {
namespace {

using flow::Attempt;
using testing::ElementsAre;
using testing::HasSubstr;

struct TheLine : testing::Test, test::TwoAgencies {
  // Submits the usual request with the usual consent.
  flow::Submitted sent() {
    flow::Request asked = request();
    asked.consent = consent();
    return flow::submit(sds->line, caller(), "key-1", asked).value();
  }
  std::string state_at_sender(const ReferralId& id) { return sds->store.get(id).value()->state; }
};

TEST_F(TheLine, releases_only_what_is_permitted_needed_and_consented) {
  const auto submitted = sent();
  EXPECT_EQ(submitted.referral.state, "requested");
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  const auto items = flow::decode_items(seen.at(0).payload).value();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].category, "identity.name");
  EXPECT_EQ(items[1].category, "need.code");
}

TEST_F(TheLine, records_before_it_sends) {
  sent();
  peer_away = true;
  const size_t recorded = sds->store.ledger_entries().size();
  EXPECT_EQ(sds->store.ledger_entries().back().shared.event, ledger::Event::disclosed);
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
  EXPECT_EQ(sds->store.ledger_entries().size(), recorded);
}

TEST_F(TheLine, preview_records_nothing_and_says_the_same) {
  flow::Request asked = request();
  asked.consent = consent();
  const size_t before = sds->store.ledger_entries().size();
  const auto preview = flow::preview(sds->line, caller(), asked).value();
  EXPECT_EQ(sds->store.ledger_entries().size(), before);
  EXPECT_EQ(preview.decision.outcome, policy::Outcome::permit);
}

TEST_F(TheLine, silence_refuses_records_and_offers_a_slip) {
  const auto submitted = flow::submit(sds->line, caller(), "k", request()).value();
  EXPECT_EQ(submitted.explained.decision.outcome, policy::Outcome::deny);
  ASSERT_TRUE(submitted.explained.slip.has_value());
  EXPECT_THAT(submitted.explained.slip->text.fr, HasSubstr("Nous ne leur avons rien envoyé"));
  EXPECT_EQ(submitted.referral.state, "draft");
  EXPECT_EQ(sds->store.ledger_entries().back().shared.event, ledger::Event::refused);
  EXPECT_TRUE(sds->store.ledger_entries().back().stored.payload.empty());
  EXPECT_EQ(sds->store.waiting(), 0u);
}

TEST_F(TheLine, the_same_key_gives_the_first_answer_and_another_body_is_refused) {
  const auto first = sent();
  flow::Request asked = request();
  asked.consent = sds->store.find(asked.person).value()->consents.front().id;
  const auto again = flow::submit(sds->line, caller(), "key-1", asked).value();
  EXPECT_EQ(again.referral.id, first.referral.id);
  asked.items.pop_back();
  const auto other = flow::submit(sds->line, caller(), "key-1", asked);
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().kind, FaultKind::already_exists);
}

TEST_F(TheLine, a_withdrawal_between_record_and_delivery_stops_the_delivery_and_says_so) {
  const auto submitted = sent();
  const ConsentId id = sds->store.find(request().person).value()->consents.front().id;
  ASSERT_TRUE(
      flow::withdraw_consent(sds->line, caller(), request().person, id, "error").has_value());
  const auto& entries = sds->store.ledger_entries();
  EXPECT_EQ(entries.at(entries.size() - 2).shared.reason, "error") << "before the notice of it";
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::withheld));
  EXPECT_TRUE(seen.empty());
  EXPECT_EQ(state_at_sender(submitted.referral.id), "consent_withdrawn");
  const auto account =
      flow::statement(sds->line, caller(), request().person, "fr", "subject").value();
  EXPECT_THAT(flow::render_text(account), HasSubstr("vous avez retiré votre accord"));
}

TEST_F(TheLine, a_consent_that_expires_between_record_and_delivery_stops_the_delivery) {
  sent();
  clock.advance(std::chrono::hours{25});
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::withheld));
  EXPECT_EQ(sds->store.ledger_entries().back().shared.reason, "consent_expired");
}

TEST_F(TheLine, an_objection_between_record_and_delivery_stops_the_delivery) {
  sent();
  ASSERT_TRUE(
      flow::record_right(sds->line, caller(), request().person, flow::Right::objection, false));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::withheld));
  EXPECT_EQ(sds->store.ledger_entries().back().shared.reason, "objection");
}

TEST_F(TheLine, a_duty_waits_for_a_named_human_and_its_clock_is_in_the_ledger) {
  flow::Request asked = request();
  asked.purpose = "child_protection_assessment";
  asked.attestations = {{"facts.minor", {"at_risk"}}};
  const auto submitted = flow::submit(sds->line, caller(), "k", asked).value();
  EXPECT_EQ(submitted.explained.decision.outcome, policy::Outcome::oblige);
  EXPECT_EQ(sds->store.waiting(), 0u);
  EXPECT_EQ(sds->store.ledger_entries().back().shared.event, ledger::Event::obliged);
  const auto confirmed = flow::confirm_duty(sds->line, caller(), submitted.referral.id).value();
  EXPECT_EQ(confirmed.referral.state, "requested");
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
}

TEST_F(TheLine, a_machine_that_fails_while_a_duty_is_open_says_whom_to_telephone) {
  flow::Request asked = request();
  asked.purpose = "child_protection_assessment";
  asked.attestations = {{"facts.minor", {"at_risk"}}};
  const auto submitted = flow::submit(sds->line, caller(), "k", asked).value();
  sds->store.fail_next_append({FaultKind::unavailable, "the database is away"});
  const auto confirmed = flow::confirm_duty(sds->line, caller(), submitted.referral.id);
  ASSERT_FALSE(confirmed.has_value());
  ASSERT_NE(confirmed.error().telephone_route, nullptr);
  EXPECT_THAT(confirmed.error().telephone_route, HasSubstr("119"));
}

TEST_F(TheLine, a_fact_of_another_source_is_refused_by_name) {
  flow::Request asked = request();
  asked.attestations = {{"consent.state", {"given"}}};
  const auto submitted = flow::submit(sds->line, caller(), "k", asked);
  ASSERT_FALSE(submitted.has_value());
  EXPECT_EQ(submitted.error().kind, FaultKind::invalid);
  EXPECT_EQ(submitted.error().where, "consent.state");
}

TEST_F(TheLine, a_value_of_the_wrong_form_is_refused_with_its_field_and_without_the_value) {
  flow::Request asked = request();
  asked.items.push_back({"identity.birth_date", Sensitive<std::string>("3 mars 1987")});
  const auto submitted = flow::submit(sds->line, caller(), "k", asked);
  ASSERT_FALSE(submitted.has_value());
  EXPECT_EQ(submitted.error().where, "identity.birth_date");
  EXPECT_THAT(std::string(submitted.error().message.view()), testing::Not(HasSubstr("1987")));
}

TEST_F(TheLine, unknown_and_tier_four_categories_are_refused) {
  flow::Request asked = request();
  asked.items.push_back({"identity.nmae", Sensitive<std::string>("x")});
  EXPECT_EQ(flow::submit(sds->line, caller(), "k", asked).error().where, "items[3].category");
  asked.items.back().category = "note.private";
  EXPECT_EQ(flow::submit(sds->line, caller(), "k", asked).error().where, "note.private");
}

TEST_F(TheLine, a_repeat_is_filed_once_and_gets_the_same_acknowledgement) {
  sent();
  deliver_all(*sds);
  const auto first = flow::receive(siao->line, AgencyId("sds"), seen.at(0)).value();
  const size_t entries = siao->store.ledger_entries().size();
  clock.advance(std::chrono::hours{24 * 35});  // past the message's own expiry
  const auto second = flow::receive(siao->line, AgencyId("sds"), seen.at(0)).value();
  EXPECT_EQ(first.signature, second.signature);
  EXPECT_EQ(first.entry, second.entry);
  EXPECT_EQ(siao->store.ledger_entries().size(), entries);
}

// What an honest receiver answers to an envelope that was changed on the way: a fault, nothing
// stored.
struct Tampered : TheLine, testing::WithParamInterface<std::function<void(Envelope&)>> {};

TEST_P(Tampered, is_refused_and_leaves_nothing) {
  sent();
  in_transit = GetParam();
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
  EXPECT_TRUE(siao->store.ledger_entries().empty());
}

INSTANTIATE_TEST_SUITE_P(
    envelopes, Tampered,
    testing::Values([](Envelope& e) { e.payload += '\0'; },
                    [](Envelope& e) { e.shared_bytes[e.shared_bytes.size() / 2] ^= 1; },
                    [](Envelope& e) { e.signature[10] ^= 1; },
                    [](Envelope& e) { e.recipient = AgencyId("sds"); },
                    [](Envelope& e) { e.federation = "another"; },
                    [](Envelope& e) { e.sequence += 1; },
                    [](Envelope& e) { e.expires += std::chrono::hours{1}; },
                    [](Envelope& e) { e.index += 1; },
                    [](Envelope& e) { e.proof.push_back(Digest{}); },
                    [](Envelope& e) { e.shared_opening[0] ^= 1; },
                    [](Envelope& e) { e.private_commitment[0] ^= 1; },
                    [](Envelope& e) { e.checkpoint[e.checkpoint.size() - 5] ^= 1; },
                    [](Envelope& e) { e.disclosure = DisclosureId("x"); }));

TEST_F(TheLine, a_suspended_sender_is_refused_on_the_next_message) {
  sent();
  Directory changed = directory.copy();
  changed.agencies[0].suspended = true;
  changed.version = 2;
  in_transit = [&](Envelope&) { directory.set(changed); };
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
  EXPECT_TRUE(siao->store.ledger_entries().empty());
}

TEST_F(TheLine, a_category_the_service_did_not_declare_is_refused_and_not_stored) {
  sent();
  Directory changed = directory.copy();
  changed.agencies[1].services[0].needs.erase(changed.agencies[1].services[0].needs.begin());
  in_transit = [&](Envelope&) { directory.set(changed); };
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::refused));
  const auto& entry = siao->store.ledger_entries().back();
  EXPECT_EQ(entry.shared.event, ledger::Event::refused);
  EXPECT_EQ(entry.shared.reason, "not_declared");
  EXPECT_TRUE(entry.stored.payload.empty());
  EXPECT_TRUE(entry.shared.categories_released.empty());
}

TEST_F(TheLine, an_expired_directory_lets_nothing_leave) {
  sent();
  Directory expired = directory.copy();
  expired.expires = clock.now();
  directory.set(expired);
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
  EXPECT_TRUE(seen.empty());
}

TEST_F(TheLine, a_peer_that_stays_away_ends_undeliverable_and_visible) {
  const auto submitted = sent();
  peer_away = true;
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
  clock.advance(std::chrono::hours{24 * 8});
  EXPECT_THAT(deliver_all(*sds),
              ElementsAre(testing::AnyOf(Attempt::undeliverable, Attempt::withheld)));
  EXPECT_NE(state_at_sender(submitted.referral.id), "requested");
}

// After hours of attempts each waits up to a quarter of an hour; the first to arrive brings the
// others.
TEST_F(TheLine, what_waited_for_a_peer_that_was_away_follows_the_first_that_arrives) {
  flow::Request asked = request();
  asked.consent = consent();
  for (const char* key : {"key-1", "key-2", "key-3"}) {
    ASSERT_TRUE(flow::submit(sds->line, caller(), key, asked));
  }
  peer_away = true;
  for (int hour = 0; hour < 8; ++hour) {
    EXPECT_EQ(deliver_all(*sds).size(), 3u);
    clock.advance(std::chrono::hours{1});
  }
  EXPECT_EQ(deliver_all(*sds).size(), 3u);
  peer_away = false;
  size_t arrived = 0;
  while (arrived == 0) {
    clock.advance(std::chrono::seconds{1});
    arrived = deliver_all(*sds).size();
  }
  EXPECT_EQ(deliver_all(*sds).size(), 3 - arrived);
  EXPECT_EQ(sds->store.waiting(), 0u);
}

TEST_F(TheLine, how_long_a_message_took_counts_from_its_record_over_every_attempt) {
  sent();
  peer_away = true;
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
  EXPECT_EQ(sds->tally.last_disclosure_ms, -1);
  peer_away = false;
  clock.advance(std::chrono::minutes{2});
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_EQ(sds->tally.last_disclosure_ms, 120'000);
}

TEST_F(TheLine, stored_bytes_that_do_not_verify_are_never_sent) {
  const auto submitted = sent();
  sds->store.message(submitted.referral.disclosure).payload += "x";
  const auto claim = sds->store.claim(1, std::chrono::seconds{1}, {}).value();
  const auto loaded = sds->store.load(claim.messages).value();
  const auto recalled = flow::recall(sds->line, *loaded.front().message);
  ASSERT_FALSE(recalled.has_value());
  EXPECT_EQ(recalled.error().kind, FaultKind::corrupt);
}

TEST_F(TheLine, a_sent_referral_shows_what_left_and_under_which_reference) {
  const auto submitted = sent();
  const auto opened = flow::get_referral(sds->line, submitted.referral.id).value();
  EXPECT_EQ(opened.reference.text(), request().person.text());
  CategorySet shown;
  for (const auto& item : opened.items) {
    shown |= CategorySet::only(*words->find(item.category));
  }
  EXPECT_EQ(shown, submitted.explained.decision.released);
  EXPECT_GT(request().items.size(), opened.items.size());
}

TEST_F(TheLine, the_answer_comes_back_as_a_recorded_message) {
  const auto submitted = sent();
  deliver_all(*sds);
  EXPECT_EQ(state_at_sender(submitted.referral.id), "received");
  const auto inbox = flow::list_inbox(siao->line, "", 10).value();
  ASSERT_EQ(inbox.referrals.size(), 1u);
  const ReferralId there = inbox.referrals[0].referral.id;
  ASSERT_TRUE(flow::accept(siao->line, caller(), there, PersonReference("S-9")).has_value());
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(state_at_sender(submitted.referral.id), "accepted");
  const auto twice = flow::accept(siao->line, caller(), there, PersonReference());
  EXPECT_EQ(twice.error().kind, FaultKind::precondition);
  const auto account =
      flow::statement(siao->line, caller(), PersonReference("S-9"), "en", "subject").value();
  EXPECT_TRUE(account.complete);
  EXPECT_THAT(flow::render_text(account), HasSubstr("sent us a request for you"));
}

TEST_F(TheLine, a_rejection_needs_a_reason_and_brings_it_back) {
  const auto submitted = sent();
  deliver_all(*sds);
  const ReferralId there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
  EXPECT_EQ(flow::reject(siao->line, caller(), there, "").error().where, "reason_code");
  ASSERT_TRUE(flow::reject(siao->line, caller(), there, "no_capacity").has_value());
  deliver_all(*siao);
  EXPECT_EQ(state_at_sender(submitted.referral.id), "rejected");
  EXPECT_EQ(sds->store.get(submitted.referral.id).value()->reason, "no_capacity");
}

TEST_F(TheLine, an_answer_about_a_referral_never_sent_is_refused_without_a_hint) {
  sent();
  deliver_all(*sds);
  const ReferralId there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
  ASSERT_TRUE(flow::accept(siao->line, caller(), there, {}).has_value());
  auto fresh = std::make_unique<test::TwoAgencies>();  // a sender that never sent it
  const auto claim = siao->store.claim(1, std::chrono::seconds{1}, {}).value();
  const auto loaded = siao->store.load(claim.messages).value();
  const auto recalled = flow::recall(siao->line, *loaded.front().message).value();
  const auto& envelope = std::get<Disclosure>(recalled).envelope();
  const auto word = flow::receive(fresh->sds->line, AgencyId("siao"), envelope).value();
  EXPECT_EQ(word.status, "refused");
  EXPECT_EQ(word.reason, "not_expected");
}

TEST_F(TheLine, an_empty_set_in_a_consent_is_refused) {
  flow::ConsentAsked asked;
  asked.consent.state = "given";
  asked.consent.giver = "subject";
  asked.consent.form = "paper";
  asked.consent.valid_until = clock.now() + std::chrono::hours{1};
  asked.consent.valid_from = clock.now();
  asked.consent.purposes = {"housing_orientation"};
  asked.categories = {"identity.*"};
  const auto recorded = flow::record_consent(sds->line, caller(), request().person, asked);
  EXPECT_EQ(recorded.error().where, "consent.recipients");
  asked.consent.recipients = {AgencyId("siao")};
  asked.categories = {"religion"};  // never sent: what is left of the set is nothing
  const auto nothing = flow::record_consent(sds->line, caller(), request().person, asked);
  ASSERT_FALSE(nothing.has_value());
  EXPECT_EQ(nothing.error().where, "consent.categories");
}

TEST_F(TheLine, the_statement_reads_in_both_languages_escapes_and_is_itself_an_entry) {
  sent();
  deliver_all(*sds);
  const auto french =
      flow::statement(sds->line, caller(), request().person, "fr", "subject").value();
  EXPECT_TRUE(french.complete);
  EXPECT_EQ(sds->store.ledger_entries().back().shared.event, ledger::Event::access_read);
  EXPECT_THAT(flow::render_text(french), HasSubstr("Agence siao"));
  const auto english =
      flow::statement(sds->line, caller(), request().person, "en", "subject").value();
  EXPECT_EQ(english.count, french.count + 1);
  EXPECT_THAT(flow::render_html(english), HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(flow::render_json(english), HasSubstr("\"complete\": true"));
}

TEST_F(TheLine, a_draft_confirmed_by_somebody_else_meanwhile_is_not_confirmed_again) {
  flow::Request asked = request();
  asked.purpose = "child_protection_assessment";
  asked.attestations = {{"facts.minor", {"at_risk"}}};
  const auto submitted = flow::submit(sds->line, caller(), "k", asked).value();
  ASSERT_TRUE(flow::confirm_duty(sds->line, caller(), submitted.referral.id).has_value());
  const size_t entries = sds->store.ledger_entries().size();
  const auto again = flow::confirm_duty(sds->line, caller(), submitted.referral.id);
  EXPECT_EQ(again.error().kind, FaultKind::precondition);
  EXPECT_EQ(sds->store.ledger_entries().size(), entries);
}

TEST_F(TheLine, a_clock_that_goes_back_changes_no_order) {
  sent();
  clock.advance(-std::chrono::hours{1});
  deliver_all(*sds);
  clock.advance(std::chrono::hours{1});
  deliver_all(*sds);
  const auto account =
      flow::statement(sds->line, caller(), request().person, "en", "subject").value();
  EXPECT_TRUE(account.complete);
  for (size_t i = 1; i < account.lines.size(); ++i) {
    EXPECT_LT(account.lines[i - 1].index, account.lines[i].index);
  }
}

TEST(Statement, escapes_whatever_a_directory_says) {
  flow::Statement statement;
  statement.agency_name = "<script>alert('x')</script> & \"Co\"";
  statement.language = "en";
  const std::string page = flow::render_html(statement);
  EXPECT_THAT(page, testing::Not(HasSubstr("<script>")));
  EXPECT_THAT(page,
              HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;Co&quot;"));
}

}  // namespace
}  // namespace relais
