// SPDX-License-Identifier: Apache-2.0
// Whether a consent may be recorded as it is asked: named recipients, purposes and categories, a
// form, a giver, an end. Inside flow, for rights.cc; reads the directory and the vocabulary.
#pragma once

#include "node/flow/rights.h"

namespace relais::flow {

// The consent to record, with its version and its categories; `invalid` names the field that is
// wrong, `not_found`: the person has no such consent to give a new version of.
Result<Consent> checked_consent(const Line& line, const Person& person, const ConsentAsked& asked);

}  // namespace relais::flow
