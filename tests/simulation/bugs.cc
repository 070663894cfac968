// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/bugs.h"

#include <algorithm>
#include <array>

namespace relais::simulation {
namespace {

Bug planted_now = Bug::none;

constexpr std::array kBugs{
    PlantedBug{Bug::skip_consent_reread, "skip_consent_reread",
               "before sending, the person is read as they were when it was recorded", 2000},
    PlantedBug{Bug::send_before_commit, "send_before_commit",
               "a disclosure is said to be durable before it is; a crash loses it", 2000},
    PlantedBug{Bug::acknowledge_before_commit, "acknowledge_before_commit",
               "what was filed is said to be durable before it is; a crash loses it", 2000},
    PlantedBug{Bug::reuse_opening, "reuse_opening", "two commitments share an opening", 2000},
    PlantedBug{Bug::drop_sequence_check, "drop_sequence_check",
               "a withdrawal is kept without its number, and stops nothing older", 2000},
    PlantedBug{Bug::lose_tombstones, "lose_tombstones",
               "what was stopped is kept in memory, and a crash forgets it", 2000},
    PlantedBug{Bug::file_twice, "file_twice", "what was filed is not known when it comes again",
               2000},
    PlantedBug{Bug::believe_any_word, "believe_any_word",
               "an acknowledgement of other bytes is taken for one of these", 2000},
    PlantedBug{Bug::forget_notices, "forget_notices",
               "a withdrawal is recorded without the notices to its recipients", 2000},
    PlantedBug{Bug::stale_directory, "stale_directory",
               "an agency goes on with the directory it started with", 2000},
    PlantedBug{Bug::statement_leaves_out, "statement_leaves_out",
               "a statement leaves out the newest entry and its number", 2000},
    PlantedBug{Bug::send_to_stranger, "send_to_stranger",
               "a message goes to another agency than its recipient", 2000},
    PlantedBug{Bug::widen_consent, "widen_consent",
               "a consent is read as if it named everybody and everything", 2000},
    PlantedBug{Bug::ignore_need, "ignore_need",
               "a service is read as if it had declared that it needs everything", 2000},
    PlantedBug{Bug::skip_guard, "skip_guard",
               "an entry is appended although what was decided on has moved", 2000},
    PlantedBug{Bug::never_settle, "never_settle",
               "a message that was answered goes on waiting in the outbox", 2000},
    PlantedBug{Bug::forget_key, "forget_key", "a repeated submission is taken for a new one", 2000},
    PlantedBug{Bug::answer_anew, "answer_anew",
               "the same message is given another word when it comes again", 2000},
    PlantedBug{Bug::file_under_another, "file_under_another",
               "an entry is filed in another person's account", 2000},
    PlantedBug{Bug::ignore_rights_there, "ignore_rights_there",
               "what a person asked at the service's counter is not read where it was told", 2000},
};

}  // namespace

std::span<const PlantedBug> planted_bugs() { return kBugs; }

const PlantedBug* bug_named(std::string_view name) {
  const auto found = std::find_if(kBugs.begin(), kBugs.end(),
                                  [&](const PlantedBug& one) { return one.name == name; });
  return found == kBugs.end() ? nullptr : &*found;
}

void plant(Bug bug) { planted_now = bug; }
bool planted(Bug bug) { return planted_now == bug; }

}  // namespace relais::simulation
