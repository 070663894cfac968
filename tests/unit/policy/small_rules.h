// SPDX-License-Identifier: Apache-2.0
// Rules of a few lines, and what a law of them releases, for the tests that follow law.md clause by
// clause.
#pragma once

#include <string>

#include "tests/unit/policy/laws.h"

namespace relais::policy {

inline const std::string kTail = "cite = \"Art.\"\nin_force = { from = 2000-01-01 }\n";

inline std::string silence(const std::string& id, const std::string& lines = "") {
  return "[[silence]]\nid = \"" + id + "\"\n" + lines + kTail;
}
inline std::string lift(const std::string& id, const std::string& lines) {
  return "[[lift]]\nid = \"" + id + "\"\n" + lines + kTail;
}
inline std::string duty(const std::string& id, const std::string& lines) {
  return "[[duty]]\nid = \"" + id + "\"\n" + lines + kTail;
}
inline std::string bar(const std::string& id, const std::string& lines) {
  return "[[bar]]\nid = \"" + id + "\"\n" + lines + kTail;
}

inline const std::string kAsked =
    "data = [\"identity.name\", \"need.code\"]\nneed = [\"identity.name\", \"need.code\"]\n";
inline const std::string kAllowAll = "allow = [\"*\"]\n";

inline CategorySet released(const std::string& rules, const std::string& facts) {
  return evaluate(*law_of(rules), facts_of(facts)).released;
}

}  // namespace relais::policy
