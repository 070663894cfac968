// SPDX-License-Identifier: Apache-2.0
// The directory a command is asked about: a signed note by stewards who are believed, or with
// --unsigned its draft. One thread.
#pragma once

#include <vector>

#include "admin/command.h"
#include "node/core/agency.h"
#include "node/core/result.h"
#include "policy/vocabulary.h"

namespace relais::admin {

// FILE, --steward, --threshold, --unsigned, --vocabulary.
std::vector<Parameter> directory_parameters();
// The stewards are those of --steward, else those of -c.
Result<Directory> directory_of(const Arguments& given, const policy::Vocabulary& words);

}  // namespace relais::admin
