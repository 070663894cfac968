// SPDX-License-Identifier: Apache-2.0
// What a service may not declare in the directory: the [[declaration]] rows of
// policy/vocabulary.toml, each with its citation, and what a reason may look like. Read by whoever
// reads a directory: relaisctl and the node alike. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "node/core/agency.h"
#include "policy/vocabulary.h"

namespace relais::policy {

// The row by which this category may go unanswered at this service of this agency, so that it
// cannot be required; nullptr when there is none.
const DeclarationRule* may_go_unanswered(const Vocabulary& words, const Agency& agency,
                                         const Service& service, CategoryBit category);
// The row by which this service may not make a release (a consent to disclosure) its price.
const DeclarationRule* forbids_required_release(const Vocabulary& words, const Agency& agency,
                                                const Service& service);

// What is wrong with the reason for asking: 3 to 200 characters of UTF-8 in one line, without a
// mail address or a telephone number, because the directory is read by the whole federation.
// That no name stands in it, the stewards who sign must see.
std::optional<std::string> complaint_about_reason(std::string_view reason);

}  // namespace relais::policy
