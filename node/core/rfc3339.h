// SPDX-License-Identifier: Apache-2.0
// An instant as people and files read it.
#pragma once

#include <cstdio>
#include <string>

#include "node/core/time.h"

namespace relais {

// RFC 3339, UTC, to the second: "2026-11-26T10:00:00Z". Years 0 to 9999.
inline std::string rfc3339(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(instant - day).count();
  char clock[32];
  std::snprintf(clock, sizeof clock, "T%02d:%02d:%02dZ", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  return Date::of(instant).text() + clock;
}

}  // namespace relais
