// SPDX-License-Identifier: Apache-2.0
// erase: the right to erasure by destroying keys (GDPR 17, 19). In this order, each step durable
// and repeatable:
//
//   request   the rows are closed: nothing about the person can be read from here on
//   notify    a recorded message to every recipient in the ledger; each erases or says what obliges
//             it to keep
//   destroy   the wrapped keys, bodies, consents, referrals, messages and rows
//   record    an `erased` entry about nobody; its receipt is the person's
//   shredded  complete here; complete everywhere when the key epoch has turned (docs/operations.md)
//
// A crash between two steps leaves the next to continue_erasures(), which main calls at intervals
// and which any replica may run. Free functions over the line; any thread.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "node/flow/line.h"

namespace relais::flow {

// `reason`: no_longer_needed consent_withdrawn objection unlawful legal_duty (GDPR 17(1)(a) to
// (e)). A Hold when a duty to keep stands against it, which is recorded and said to the person.
// Else the erasure, as far as it has come. `not_found` when nobody is filed under the reference.
using Erased = std::variant<Erasure, Hold>;
Result<Erased> erase(const Line& line, const Caller& caller, const PersonReference& reference,
                     const std::string& reason);

// Goes on with everything unfinished. The first Fault ends it; the rest is found again.
Result<void> continue_erasures(const Line& line);

// A peer erased the person behind a handle it gave this agency. Empty: what stood here under it is
// closed and will be destroyed; else the code of why it is kept, kept_code().
Result<std::string> erase_as_told(const Line& line, const AgencyId& peer, const Handle& handle);

// How a peer is told what obliges to keep, and until when: "kept:<article>:<day>".
std::string kept_code(const Hold& hold);

// The article behind a reason; nullptr when there is no such reason.
const char* erasure_article(const std::string& reason);

// What the person is told, in plain words.
std::string render_erasure(const Line& line, const Erasure& erasure, const std::string& language);
std::string render_hold(const Hold& hold, const std::string& language);

}  // namespace relais::flow
