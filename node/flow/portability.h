// SPDX-License-Identifier: Apache-2.0
// What a person may take along (GDPR 20): the data they gave this agency, as one JSON document of a
// documented shape (docs/portability.md), with the consents they gave for them. What professionals
// wrote about them, and what other agencies sent, is not theirs to carry under this article: the
// statement has it. Making it is an entry, appended before it is handed out. Any thread.
#pragma once

#include <string>

#include "node/flow/line.h"

namespace relais::flow {

struct Portable {
  std::string document;  // relais/portability/v1
  uint64_t items = 0;
  uint64_t index = 0;  // of the entry this reading made
};
// `not_found` when nothing is filed under the reference; `invalid` for an unknown requester.
Result<Portable> export_person(const Line& line, const Caller& caller,
                               const PersonReference& reference, const std::string& requester);

}  // namespace relais::flow
