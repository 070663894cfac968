// SPDX-License-Identifier: Apache-2.0
// What came of a referral against what the story expects. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "admin/federation/player.h"
#include "admin/federation/story.h"

namespace relais::demo {

// "deny", "permit", "oblige", "blocked", "conflict".
std::string word_of(v1::Outcome outcome);

// One sentence a difference; empty when every expectation held.
std::vector<std::string> differences(const StoryReferral& told, const Played& played);

}  // namespace relais::demo
