// SPDX-License-Identifier: Apache-2.0
#include "node/flow/reading.h"

#include "node/flow/entry.h"

namespace relais::flow {

Result<uint64_t> record_reading(const Line& line, const Caller& caller, const PersonId& person,
                                const std::string& requester, const std::string& status,
                                const Label& words,
                                const std::vector<std::pair<std::string, std::string>>& details) {
  Draft draft = draft_entry(line, ledger::Event::access_read, person, caller.trace_id);
  draft.shared.purpose = "subject_rights";
  draft.shared.status = status;
  draft.shared.represented_by = requester == "subject" ? "" : requester;
  draft.private_part.asking_role = caller.acting.role;
  add_details(details, draft.private_part);
  say(draft, words.fr, words.en);
  RELAIS_TRY(outcome, line.ledger.append(std::move(draft)));
  auto* appended = std::get_if<Appended>(&outcome);
  RELAIS_CHECK(appended != nullptr);
  return appended->index;
}

}  // namespace relais::flow
