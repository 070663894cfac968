// SPDX-License-Identifier: Apache-2.0
// The values a metric's label may have. Constants, for metrics.cc; a text outside its set is
// counted as the last of it.
#pragma once

#include <array>
#include <string_view>

namespace relais::ops {

// The closed label sets. The last of each stands for what the others do not name.
inline constexpr std::array<std::string_view, 4> kDesks{"desk", "exchange", "steward", "other"};
inline constexpr std::array<std::string_view, 3> kShares{"full", "pace", "other"};
inline constexpr std::array<std::string_view, 6> kOutcomes{"deny",    "permit",   "oblige",
                                                           "blocked", "conflict", "other"};
inline constexpr std::array<std::string_view, 8> kResults{
    "delivered", "refused", "withheld", "undeliverable", "postponed", "busy", "gone", "other"};
inline constexpr std::array<std::string_view, 3> kUses{"desk", "exchange", "other"};
inline constexpr std::array<std::string_view, 5> kAlarms{"split_view", "rollback", "inconsistent",
                                                         "unled", "other"};
inline constexpr std::array<std::string_view, 6> kDisbeliefs{"not_signed", "unusable", "foreign",
                                                             "older",      "expired",  "other"};
inline constexpr std::array<std::string_view, 7> kStandings{
    "cosigned", "ahead", "different", "faulty", "refused", "silent", "other"};
inline constexpr std::array<std::string_view, 7> kWitnessAnswers{"200", "400", "403",  "404",
                                                                 "409", "422", "other"};
inline constexpr std::array<std::string_view, 18> kCodes{"OK",
                                                         "CANCELLED",
                                                         "UNKNOWN",
                                                         "INVALID_ARGUMENT",
                                                         "DEADLINE_EXCEEDED",
                                                         "NOT_FOUND",
                                                         "ALREADY_EXISTS",
                                                         "PERMISSION_DENIED",
                                                         "RESOURCE_EXHAUSTED",
                                                         "FAILED_PRECONDITION",
                                                         "ABORTED",
                                                         "OUT_OF_RANGE",
                                                         "UNIMPLEMENTED",
                                                         "INTERNAL",
                                                         "UNAVAILABLE",
                                                         "DATA_LOSS",
                                                         "UNAUTHENTICATED",
                                                         "other"};

}  // namespace relais::ops
