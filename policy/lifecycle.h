// SPDX-License-Identifier: Apache-2.0
// The life of a referral: which state may follow which, and who may say so. The table itself is the
// vocabulary's ([[state]], `owner` and `from`); checks, the page docs/lifecycle.md and its diagram
// are all made from it. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "policy/vocabulary.h"

namespace relais::policy {

// Who moves a referral. The person acts through any counter, of either agency.
enum class Mover { sender, target, timer, person };
std::string_view text_of(Mover mover);

// Whether `mover` may move a referral from one state to another for this reason (a code of the
// list reason_code, or empty). Faults: `invalid` for an unknown state, or a reason that is unknown,
// missing or not asked for; `forbidden` when the state is another's to set; `precondition` when it
// cannot follow. `where` is "from -> to".
Result<void> check_move(const Vocabulary& words, std::string_view from, std::string_view to,
                        Mover mover, std::string_view reason);

// Neither a draft nor the end.
bool is_open(const Vocabulary& words, std::string_view state);

// docs/lifecycle.md, whole: a row a state, and a diagram.
std::string lifecycle_page(const Vocabulary& words);

}  // namespace relais::policy
