// SPDX-License-Identifier: Apache-2.0
// Every move that the table of states does not have, tried on both sides: by the desk, which is
// told the move by its name, and by the other agency, which is refused by the rule's. What moves do
// that the table has, and those that cross on the way (docs/decisions/0080), is in
// lifecycle_test.cc.
#include <gtest/gtest.h>

#include "policy/lifecycle.h"
#include "tests/support/forged.h"

namespace relais {
namespace {

using policy::State;

struct IllegalMove : testing::Test, test::TwoAgencies {
  void SetUp() override {
    flow::Request asked = request();
    asked.consent = consent();
    here = flow::submit(sds->line, caller(), "key-1", asked).value().referral;
    deliver_all(*sds);
    there = siao->store.by_handle(AgencyId("sds"), here.handle).value()->id;
  }
  bool follows(const State& from, const State& to) const {
    return (to.from >> (&from - words->states().data()) & 1) != 0;
  }
  static std::string reason_for(const State& state) {
    return state.needs_reason ? "no_capacity" : "";
  }
  template <class Visit>
  void each_pair(Visit visit) const {
    for (const State& from : words->states()) {
      for (const State& to : words->states()) visit(from, to);
    }
  }
  // Each that `owner` may not make, put to this agency's desk.
  void try_at_desk(test::AgencyNode& at, const ReferralId& id, const std::string& owner) {
    each_pair([&](const State& from, const State& to) {
      const bool at_counter = owner == "target" && to.code == "consent_withdrawn";
      const bool owned = to.owner == owner || at_counter;
      if (owned && follows(from, to)) return;
      at.store.change_state(id, from.code);
      const size_t entries = at.store.ledger_entries().size();
      const auto moved = flow::move(at.line, caller(), id, {to.code, reason_for(to), {}, {}, {}});
      const std::string name = from.code + " -> " + to.code;
      ASSERT_FALSE(moved) << name;
      EXPECT_EQ(moved.error().where, name);
      EXPECT_EQ(moved.error().kind, owned ? FaultKind::precondition : FaultKind::forbidden) << name;
      EXPECT_EQ(at.store.get(id).value()->state, from.code);
      EXPECT_EQ(at.store.ledger_entries().size(), entries) << name;
      ++tried;
    });
  }
  Acknowledgement told(test::AgencyNode& by, test::AgencyNode& to, const State& state) {
    test::Message message;
    message.shared.event = ledger::Event::outcome;
    message.shared.handle = here.handle.text();
    message.shared.sender_agency = by.settings.agency.text();
    message.shared.recipient_agency = to.settings.agency.text();
    message.shared.recipient_service = "orientation";
    message.shared.purpose = "outcome_feedback";
    message.shared.status = state.code;
    message.shared.reason = reason_for(state);
    message.expires = clock.now() + std::chrono::hours{24};
    message.sequence = ++sequence;
    return flow::receive(to.line, by.settings.agency, test::signed_by(by, std::move(message)))
        .value();
  }
  // A word of the other agency that comes after an end or a question to cancel is kept beside it.
  bool keeps(const State& from) const {
    return !policy::is_open(*words, from.code) || from.code == "cancel_requested";
  }
  // An answer of the target or the person that beats this side's timer, or ends what was asked to
  // be cancelled.
  static bool may_cross(const State& from, const State& to) {
    return from.code == "expired" || (from.code == "cancel_requested" && to.terminal);
  }
  // Each that `owner`, the other agency, may not make, told to this one.
  void try_as_peer(test::AgencyNode& by, test::AgencyNode& to, const ReferralId& id,
                   const std::string& owner) {
    each_pair([&](const State& from, const State& state) {
      if (from.code == "draft" || from.code == "capacity_probe") return;  // nobody's to move
      const bool answers = owner == "target";
      const bool owned = state.owner == owner || (answers && state.code == "consent_withdrawn");
      // An answer may overtake the acknowledgement of what it answers.
      const bool overtaken = answers && from.code == "requested";
      const State& before = overtaken ? *words->find_state("received") : from;
      if (owned && (follows(before, state) || (answers && may_cross(from, state)))) return;
      to.store.change_state(id, from.code);
      const Acknowledgement word = told(by, to, state);
      const std::string name = from.code + " -> " + state.code;
      if (owned && keeps(from)) {
        EXPECT_EQ(word.status, "filed") << name;
      } else {
        EXPECT_EQ(word.reason, "illegal_transition") << name;
      }
      EXPECT_EQ(to.store.get(id).value()->state, from.code) << name;
      ++tried;
    });
  }

  flow::StoredReferral here;
  ReferralId there;
  uint64_t sequence = 10;
  int tried = 0;
};

TEST_F(IllegalMove, is_refused_by_its_name_at_the_senders_desk) {
  try_at_desk(*sds, here.id, "sender");
  EXPECT_GT(tried, 300);
}

TEST_F(IllegalMove, is_refused_by_its_name_at_the_targets_desk) {
  try_at_desk(*siao, there, "target");
  EXPECT_GT(tried, 300);
}

TEST_F(IllegalMove, of_the_sender_is_refused_by_the_target) {
  try_as_peer(*sds, *siao, there, "sender");
  EXPECT_GT(tried, 250);
}

TEST_F(IllegalMove, of_the_target_is_refused_by_the_sender) {
  try_as_peer(*siao, *sds, here.id, "target");
  EXPECT_GT(tried, 200);
}

}  // namespace
}  // namespace relais
