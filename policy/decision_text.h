// SPDX-License-Identifier: Apache-2.0
// A Decision as a JSON object and as lines for a terminal. Codes and articles only; pure, any
// thread.
#pragma once

#include <string>

#include "policy/decision.h"
#include "policy/vocabulary.h"

namespace relais::policy {

// One object, indented by two, keys in alphabetical order, ends with a newline.
std::string to_json(const Vocabulary& words, const Decision& decision);
// Lines as `relaisctl policy decide` prints them.
std::string to_lines(const Vocabulary& words, const Decision& decision);

}  // namespace relais::policy
