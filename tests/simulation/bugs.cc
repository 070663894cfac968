// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/bugs.h"

#include <algorithm>
#include <array>

namespace relais::simulation {
namespace {

Bug planted_now = Bug::none;

// In steps, in federations of 2,000 each: what almost every one of them brings about, and what
// takes three or four things in a row.
constexpr size_t kOften = 4000, kRare = 10'000;

constexpr std::array kBugs{
    PlantedBug{Bug::skip_consent_reread, "skip_consent_reread",
               "before sending, the person is read as they were when it was recorded", kOften},
    PlantedBug{Bug::send_before_commit, "send_before_commit",
               "a disclosure is said to be durable before it is; a crash loses it", kRare},
    PlantedBug{Bug::acknowledge_before_commit, "acknowledge_before_commit",
               "what was filed is said to be durable before it is; a crash loses it", kOften},
    PlantedBug{Bug::reuse_opening, "reuse_opening", "two commitments share an opening", kOften},
    PlantedBug{Bug::drop_sequence_check, "drop_sequence_check",
               "a withdrawal is kept without its number, and stops nothing older", kRare},
    PlantedBug{Bug::lose_tombstones, "lose_tombstones",
               "what was stopped is kept in memory, and a crash forgets it", kRare},
    PlantedBug{Bug::file_twice, "file_twice", "what was filed is not known when it comes again",
               kOften},
    PlantedBug{Bug::believe_any_word, "believe_any_word",
               "an acknowledgement of other bytes is taken for one of these", kOften},
    PlantedBug{Bug::forget_notices, "forget_notices",
               "a withdrawal is recorded without the notices to its recipients", kOften},
    PlantedBug{Bug::stale_directory, "stale_directory",
               "an agency goes on with the directory it started with", kOften},
    PlantedBug{Bug::statement_leaves_out, "statement_leaves_out",
               "a statement leaves out the newest entry and its number", kOften},
    PlantedBug{Bug::send_to_stranger, "send_to_stranger",
               "a message goes to another agency than its recipient", kOften},
    PlantedBug{Bug::widen_consent, "widen_consent",
               "a consent is read as if it named everybody and everything", kOften},
    PlantedBug{Bug::ignore_need, "ignore_need",
               "a service is read as if it had declared that it needs everything", kOften},
    PlantedBug{Bug::skip_guard, "skip_guard",
               "an entry is appended although what was decided on has moved", kRare},
    PlantedBug{Bug::never_settle, "never_settle",
               "a message that was answered goes on waiting in the outbox", kOften},
    PlantedBug{Bug::forget_key, "forget_key", "a repeated submission is taken for a new one",
               kOften},
    PlantedBug{Bug::answer_anew, "answer_anew",
               "the same message is given another word when it comes again", kOften},
    PlantedBug{Bug::file_under_another, "file_under_another",
               "an entry is filed in another person's account", kOften},
    PlantedBug{Bug::ignore_rights_there, "ignore_rights_there",
               "what a person asked at the service's counter is not read where it was told", kRare},
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
