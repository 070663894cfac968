// SPDX-License-Identifier: Apache-2.0
// A referral's life: the table of vocabulary section 5, checked from both ends.
#include "policy/lifecycle.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

struct Lifecycle : testing::Test {
  const Vocabulary& words = policy::words();
  FaultKind kind(const char* from, const char* to, Mover mover, const char* reason = "") const {
    const auto checked = check_move(words, from, to, mover, reason);
    return checked ? FaultKind::in_doubt : checked.error().kind;  // in_doubt: it may
  }
  bool may(const char* from, const char* to, Mover mover, const char* reason = "") const {
    return check_move(words, from, to, mover, reason).has_value();
  }
};

TEST_F(Lifecycle, a_referral_goes_from_draft_to_completed_step_by_step) {
  EXPECT_TRUE(may("draft", "requested", Mover::sender));
  EXPECT_TRUE(may("requested", "received", Mover::target));
  EXPECT_TRUE(may("received", "more_info_requested", Mover::target));
  EXPECT_TRUE(may("more_info_requested", "accepted", Mover::target));
  EXPECT_TRUE(may("accepted", "appointment_scheduled", Mover::target));
  EXPECT_TRUE(may("appointment_scheduled", "appointment_no_show", Mover::target));
  EXPECT_TRUE(may("appointment_no_show", "appointment_scheduled", Mover::target));
  EXPECT_TRUE(may("appointment_scheduled", "in_progress", Mover::target));
  EXPECT_TRUE(may("in_progress", "completed", Mover::target));
}

TEST_F(Lifecycle, each_state_has_one_owner) {
  EXPECT_EQ(kind("received", "accepted", Mover::sender), FaultKind::forbidden);
  EXPECT_EQ(kind("accepted", "cancel_requested", Mover::target), FaultKind::forbidden);
  EXPECT_EQ(kind("received", "expired", Mover::target, "no_answer"), FaultKind::forbidden);
  EXPECT_EQ(kind("accepted", "consent_withdrawn", Mover::sender), FaultKind::forbidden);
  EXPECT_TRUE(may("accepted", "consent_withdrawn", Mover::person));
  EXPECT_TRUE(may("more_info_requested", "expired", Mover::timer, "no_answer"));
}

TEST_F(Lifecycle, excused_no_show_and_cancelled_by_the_service_are_three_things) {
  for (const char* one :
       {"appointment_excused", "appointment_no_show", "appointment_cancelled_by_service"}) {
    EXPECT_TRUE(may("appointment_scheduled", one, Mover::target)) << one;
    EXPECT_EQ(kind("accepted", one, Mover::target), FaultKind::precondition) << one;
  }
}

TEST_F(Lifecycle, a_cancellation_is_asked_for_then_confirmed_or_overtaken_by_completion) {
  EXPECT_TRUE(may("in_progress", "cancel_requested", Mover::sender));
  EXPECT_TRUE(may("cancel_requested", "cancelled", Mover::target, "person_declined"));
  EXPECT_TRUE(may("cancel_requested", "completed", Mover::target));
  EXPECT_EQ(kind("in_progress", "cancelled", Mover::target, "other"), FaultKind::precondition);
}

TEST_F(Lifecycle, a_reason_is_given_exactly_where_one_is_asked) {
  EXPECT_EQ(kind("received", "rejected", Mover::target), FaultKind::invalid);
  EXPECT_EQ(kind("received", "rejected", Mover::target, "bad_luck"), FaultKind::invalid);
  EXPECT_EQ(kind("received", "accepted", Mover::target, "other"), FaultKind::invalid);
  EXPECT_TRUE(may("received", "rejected", Mover::target, "no_capacity"));
}

TEST_F(Lifecycle, nothing_leads_out_of_an_end_but_the_word_that_it_was_an_error) {
  for (const State& state : words.states()) {
    if (!state.terminal) continue;
    for (const State& next : words.states()) {
      for (const Mover mover : {Mover::sender, Mover::target, Mover::timer, Mover::person}) {
        const bool may_follow =
            check_move(words, state.code, next.code, mover, next.needs_reason ? "other" : "")
                .has_value();
        EXPECT_EQ(may_follow, next.code == "entered_in_error" && state.code != next.code &&
                                  mover == Mover::sender)
            << state.code << " -> " << next.code;
      }
    }
  }
}

TEST_F(Lifecycle, every_state_can_be_reached_from_a_draft_and_every_open_one_can_end) {
  const auto reach = [&](const std::string& from) {
    std::set<std::string> seen{from};
    for (bool grown = true; grown;) {
      grown = false;
      for (const State& next : words.states()) {
        for (size_t i = 0; i < words.states().size(); ++i) {
          if ((next.from >> i & 1) == 0 || !seen.contains(words.states()[i].code)) continue;
          grown = seen.insert(next.code).second || grown;
        }
      }
    }
    return seen;
  };
  EXPECT_EQ(reach("draft").size(), words.states().size());
  for (const State& state : words.states()) {
    if (is_open(words, state.code)) {
      EXPECT_TRUE(reach(state.code).contains("cancelled")) << state.code;
    }
  }
}

TEST_F(Lifecycle, unknown_states_are_refused) {
  EXPECT_EQ(kind("nowhere", "accepted", Mover::target), FaultKind::invalid);
  EXPECT_EQ(kind("received", "acepted", Mover::target), FaultKind::invalid);
}

TEST_F(Lifecycle, the_page_in_docs_is_made_from_the_table) {
  const auto page = read_file(std::string(RELAIS_SOURCE_DIR) + "/docs/lifecycle.md");
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(*page, lifecycle_page(words)) << "make it again: relaisctl policy states";
}

}  // namespace
}  // namespace relais::policy
