// SPDX-License-Identifier: Apache-2.0
// What the benches refer: invented persons of the sending agency, and a request for each that
// proposes more than the service needs, as people do. Plain functions; any thread.
#pragma once

#include <string>

#include "admin/federation/federation.h"

namespace relais::bench {

inline constexpr const char* kSender = "sds-69";
inline constexpr const char* kRecipient = "siao-69";

// The agency's own number of the person whom a slot refers.
std::string load_person(size_t slot);
// `count` of them, made known to the agency's node.
Result<void> record_persons(const demo::Federation& federation, const std::string& agency,
                            size_t count);
// A referral of that person to the recipient's orientation; a repeat under the key is the same.
v1::SubmitReferralRequest referral_request(const std::string& role, const std::string& recipient,
                                           const std::string& person, const std::string& key);

}  // namespace relais::bench
