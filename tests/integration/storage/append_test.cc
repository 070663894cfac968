// SPDX-License-Identifier: Apache-2.0
// What an append leaves behind, read back through every store.
#include "node/ledger/checkpoint.h"
#include "node/ledger/record.h"
#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

struct Append : testing::Test {
  Agency agency{PrivatePostgres::instance().migrated_database()};
  void SetUp() override { ASSERT_NE(agency.appender, nullptr) << agency.fault.message.view(); }
};

TEST_F(Append, an_entry_is_answered_with_a_proof_that_leads_to_a_signed_root) {
  const auto outcome = agency.appender->append(agency.draft(agency.person("dossier 1")));
  const flow::Appended* entry = appended(outcome);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->index, 0u);
  const auto opened = ledger::open_checkpoint(entry->checkpoint, agency.signer.verifier());
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->checkpoint().size, 1u);
  const Digest leaf = ledger::leaf_hash(Bytes("\x01") + Bytes(view(entry->commitment)));
  EXPECT_TRUE(ledger::verify_inclusion(0, 1, leaf, entry->proof, opened->checkpoint().root));
  EXPECT_EQ(
      ledger::commitment_from(entry->shared_bytes, entry->shared_opening, entry->private_commitment)
          .commitment,
      entry->commitment);
}

TEST_F(Append, the_account_reads_back_what_was_recorded_in_order) {
  const PersonId person = agency.person("dossier 2");
  for (int i = 0; i < 3; ++i)
    ASSERT_NE(appended(agency.appender->append(agency.draft(person))), nullptr);
  const auto entries = agency.account.entries(person);
  ASSERT_TRUE(entries.has_value()) << entries.error().message.view();
  ASSERT_EQ(entries->size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    const auto part = ledger::decode_private((*entries)[i].private_bytes);
    ASSERT_TRUE(part.has_value());
    EXPECT_EQ(part->person_seq, i + 1);
    EXPECT_EQ((*entries)[i].payload, "what went");
    EXPECT_EQ((*entries)[i].origin, kOrigin);
  }
}

TEST_F(Append, a_referral_reads_back_as_it_was_written) {
  const PersonId person = agency.person("dossier 3");
  const flow::Draft draft = agency.referral_draft(person, "key 1");
  ASSERT_NE(appended(agency.appender->append(draft)), nullptr);
  const auto found = agency.referrals.get(draft.referral->id);
  ASSERT_TRUE(found.has_value() && found->has_value());
  const flow::StoredReferral& one = **found;
  EXPECT_EQ(one.handle, draft.referral->handle);
  EXPECT_EQ(one.person, person);
  EXPECT_EQ(one.state, "requested");
  EXPECT_EQ(one.attachments, draft.referral->attachments);
  EXPECT_EQ(one.expires, draft.referral->expires);
  EXPECT_EQ(one.body, draft.referral->body);
  EXPECT_EQ(one.index, std::optional<uint64_t>(0));
  const auto by_handle = agency.referrals.by_handle(one.counterpart, one.handle);
  ASSERT_TRUE(by_handle.has_value() && by_handle->has_value());
  EXPECT_EQ((*by_handle)->id, one.id);
  const auto theirs = agency.referrals.of_person(person);
  ASSERT_TRUE(theirs.has_value());
  ASSERT_EQ(theirs->size(), 1u);
  EXPECT_EQ(theirs->front().body, draft.referral->body);
  EXPECT_TRUE(agency.referrals.of_person(agency.person("dossier 3b")).value().empty());
}

TEST_F(Append, a_question_takes_a_time_of_its_own_and_the_timer_asks_for_it) {
  const PersonId person = agency.person("dossier 3c");
  const flow::Draft draft = agency.referral_draft(person, "key 1c");
  ASSERT_NE(appended(agency.appender->append(draft)), nullptr);
  flow::Draft asks = agency.draft(person);
  asks.change = flow::ReferralChange{};
  asks.change->id = draft.referral->id;
  asks.change->state = "cancel_requested";
  asks.change->expires = draft.referral->expires + std::chrono::hours{24 * 30};
  ASSERT_NE(appended(agency.appender->append(asks)), nullptr);
  EXPECT_EQ(agency.referrals.get(draft.referral->id).value()->expires, *asks.change->expires);
  EXPECT_TRUE(agency.referrals.unanswered(draft.referral->expires, 10).value().empty());
  EXPECT_EQ(agency.referrals.unanswered(*asks.change->expires, 10).value().size(), 1U);
}

TEST_F(Append, a_question_about_room_is_found_by_its_message) {
  const PersonId person = agency.person("dossier 3d");
  flow::Draft draft = agency.referral_draft(person, "key 1d");
  draft.referral->state = "capacity_probe";
  draft.referral->handle = Handle{};
  ASSERT_NE(appended(agency.appender->append(draft)), nullptr);
  const flow::StoredReferral& asked = *draft.referral;
  const auto found = agency.referrals.probe(asked.counterpart, asked.disclosure).value();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->id, asked.id);
  EXPECT_FALSE(agency.referrals.probe(AgencyId("another"), asked.disclosure).value());
  EXPECT_EQ(agency.referrals.unanswered(asked.expires, 10).value().size(), 1U);
}

TEST_F(Append, what_is_over_is_cut_off_from_its_person_when_nothing_waits_about_it) {
  const PersonId person = agency.person("dossier 3e");
  const flow::Draft draft = agency.referral_draft(person, "key 1e");
  ASSERT_NE(appended(agency.appender->append(draft)), nullptr);
  const Instant after = draft.referral->created + std::chrono::hours{1};
  const std::vector<std::string> over{"requested"};
  EXPECT_EQ(agency.referrals.anonymise(after, over, 10).value(), 0U) << "a message waits";
  flow::Draft settles = agency.draft(person);
  settles.settled = flow::Settled{draft.queued->disclosure, "delivered"};
  ASSERT_NE(appended(agency.appender->append(settles)), nullptr);
  EXPECT_EQ(agency.referrals.anonymise(after, {"rejected"}, 10).value(), 0U);
  EXPECT_EQ(agency.referrals.anonymise(draft.referral->created, over, 10).value(), 0U);
  EXPECT_EQ(agency.referrals.anonymise(after, over, 10).value(), 1U);
  EXPECT_EQ(agency.referrals.anonymise(after, over, 10).value(), 0U);
  const auto left = agency.referrals.get(draft.referral->id).value();
  ASSERT_TRUE(left.has_value());
  EXPECT_TRUE(left->person.empty());
  EXPECT_TRUE(left->handle.empty());
  EXPECT_EQ(left->state, "requested");
  EXPECT_TRUE(agency.referrals.of_person(person).value().empty());
  EXPECT_FALSE(agency.referrals.submitted(*draft.submission).value());
  EXPECT_TRUE(agency.verified().sound());
}

TEST_F(Append, the_same_key_is_answered_with_the_first_referral) {
  const PersonId person = agency.person("dossier 4");
  const flow::Draft first = agency.referral_draft(person, "key 2");
  ASSERT_NE(appended(agency.appender->append(first)), nullptr);
  const auto again = agency.appender->append(agency.referral_draft(person, "key 2"));
  const auto* existing = outcome_as<flow::Existing>(again);
  ASSERT_NE(existing, nullptr);
  EXPECT_EQ(existing->referral, first.referral->id);
  EXPECT_TRUE(existing->same_body);
  flow::Draft other = agency.referral_draft(person, "key 2");
  other.submission->body.fill(2);
  const auto differs = agency.appender->append(other);
  ASSERT_NE(outcome_as<flow::Existing>(differs), nullptr);
  EXPECT_FALSE(outcome_as<flow::Existing>(differs)->same_body);
  const auto looked_up = agency.referrals.submitted(*first.submission);
  ASSERT_TRUE(looked_up.has_value() && looked_up->has_value());
  EXPECT_TRUE((*looked_up)->same_body);
  EXPECT_EQ(agency.verified().entries, 1u);
}

TEST_F(Append, a_consent_moves_the_epoch_and_what_was_decided_before_is_stale) {
  const PersonId person = agency.person("dossier 5");
  flow::Draft consenting = agency.draft(person);
  Consent consent;
  consent.id = ConsentId(agency.uuid());
  consent.state = "given";
  consent.giver = "subject";
  consent.informed = true;
  consent.recipients = {AgencyId("siao-69")};
  consent.purposes = {"housing_orientation"};
  consent.categories = CategorySet::only(3);
  consent.valid_until = agency.clock.now();
  consenting.consent = consent;
  flow::Draft decided_before = agency.draft(person);
  decided_before.guard = flow::Guard{0, 1};
  ASSERT_NE(appended(agency.appender->append(consenting)), nullptr);
  EXPECT_NE(outcome_as<flow::Stale>(agency.appender->append(decided_before)), nullptr);
  decided_before.guard = flow::Guard{1, 1};
  EXPECT_NE(appended(agency.appender->append(decided_before)), nullptr);

  consent.version = 2;
  consent.state = "withdrawn";
  flow::Draft withdrawing = agency.draft(person);
  withdrawing.consent = consent;
  ASSERT_NE(appended(agency.appender->append(withdrawing)), nullptr);
  const auto found = agency.people.find(PersonReference("dossier 5"));
  ASSERT_TRUE(found.has_value() && found->has_value());
  EXPECT_EQ((*found)->epoch, 2);
  ASSERT_EQ((*found)->consents.size(), 1u);
  const Consent& newest = (*found)->consents[0];
  EXPECT_EQ(newest.version, 2);
  EXPECT_EQ(newest.state, "withdrawn");
  EXPECT_EQ(newest.recipients, consent.recipients);
  EXPECT_EQ(newest.categories, consent.categories);
  EXPECT_EQ(newest.valid_until, consent.valid_until);
}

TEST_F(Append, a_newer_directory_makes_a_permit_stale) {
  flow::Draft draft = agency.draft(agency.person("dossier 6"));
  draft.guard = flow::Guard{0, 1};
  agency.directory.at_version(2);
  EXPECT_NE(outcome_as<flow::Stale>(agency.appender->append(draft)), nullptr);
  EXPECT_EQ(agency.verified().entries, 0u);
}

TEST_F(Append, rights_and_facts_are_kept_and_move_the_epoch) {
  const PersonId person = agency.person("dossier 7");
  flow::Draft draft = agency.draft(person);
  draft.rights = flow::RightsChange{true, std::nullopt};
  PersonFacts facts;
  facts.age_band = "adult";
  facts.vulnerable = true;
  facts.maturity = false;
  facts.origin = {"vawa"};
  draft.facts = facts;
  ASSERT_NE(appended(agency.appender->append(draft)), nullptr);
  const auto found = agency.people.get(person);
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->objection);
  EXPECT_FALSE(found->restriction);
  EXPECT_EQ(found->epoch, 1);
  EXPECT_EQ(found->facts.age_band, "adult");
  EXPECT_EQ(found->facts.vulnerable, std::optional<bool>(true));
  EXPECT_EQ(found->facts.maturity, std::optional<bool>(false));
  EXPECT_EQ(found->facts.deceased, std::nullopt);
  EXPECT_EQ(found->facts.origin, std::vector<std::string>{"vawa"});
}

flow::Draft received(Agency& agency, const DisclosureId& disclosure) {
  flow::Draft draft = agency.draft(PersonId(agency.uuid()));
  draft.new_person = true;
  flow::StoredReferral referral;
  referral.id = ReferralId(agency.uuid());
  referral.direction = flow::Direction::received;
  referral.disclosure = disclosure;
  referral.handle = Handle(flow::fresh_hex(agency.entropy, 32));
  referral.person = draft.person;
  referral.counterpart = AgencyId("agency-b");
  referral.state = "received";
  draft.referral = referral;
  flow::Filed filed;
  filed.sender = AgencyId("agency-b");
  filed.disclosure = disclosure;
  filed.envelope_digest.fill(9);
  filed.status = "filed";
  draft.filed = filed;
  return draft;
}

TEST_F(Append, a_message_is_filed_once_and_answered_the_same_for_ever) {
  const DisclosureId disclosure(agency.uuid());
  const flow::Draft draft = received(agency, disclosure);
  const auto outcome = agency.appender->append(draft);
  const flow::Appended* first = appended(outcome);
  ASSERT_NE(first, nullptr);
  const auto again = agency.appender->append(received(agency, disclosure));
  const auto* before = outcome_as<flow::AlreadyFiled>(again);
  ASSERT_NE(before, nullptr);
  EXPECT_EQ(before->entry, first->entry);
  EXPECT_EQ(before->commitment, first->commitment);
  EXPECT_EQ(before->envelope_digest, draft.filed->envelope_digest);
  EXPECT_EQ(unix_ms(before->time), static_cast<int64_t>(draft.shared.time_claimed_ms));
  const auto filed = agency.appender->filed(AgencyId("agency-b"), disclosure);
  ASSERT_TRUE(filed.has_value() && filed->has_value());
  EXPECT_EQ((*filed)->entry, first->entry);
  EXPECT_FALSE((*agency.appender->filed(AgencyId("agency-c"), disclosure)).has_value());
}

TEST_F(Append, the_inbox_is_in_the_order_of_the_ledger_and_goes_on_after_a_token) {
  std::vector<ReferralId> sent;
  for (int i = 0; i < 5; ++i) {
    const flow::Draft draft = received(agency, DisclosureId(agency.uuid()));
    ASSERT_NE(appended(agency.appender->append(draft)), nullptr);
    sent.push_back(draft.referral->id);
  }
  std::vector<ReferralId> read;
  std::string after;
  while (true) {
    const auto page = agency.referrals.inbox(after, 2);
    ASSERT_TRUE(page.has_value());
    if (page->referrals.empty()) break;
    for (const auto& one : page->referrals) read.push_back(one.id);
    after = page->tokens.back();
  }
  EXPECT_EQ(read, sent);
  EXPECT_EQ(agency.referrals.inbox("no token", 2).error().kind, FaultKind::invalid);
}

TEST_F(Append, a_change_with_a_condition_leaves_an_overtaken_state_alone) {
  flow::Draft draft = received(agency, DisclosureId(agency.uuid()));
  ASSERT_NE(appended(agency.appender->append(draft)), nullptr);
  flow::ReferralChange change;
  change.id = draft.referral->id;
  change.state = "accepted";
  change.if_state = "requested";
  change.delivery = "delivered";
  change.sequence_in = 4;
  flow::Draft changing = agency.draft(draft.person);
  changing.change = change;
  ASSERT_NE(appended(agency.appender->append(changing)), nullptr);
  auto found = agency.referrals.get(change.id);
  EXPECT_EQ((*found)->state, "received");
  EXPECT_EQ((*found)->delivery, "delivered");
  EXPECT_EQ((*found)->sequence_in, 4u);
  changing = agency.draft(draft.person);
  change.if_state = "requested received";
  changing.change = change;
  ASSERT_NE(appended(agency.appender->append(changing)), nullptr);
  EXPECT_EQ((*agency.referrals.get(change.id))->state, "accepted");
}

TEST_F(Append, what_cannot_be_written_is_refused_and_writes_nothing) {
  EXPECT_EQ(agency.appender->append(agency.draft(PersonId(agency.uuid()))).error().kind,
            FaultKind::not_found);
  flow::Draft elsewhere = agency.draft(agency.person("dossier 8"));
  elsewhere.shared.origin = "agency-b.example/disclosures/2026";
  EXPECT_EQ(agency.appender->append(elsewhere).error().where, "shared.origin");
  flow::Draft changing = agency.draft(agency.person("dossier 8"));
  changing.change = flow::ReferralChange{};
  changing.change->id = ReferralId(agency.uuid());
  EXPECT_EQ(agency.appender->append(changing).error().kind, FaultKind::not_found);
  flow::Draft same = agency.draft(agency.person("dossier 8"));
  ASSERT_NE(appended(agency.appender->append(same)), nullptr);
  EXPECT_EQ(agency.appender->append(same).error().kind, FaultKind::already_exists);
  EXPECT_EQ(agency.verified().entries, 1u);
  EXPECT_TRUE(agency.verified().sound());
}

TEST_F(Append, an_entry_that_concerns_nobody_is_in_the_log_and_in_nobodys_account) {
  ASSERT_NE(appended(agency.appender->append(agency.draft(PersonId{}))), nullptr);
  const auto report = agency.verified();
  EXPECT_EQ(report.entries, 1u);
  EXPECT_EQ(report.bodies, 1u);
  EXPECT_TRUE(report.sound());
}

}  // namespace
}  // namespace relais::test
