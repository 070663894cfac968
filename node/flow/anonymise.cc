// SPDX-License-Identifier: Apache-2.0
#include "node/flow/anonymise.h"

namespace relais::flow {

Result<size_t> anonymise(const Line& line, int limit) {
  std::vector<std::string> over{"draft"};
  for (const policy::State& state : line.vocabulary.states()) {
    if (state.terminal) over.push_back(state.code);
  }
  return line.referrals.anonymise(line.clock.now() - line.settings.anonymise_after, over, limit);
}

}  // namespace relais::flow
