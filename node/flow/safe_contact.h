// SPDX-License-Identifier: Apache-2.0
// A telephone or an address that is not known to be safe is no way to reach a person: whoever
// shares the house may answer it (statutes table, FR-D7; docs/decisions/0066). It leaves only
// together with the word that one may call or write there, and no notice goes to one that is
// unsafe. Pure; any thread.
#pragma once

#include "node/flow/question.h"

namespace relais::flow {

// What the request says of calling or writing to the person (contact.safe).
Contact contact_of(const Request& request);

// Takes out of the question what the law would release and safety does not. Where the law itself
// keeps it, the law's reason stands.
void leave_out_unsafe(const Line& line, const Request& request, Question& question);

// A question that had a safe telephone is remembered by a detail of its record, for the word itself
// need not leave with it; and is put so again.
void put_contact(const Question& question, ledger::PrivatePart& part);
void take_contact(const ledger::PrivatePart& part, Request& request);

// Adds to both texts how the person may be reached, and what was left out.
void add_contact_words(const Line& line, const Question& question, Explained& explained);

}  // namespace relais::flow
