// SPDX-License-Identifier: Apache-2.0
// The short text that goes with the reason "other" (vocabulary.md, section 5: short(200)): a
// professional's own words to the other agency and to the person. It travels in the record, as an
// attachment. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/core/agency.h"

namespace relais::flow {

inline constexpr const char* kReasonWithNote = "other";

// One plain line of 1 to 200 characters.
bool is_note(const std::string& text);
std::string note_attachment(const std::string& note);
// The note among a move's attachments; empty when there is none. nullopt: not as it may be, or with
// another reason.
std::optional<std::string> note_of(const std::vector<std::string>& attachments,
                                   const std::string& reason);
// Adds what was written to what is said.
Label with_note(Label words, const std::string& note);

}  // namespace relais::flow
