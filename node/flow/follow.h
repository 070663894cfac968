// SPDX-License-Identifier: Apache-2.0
// follow: the case back. The receiver accepts or rejects; its answer is a recorded message of its
// own to the sender. Reading a referral or the inbox changes nothing.
#pragma once

#include <string>

#include "node/flow/line.h"
#include "node/flow/submit.h"

namespace relais::flow {

// One referral with the items it holds and the agency's own reference, if filed under one.
struct Opened {
  StoredReferral referral;
  std::vector<AskedItem> items;  // received, or left; of a draft, asked
  PersonReference reference;     // empty: not filed under one
};

Result<Opened> get_referral(const Line& line, const ReferralId& id);

struct Inbox {
  std::vector<Opened> referrals;
  std::vector<std::string> tokens;  // one a referral: go on after it
  std::string next;
};
// page_size 1…200; token empty or from an earlier page.
Result<Inbox> list_inbox(const Line& line, const std::string& token, int page_size);

// Only a received referral in state "received". `reference` may be empty.
Result<Opened> accept(const Line& line, const Caller& caller, const ReferralId& id,
                      const PersonReference& reference);
// `reason` is a reason code of the vocabulary; mandatory.
Result<Opened> reject(const Line& line, const Caller& caller, const ReferralId& id,
                      const std::string& reason);

}  // namespace relais::flow
