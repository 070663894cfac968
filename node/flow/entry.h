// SPDX-License-Identifier: Apache-2.0
// The parts of a ledger entry that every verb writes alike: who, when, in which ledger, in which
// words.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "node/flow/line.h"

namespace relais::flow {

// A draft about one person with fresh entry id, origin, time and trace; the verb fills in the rest.
Draft draft_entry(const Line& line, ledger::Event event, const PersonId& person,
                  const std::string& trace_id);

// Adds to the details, which stay in the order of their keys.
void add_details(const std::vector<std::pair<std::string, std::string>>& details,
                 ledger::PrivatePart& part);

// A name in both languages as it is written into a record: one text when they are the same.
std::string both(const Label& label);
// The label that both() wrote; a text of one language stands for the two.
Label parted(const std::string& text);

// Puts what was decided in, under the stamps and beside the trace that draft_entry wrote.
void put_decided_part(ledger::PrivatePart decided, Draft& draft);

// Key of the detail of an outcome that cannot say whether the message arrived.
inline constexpr const char* kMayHaveLeft = "may_have_left";

// Key of the detail of a correction that goes because a human confirmed a duty.
inline constexpr const char* kConfirmed = "confirmed_by_human";

bool has_detail(const ledger::PrivatePart& part, const char* key);
// Its value; empty when it is not there.
std::string detail_of(const ledger::PrivatePart& part, const char* key);

// Key of the detail of a request from which a professional's word left something out: category
// codes, separated by spaces.
inline constexpr const char* kLeftOut = "left_out";

// The words of an entry that needs no decision behind it ("you withdrew your consent").
void say(Draft& draft, std::string fr, std::string en);

// When a state's own time runs out: a question to cancel has one, from the moment it stands here.
// The other states keep the referral's.
std::optional<Instant> time_of_its_own(const Line& line, const std::string& state);

// YYYY-MM-DD until which an entry is kept: ten years for the register of disclosures.
std::string retention(Instant now);

}  // namespace relais::flow
