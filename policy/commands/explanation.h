// SPDX-License-Identifier: Apache-2.0
// A decision's sentences on a stream, in both languages, for the person and for the professional.
// Any thread.
#pragma once

#include <iosfwd>
#include <string>

#include "policy/decision.h"
#include "policy/vocabulary.h"

namespace relais::policy {

// `title` says what it is about; may be empty.
void print_explanation(const Vocabulary& words, std::ostream& out, bool json,
                       const std::string& title, const Decision& decision);

}  // namespace relais::policy
