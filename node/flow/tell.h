// SPDX-License-Identifier: Apache-2.0
// tell: whoever something was disclosed to is told that a right was exercised (GDPR 7(3), 19): a
// consent withdrawn, an objection, a restriction, a correction, an erasure. One way for all of them
// (docs/decisions/0060-how-a-right-reaches-the-recipients.md): a notice is written with the entry
// of the right, becomes a recorded message, and keeps what its recipient answered. A crash between
// two steps leaves the next to tell_everybody(), which main calls at intervals and which any
// replica may run. Free functions over the line; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "node/flow/line.h"

namespace relais::flow {

// What a notice is about, and whom it concerns.
struct Telling {
  ledger::Event event = ledger::Event::erased;
  EntryId cause{};
  PersonId person{};
  bool lifted = false;
  std::string consent{};                  // only what was disclosed under it; empty: everything
  std::vector<std::string> categories{};  // only who received one of them; empty: everybody
};
// Whether a right said at the service's counter is told to who referred. A withdrawal said there is
// a move of the referral (docs/decisions/0082), and who asks to be erased at one place is not
// erased at another.
bool goes_back(ledger::Event event);
Telling telling_of(const Draft& draft);  // everybody, of what this entry says
// Adds one notice for each handle under which this agency disclosed something; and for each under
// which another one did, to it, when the right is not about what is told back anyway: an objection,
// a restriction, a correction said at the service's counter.
Result<void> add_notices(const Line& line, const std::vector<AccountEntry>& entries,
                         const Telling& telling, std::vector<Notice>& notices);
// The same for a draft about a person, which is then Stale if there is another entry meanwhile.
Result<void> put_notices(const Line& line, const Telling& telling, Draft& draft);

// Records a right with its notices: `draft_it` is asked again while the person's entries grow.
// The messages wait in the outbox when it returns, or will. The entry's ledger index.
Result<uint64_t> exercise(const Line& line, const std::function<Result<Draft>()>& draft_it);

// Puts into the outbox what is not there yet. A notice that fails does not hold up the others; the
// first Fault is returned.
Result<void> tell_everybody(const Line& line);

// The recorded message of a notice, with an empty payload and no number yet.
Draft draft_notice(const Line& line, const Notice& notice);
// Appends it; `already_exists` is success: it stands from an earlier attempt.
Result<void> append_once(const Line& line, Draft draft);

bool is_notice(const ledger::SharedPart& shared);
// "never_left" when nothing the notice is about can have reached its recipient; else empty.
Result<std::string> no_need_to_tell(const Line& line, const StoredDisclosure& stored);

// What the end of a notice's message comes to; `answered` only if it is one of the answers asked
// for. What a peer wrote and is none of them is not kept.
struct NoticeAnswer {
  std::string status;
  std::string answer;
  bool answered = false;
};
NoticeAnswer answer_of(ledger::Event event, const std::string& ending, const std::string& reason);

// Who heard of a right: who was shown something of the person; or who referred them, to whom what
// is said at the service's counter is told back. That holds for the one referral there (0094), and
// must not read as if it held for everything that agency knows.
enum class Heard { by_recipient, by_referrer };
Heard heard_by(ledger::Event event, Direction referral);

// After the recipient's name, in plain words; and as a sentence.
std::string answer_words(const std::string& status, const std::string& answer,
                         const std::string& language, Heard heard = Heard::by_recipient);
Label told_words(const Label& recipient, const NoticeAnswer& answer, Heard heard);
// The answer as its giver tells the person, and what the person can do; empty: nothing to add.
Label done_words(const std::string& word, Heard heard);
// What a notice says, to the person: of one that goes, and of one that came.
Label telling_words(const Label& recipient, ledger::Event event, bool lifted);
Label heeded_words(const Label& sender, ledger::Event event, bool lifted);

}  // namespace relais::flow
