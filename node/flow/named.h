// SPDX-License-Identifier: Apache-2.0
// What a move names besides its state and reason: the categories a service still needs, or another
// service that may help. It travels in the record, as attachments. Of a peer's only what the
// vocabulary or the directory knows is taken: the rest is nobody's word. Any thread.
#pragma once

#include <string>
#include <vector>

#include "node/flow/line.h"

namespace relais::flow {

struct Named {
  std::vector<std::string> categories;  // codes
  AgencyId agency;                      // empty: none
  ServiceId service;
};

std::vector<std::string> named_attachments(const Named& named);
Named named_in(const Line& line, const std::vector<std::string>& attachments);
// Adds what was named to what is said.
Label with_named(const Line& line, Label words, const Named& named);
// What the other agency named when it brought a referral to the state it is in.
Result<Named> named_last(const Line& line, const StoredReferral& referral);

}  // namespace relais::flow
