// SPDX-License-Identifier: Apache-2.0
// What every counter of the simulation has: who acts, whom it is about, what is asked with.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/federation.h"

namespace relais::simulation {

inline flow::Caller desk() { return {"desk", {"worker", "staff-7"}, ""}; }

inline PersonReference person_of(const Action& action) {
  return PersonReference("person-" + std::to_string(action.person));
}

template <class T>
std::string ended(const Result<T>& result) {
  return result ? "" : " (" + std::string(result.error().message.view()) + ")";
}

inline std::vector<flow::AskedItem> items_by(uint64_t choice) {
  std::vector<flow::AskedItem> items;
  uint64_t bits = choice | 1 | (choice >> 16 & 8);
  for (const Sample& sample : kSamples) {
    if ((bits & 1) != 0) items.push_back({sample.category, Sensitive<std::string>(sample.value)});
    bits >>= 1;
  }
  return items;
}

}  // namespace relais::simulation
