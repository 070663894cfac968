// SPDX-License-Identifier: Apache-2.0
// The demo's printed page: one block a referral, labels in French and English, aligned. Writes to
// the stream it is given; one thread.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "admin/federation/player.h"
#include "admin/federation/story.h"

namespace relais::demo {

void print_title(std::ostream& out, const std::string& text);
// `number` from 1; `wrong` are the differences from what was expected.
void print_referral(std::ostream& out, int number, const StoryReferral& told, const Played& played,
                    const std::vector<std::string>& wrong);

}  // namespace relais::demo
