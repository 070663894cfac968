// SPDX-License-Identifier: Apache-2.0
// What the social services ask of the health team for somebody who agreed to it: the consent, and
// the referral under it. Pure; any thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "relais/v1/desk.pb.h"

namespace relais::e2e {

inline constexpr const char* kHealthTeam = "pass-69";

v1::ActingProfessional social_worker(const std::string& staff);

// Given on paper by the person, for `time` from now.
v1::RecordConsentRequest care_consent(const v1::ActingProfessional& acting,
                                      const std::string& person,
                                      const std::vector<std::string>& categories,
                                      std::chrono::seconds time);
v1::SubmitReferralRequest care_referral(const v1::ActingProfessional& acting,
                                        const std::string& person, const std::string& consent,
                                        const std::string& key);

}  // namespace relais::e2e
