// SPDX-License-Identifier: Apache-2.0
// policy states: the life of a referral as the vocabulary has it, as a page.
#include <ostream>

#include "policy/commands/verbs.h"
#include "policy/lifecycle.h"

namespace relais::policy {

int run_states(const Call& call) {
  call.out << lifecycle_page(call.words);
  return kDone;
}

}  // namespace relais::policy
