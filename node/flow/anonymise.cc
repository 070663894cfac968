// SPDX-License-Identifier: Apache-2.0
#include "node/flow/anonymise.h"

#include "node/flow/question.h"

namespace relais::flow {

Result<size_t> anonymise(const Line& line, int limit) {
  // A question about room has no end when it was answered; without an answer it ran out long
  // before.
  std::vector<std::string> over{"draft", kCapacityProbe};
  for (const policy::State& state : line.vocabulary.states()) {
    if (state.terminal) over.push_back(state.code);
  }
  return line.referrals.anonymise(line.clock.now() - line.settings.anonymise_after, over, limit);
}

}  // namespace relais::flow
