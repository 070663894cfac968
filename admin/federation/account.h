// SPDX-License-Identifier: Apache-2.0
// The end of the demo: one person's account in both languages, their receipts, every ledger
// verified, and how to
// call nodes that are left running. All by relaisctl. Writes to the stream it is given; one thread.
#pragma once

#include <ostream>
#include <string>

#include "admin/federation/federation.h"
#include "admin/federation/story.h"

namespace relais::demo {

// True when both documents could be had and say what the story expects.
bool print_account(std::ostream& out, const Federation& federation, const StoryAccount& account);

// The person's receipts, written to a folder of the agency's seat and verified offline with nothing
// but the ledger's key; shows what the first one proves. True when every one of them holds.
bool verify_receipts(std::ostream& out, const Federation& federation, const StoryAccount& account);

// True when `relaisctl ledger verify` finds nothing wrong at any agency.
bool verify_ledgers(std::ostream& out, const Federation& federation);

// `programs`: the folder of relaisctl.
void print_how_to_call(std::ostream& out, const Federation& federation, const std::string& folder,
                       const std::string& programs);

}  // namespace relais::demo
