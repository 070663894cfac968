// SPDX-License-Identifier: Apache-2.0
// An agency of the federation and the referral of two others: it can neither see, guess nor advance
// it. Whatever it says about their handle is answered as what it says about a handle that nobody
// ever had: in the same words, after the same calls of the store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/flow/acknowledge.h"
#include "node/flow/erase.h"
#include "tests/support/forged.h"

namespace relais {
namespace {

using flow::Attempt;
using ledger::Event;
using test::Message;
using testing::ElementsAre;

// What came of a message, without what is every message's own: ids, digests and the time.
struct Answer {
  std::string words;
  std::vector<std::string> calls;
  friend bool operator==(const Answer&, const Answer&) = default;
  friend void PrintTo(const Answer& answer, std::ostream* out) {
    *out << answer.words << testing::PrintToString(answer.calls);
  }
};

std::string words_of(const Result<Acknowledgement>& answered) {
  if (!answered) {
    const Fault& fault = answered.error();
    return "fault " + std::to_string(static_cast<int>(fault.kind)) + " " +
           std::string(fault.message.view()) + " " + fault.where;
  }
  Acknowledgement bare = *answered;
  bare.disclosure = DisclosureId();
  bare.sequence = 0;
  bare.envelope_digest = {};
  bare.entry = EntryId();
  bare.commitment = {};
  bare.time = {};
  return ledger::signed_bytes(flow::signed_part(bare));
}

struct OtherPair : testing::Test, test::TwoAgencies {
  OtherPair() {
    Directory content = directory.copy();
    content.agencies.push_back(
        test::listed(AgencyId("third"), third.signer.verifier(), third.ledger_signer.verifier()));
    content.agencies.back().services = content.agencies[1].services;
    content.agencies[0].services = content.agencies[1].services;
    ++content.version;
    directory.set(content);
    flow::Request asked = request();
    asked.consent = consent();
    sent = flow::submit(sds->line, caller(), "key-1", asked).value().referral;
    EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  }

  Message about(const std::string& handle, const test::AgencyNode& to, Event event) {
    Message message;
    message.shared.event = event;
    message.shared.handle = handle;
    message.shared.sender_agency = "third";
    message.shared.recipient_agency = to.settings.agency.text();
    message.shared.recipient_service = "orientation";
    message.expires = clock.now() + std::chrono::hours{24};
    message.sequence = 7;
    return message;
  }

  // Everything that can be said about a handle: every move, every right, and a referral of its own.
  std::vector<Message> everything(const std::string& handle, const test::AgencyNode& to) {
    std::vector<Message> all;
    for (const policy::State& state : words->states()) {
      for (const char* reason : {"", "no_capacity", "person_declined", "no such reason"}) {
        all.push_back(about(handle, to, Event::outcome));
        all.back().shared.purpose = "outcome_feedback";
        all.back().shared.status = state.code;
        all.back().shared.reason = reason;
      }
    }
    for (const Event event : {Event::objection, Event::restricted, Event::corrected,
                              Event::consent_withdrawn, Event::erased}) {
      for (const char* reason : {"", "lifted"}) {
        all.push_back(test::notice_of(event, handle, 7, third, to));
        all.back().shared.reason = reason;
      }
    }
    all.push_back(about(handle, to, Event::corrected));
    all.back().shared.purpose = "housing_orientation";
    all.back().shared.status = "notice";
    put_items(all.back());
    all.push_back(about(handle, to, Event::disclosed));
    all.back().shared.purpose = "housing_orientation";
    all.back().shared.status = "permitted";
    put_items(all.back());
    return all;
  }
  static void put_items(Message& message) {
    message.items = {{"identity.name", Sensitive<std::string>("Personne Autre")},
                     {"need.code", Sensitive<std::string>("housing")}};
    message.shared.categories_released = {"identity.name", "need.code"};
    message.shared.grounds = {{"fr.orient", "orientation", {"A6-1-e"}}};
  }

  Answer say(test::AgencyNode& to, const Envelope& envelope) {
    Answer answer;
    to.store.note_calls(&answer.calls);
    answer.words = words_of(flow::receive(to.line, AgencyId("third"), envelope));
    to.store.note_calls(nullptr);
    return answer;
  }
  Answer say(test::AgencyNode& to, Message message) {
    return say(to, test::signed_by(third, std::move(message)));
  }

  // The pair's referral as both hold it, and what is known of the person.
  std::string as_it_stands() {
    std::string all;
    for (const auto& one : {sds->store.get(sent.id).value(),
                            siao->store.by_handle(AgencyId("sds"), sent.handle).value()}) {
      all += one->state + "/" + one->reason + "/" + one->delivery + "/" +
             std::to_string(one->sequence_in) + "/" + std::to_string(unix_ms(one->expires)) + "/" +
             one->body + "\n";
    }
    for (test::AgencyNode* node : {sds.get(), siao.get()}) {
      const AgencyId peer(node == sds.get() ? "siao" : "sds");
      const auto referral = node->store.by_handle(peer, sent.handle).value();
      const Person person = node->store.get(referral->person).value();
      all += std::to_string(person.objection) + std::to_string(person.restriction) +
             std::to_string(person.epoch) + "/" +
             std::to_string(node->store.entries(person.id).value().size()) + "\n";
    }
    return all;
  }

  test::AgencyNode third{"third", 200, *words, *law, directory, clock};
  flow::StoredReferral sent;
  const std::string unknown = std::string(64, 'e');
};

TEST_F(OtherPair, is_answered_as_a_handle_nobody_ever_had_after_the_same_calls) {
  const std::string before = as_it_stands();
  for (test::AgencyNode* to : {siao.get(), sds.get()}) {
    const auto theirs = everything(sent.handle.text(), *to);
    const auto nobodys = everything(unknown, *to);
    for (size_t i = 0; i < theirs.size(); ++i) {
      const Answer answer = say(*to, theirs[i]);
      EXPECT_EQ(answer, say(*to, nobodys[i])) << "message " << i;
      EXPECT_FALSE(answer.calls.empty()) << "not a message at all: " << answer.words;
    }
  }
  EXPECT_EQ(as_it_stands(), before);
}

// Also once more, in the other order, for what the first answers left behind.
TEST_F(OtherPair, is_answered_so_whatever_was_said_before) {
  const std::string before = as_it_stands();
  for (test::AgencyNode* to : {siao.get(), sds.get()}) {
    auto theirs = everything(sent.handle.text(), *to);
    auto nobodys = everything(unknown, *to);
    std::reverse(theirs.begin(), theirs.end());
    std::reverse(nobodys.begin(), nobodys.end());
    for (size_t i = 0; i < theirs.size(); ++i) {
      const Answer of_nobody = say(*to, nobodys[i]);
      EXPECT_EQ(say(*to, theirs[i]), of_nobody) << "message " << i;
    }
  }
  EXPECT_EQ(as_it_stands(), before);
}

// The ids of a pair's messages are no keys to anything either.
TEST_F(OtherPair, is_not_found_by_the_disclosure_ids_of_its_messages) {
  const Envelope theirs = seen.at(0);
  for (test::AgencyNode* to : {siao.get(), sds.get()}) {
    Message same = about(std::string(64, 'd'), *to, Event::disclosed);
    same.shared.purpose = "housing_orientation";
    same.shared.status = "permitted";
    put_items(same);
    Message fresh = same;
    fresh.shared.handle = std::string(64, 'c');
    same.shared.disclosure_id = theirs.disclosure.text();
    EXPECT_EQ(say(*to, same), say(*to, fresh));
  }
  const auto again = flow::receive(siao->line, AgencyId("sds"), theirs);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status, "filed") << "the pair's own answer stands";
}

// An envelope that was overheard is worth nothing in another's hands, and tells nothing.
TEST_F(OtherPair, cannot_be_spoken_for_with_its_own_envelopes) {
  Envelope forged = seen.at(0);
  forged.disclosure = DisclosureId(flow::fresh_uuid(clock, third.entropy));
  const Answer overheard = say(*siao, seen.at(0));
  EXPECT_EQ(overheard, say(*siao, forged));
  EXPECT_THAT(overheard.words, testing::StartsWith("fault"));
  EXPECT_THAT(overheard.calls, testing::IsEmpty());
  forged.sender = AgencyId("nobody");
  EXPECT_EQ(say(*siao, forged), overheard);
}

// After all of it, the two go on as if nobody had said anything.
TEST_F(OtherPair, goes_on_undisturbed) {
  for (test::AgencyNode* to : {siao.get(), sds.get()}) {
    for (Message& message : everything(sent.handle.text(), *to)) say(*to, std::move(message));
  }
  const auto inbox = siao->store.inbox("", 100).value().referrals;
  const auto theirs = siao->store.by_handle(AgencyId("sds"), sent.handle).value();
  ASSERT_TRUE(flow::accept(siao->line, caller(), theirs->id, {}));
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(sds->store.get(sent.id).value()->state, "accepted");
  for (const auto& one : inbox) {
    EXPECT_TRUE(one.counterpart != AgencyId("sds") || one.handle == sent.handle);
  }
}

}  // namespace
}  // namespace relais
