// SPDX-License-Identifier: Apache-2.0
// How stewards sign: each adds a signature to the note of the same text, one after the other, at
// their own desks. For the directory and the activation of the law. One thread.
#pragma once

#include <string>
#include <vector>

#include "node/core/result.h"
#include "node/ledger/note.h"

namespace relais::admin {

// Writes the text, signed by the keys of these files, to `out`. Signatures that stand there on this
// very text are kept; a key that has signed it already adds none.
Result<ledger::Note> sign_into(const std::string& out, const std::string& text,
                               const std::vector<std::string>& key_files);
// The names of the keys.
std::vector<std::string> signers_of(const ledger::Note& note);

}  // namespace relais::admin
