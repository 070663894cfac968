// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <thread>

#include "node/storage/versions_seen.h"
#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

struct Persons : testing::Test {
  Agency agency{PrivatePostgres::instance().migrated_database()};
  std::string dump() {
    return PrivatePostgres::instance().sql(agency.database,
                                           "SELECT string_agg(p::text, '') FROM relais.person p");
  }
};

TEST_F(Persons, a_reference_is_found_again_and_is_nowhere_in_the_database) {
  EXPECT_FALSE(agency.people.find(PersonReference("DOSSIER-4711")).value().has_value());
  const PersonId opened = agency.person("DOSSIER-4711");
  EXPECT_EQ(agency.people.find(PersonReference("DOSSIER-4711")).value()->id, opened);
  EXPECT_EQ(agency.person("DOSSIER-4711"), opened);
  EXPECT_NE(agency.person("DOSSIER-4712"), opened);
  // Its letters: four digits stand in what is sealed by chance.
  EXPECT_EQ(dump().find("SSIER"), std::string::npos);
  EXPECT_EQ(dump().find(to_hex("SSIER-47")), std::string::npos);
}

TEST_F(Persons, many_who_open_a_reference_at_once_open_one_person) {
  std::mutex mutex;
  std::set<std::string> opened;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto person = agency.people.open(PersonReference("the same"));
      const std::scoped_lock lock(mutex);
      opened.insert(person ? person->id.text() : std::string(person.error().message.view()));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(opened.size(), 1u);
}

TEST_F(Persons, rows_of_accepted_handles_are_filed_under_the_agencys_reference) {
  const PersonId own = agency.person("dossier");
  flow::Draft draft = agency.draft(PersonId(agency.uuid()));
  draft.new_person = true;
  ASSERT_NE(appended(agency.appender->append(draft)), nullptr);
  EXPECT_EQ(agency.people.filed_under(PersonReference("dossier")).value(), std::vector{own});
  flow::Draft accepted = agency.draft(draft.person);
  accepted.filed_under = PersonReference("dossier");
  ASSERT_NE(appended(agency.appender->append(accepted)), nullptr);
  EXPECT_EQ(agency.people.filed_under(PersonReference("dossier")).value(),
            (std::vector{own, draft.person}));
  EXPECT_EQ(agency.people.find(PersonReference("dossier")).value()->id, own);
  flow::Draft moved = agency.draft(own);
  moved.filed_under = PersonReference("other");
  ASSERT_NE(appended(agency.appender->append(moved)), nullptr);
  EXPECT_TRUE(agency.people.filed_under(PersonReference("other")).value().empty());
  EXPECT_EQ(agency.people.find(PersonReference("dossier")).value()->id, own);
}

TEST_F(Persons, whoever_loses_the_race_to_answer_files_nobody) {
  flow::Draft received = agency.referral_draft(PersonId(agency.uuid()), "key");
  received.new_person = true;
  ASSERT_NE(appended(agency.appender->append(received)), nullptr);
  flow::Draft late = agency.draft(received.person);
  late.expected = flow::ExpectedState{received.referral->id, "received"};  // it no longer is
  late.filed_under = PersonReference("somebody else");
  EXPECT_NE(outcome_as<flow::Moved>(agency.appender->append(late)), nullptr);
  EXPECT_TRUE(agency.people.filed_under(PersonReference("somebody else")).value().empty());
}

TEST_F(Persons, two_messages_never_go_out_under_one_number) {
  const PersonId person = agency.person("dossier");
  const flow::Draft sent = agency.referral_draft(person, "key");
  ASSERT_NE(appended(agency.appender->append(sent)), nullptr);
  const auto next = [&] {
    flow::Draft draft = agency.draft(person);
    draft.queued = sent.queued;
    draft.queued->disclosure = DisclosureId(agency.uuid());
    draft.queued->sequence = sent.referral->sequence_out + 1;
    draft.change = flow::ReferralChange{};
    draft.change->id = sent.referral->id;
    draft.change->sequence_out = draft.queued->sequence;
    draft.expected =
        flow::ExpectedState{sent.referral->id, sent.referral->state, sent.referral->sequence_out};
    return draft;
  };
  const flow::Draft one = next(), other = next();
  ASSERT_NE(appended(agency.appender->append(one)), nullptr);
  EXPECT_NE(outcome_as<flow::Moved>(agency.appender->append(other)), nullptr);
}

TEST_F(Persons, nothing_opens_without_the_key_encryption_key) {
  agency.person("dossier");
  const storage::Keyring other = keyring_of('x', agency.entropy);
  storage::PeopleStore blind(agency.pool, other, agency.entropy, agency.clock);
  EXPECT_EQ(blind.find(PersonReference("dossier")).error().kind, FaultKind::corrupt);
  storage::EpochKey later;
  later.epoch = 2;
  Digest lookup;
  lookup.fill(7);
  const storage::Keyring without({later}, lookup, agency.entropy);
  storage::PeopleStore early(agency.pool, without, agency.entropy, agency.clock);
  EXPECT_EQ(early.find(PersonReference("dossier")).error().kind, FaultKind::unavailable);
}

TEST_F(Persons, are_opened_while_the_key_epoch_turns_without_an_error) {
  storage::EpochKey first;
  first.key.fill('k');
  storage::EpochKey second = first;
  second.epoch = 2;
  agency.keyring.follow([&] { return std::vector<storage::EpochKey>{first, second}; });
  PrivatePostgres::instance().sql(agency.database,
                                  "INSERT INTO relais.key_epoch (epoch) VALUES (1), (2)");
  EXPECT_EQ(agency.keyring.newest_epoch(), 1);
  EXPECT_TRUE(agency.people.open(PersonReference("at the counter")).has_value());
  EXPECT_EQ(agency.keyring.newest_epoch(), 2);
  agency.keyring.set({first});
  flow::Draft received = agency.referral_draft(PersonId(agency.uuid()), "from a peer");
  received.new_person = true;
  EXPECT_NE(appended(agency.appender->append(received)), nullptr);
  EXPECT_EQ(agency.keyring.newest_epoch(), 2);
}

TEST_F(Persons, a_key_moved_to_another_persons_row_does_not_open) {
  agency.person("one");
  agency.person("two");
  PrivatePostgres::instance().sql(
      agency.database,
      "UPDATE relais.person p SET key_wrapped = (SELECT key_wrapped FROM relais.person o"
      " WHERE o.id <> p.id)");
  EXPECT_EQ(agency.people.find(PersonReference("one")).error().kind, FaultKind::corrupt);
}

TEST_F(Persons, ids_that_are_no_ids_are_invalid_and_texts_with_a_nul_too) {
  EXPECT_EQ(agency.people.get(PersonId("' OR true --")).error().kind, FaultKind::invalid);
  EXPECT_EQ(agency.people.get(PersonId(agency.uuid())).error().kind, FaultKind::not_found);
  flow::Submission submission;
  submission.client = "desk";
  submission.key = std::string("a\0b", 3);
  EXPECT_EQ(agency.referrals.submitted(submission).error().kind, FaultKind::invalid);
}

TEST_F(Persons, an_older_directory_or_another_of_the_same_version_is_refused) {
  storage::SeenVersion seen{5, {}};
  EXPECT_FALSE(storage::newest_directory(agency.pool).value().has_value());
  EXPECT_TRUE(storage::see_directory(agency.pool, seen));
  EXPECT_TRUE(storage::see_directory(agency.pool, seen));
  storage::SeenVersion other{5, {}};
  other.digest.fill(1);
  EXPECT_EQ(storage::see_directory(agency.pool, other).error().kind, FaultKind::precondition);
  EXPECT_EQ(storage::see_directory(agency.pool, {4, {}}).error().kind, FaultKind::precondition);
  EXPECT_TRUE(storage::see_directory(agency.pool, {6, {}}));
  EXPECT_EQ(storage::newest_directory(agency.pool).value()->version, 6);
}

TEST_F(Persons, an_older_activation_of_the_law_or_none_after_one_is_refused) {
  EXPECT_TRUE(storage::see_law(agency.pool, {0, {}}));
  EXPECT_TRUE(storage::see_law(agency.pool, {5, {}}));
  EXPECT_TRUE(storage::see_law(agency.pool, {5, {}}));
  storage::SeenVersion other{5, {}};
  other.digest.fill(1);
  EXPECT_EQ(storage::see_law(agency.pool, other).error().kind, FaultKind::precondition);
  EXPECT_EQ(storage::see_law(agency.pool, {4, {}}).error().kind, FaultKind::precondition);
  EXPECT_EQ(storage::see_law(agency.pool, {0, {}}).error().kind, FaultKind::precondition);
  EXPECT_EQ(storage::newest_law(agency.pool).value()->version, 5);
  EXPECT_FALSE(storage::newest_directory(agency.pool).value().has_value());
}

}  // namespace
}  // namespace relais::test
