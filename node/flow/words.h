// SPDX-License-Identifier: Apache-2.0
// Plain words, in French and English, for what entries say about events that need no law explained:
// deliveries, receptions, answers, rights. Short sentences a person can read (CEFR A2–B1).
#pragma once

#include <string>

#include "node/core/agency.h"

namespace relais::flow {

// What was recorded to be sent.
enum class Sending { request, room, more, outcome };
Label sending_words(Sending what);
// The same of a duty to report, which a named professional confirmed.
Label reporting_words();
// The law refused: nothing leaves. `slip`: the person may carry a paper instead.
Label denied_words(bool slip);
// How a message of ours that is no request ended; as outcome_words.
Label message_outcome_words(const Label& recipient, const std::string& status,
                            const std::string& reason);
// How a sent message ended. `status`: delivered refused withheld undeliverable; `reason` a code.
Label outcome_words(const Label& recipient, const std::string& status, const std::string& reason);
// An objection (else: a restriction of processing) was made, or lifted.
Label right_words(bool objects, bool lifted);
// The same of one that ended without the recipient's word, after an attempt that may have arrived.
Label unknown_outcome_words(const Label& recipient, const std::string& status,
                            const std::string& reason);
// What was received from whom: a request; more about one; what became of one.
Label received_words(const Label& sender, const Label& service);
Label received_more_words(const Label& sender);
Label received_outcome_words(const Label& sender);
Label reception_refused_words(const Label& sender, const std::string& reason);
// What an agency answers to a question about room.
Label room_words(const Label& agency, bool has_room);
// What an agency says has become of a referral: accepted, appointment_no_show, cancelled …
Label move_words(const Label& agency, const std::string& state, const std::string& reason);
// A reason code in words; those of "other" when it has none.
Label reason_words(const std::string& reason);
// For the telephone, when the machinery fails while a duty to report is open; nullptr where
// unknown. Services: France 119 (allô enfance en danger), 17 (police), 15 (SAMU), 112.
const char* telephone_route(const std::string& jurisdiction);
// True for purposes whose failure must show the telephone route.
bool is_protective(const std::string& purpose);

}  // namespace relais::flow
