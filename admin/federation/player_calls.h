// SPDX-License-Identifier: Apache-2.0
// What the player's calls share: who acts, attestations as messages, and noting a call that failed.
// Pure; included by player*.cc only.
#pragma once

#include <string>

#include "admin/federation/player.h"

namespace relais::demo {

inline v1::ActingProfessional acting(const std::string& role) {
  v1::ActingProfessional acting;
  acting.set_role(role);
  acting.set_staff_id("demo-" + role);
  return acting;
}

inline const std::string& role_of(const StoryReferral& told, const Action& action) {
  return action.role.empty() ? told.role : action.role;
}

template <class Messages>
void put(const Attested& attested, Messages* messages) {
  for (const auto& [key, values] : attested) {
    v1::Attestation& attestation = *messages->Add();
    attestation.set_key(key);
    for (const std::string& value : values) attestation.add_values(value);
  }
}

// The call's response, or nullptr after noting what went wrong.
template <class Response>
const Response* taken(const Answer<Response>& answer, const std::string& what, Played& played) {
  if (answer) return &*answer;
  played.trouble.push_back(what + ": " + answer.error().text());
  return nullptr;
}

// A call that was carried out, and repeated because the node died before it could say so.
template <class Response>
bool done_before(const Answer<Response>& answer) {
  return !answer && answer.error().kind == "precondition";
}

}  // namespace relais::demo
