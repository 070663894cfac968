// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>

#include "tests/simulation/federation.h"

int main(int argc, char** argv) {
  using namespace relais::simulation;
  const uint64_t seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  const size_t steps = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1000;
  const size_t agencies = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 2;
  const bool loud = argc > 5;
  if (argc > 4 && bug_named(argv[4])) plant(bug_named(argv[4])->bug);
  Federation federation(agencies, seed);
  Dice dice(seed);
  size_t step = 0;
  try {
    for (; step < steps; ++step) {
      const Action action = draw(dice, agencies);
      const std::string words = federation.act(action);
      if (loud) std::printf("%zu %s%s\n", step, words.c_str(), trouble_words(action).c_str());
    }
    federation.heal();
    std::printf("nothing found in %zu steps\n", steps);
  } catch (const Violation& violation) {
    std::printf("step %zu: %s\n", step, violation.what.c_str());
    return 1;
  }
  return 0;
}
