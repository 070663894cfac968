// SPDX-License-Identifier: Apache-2.0
// The part of a question that the rights store answers: which consent a request relies on, and what
// it says of this recipient and purpose. Inside flow, for question.cc; pure, any thread.
#pragma once

#include "node/flow/question.h"

namespace relais::flow {

// The version of the person's consent that the request names, if it names one; `invalid` when this
// person has no such consent.
Result<void> put_consent_version(const Person& person, const Request& request, Question& question);
// What it says now. Without one, that none was asked for.
Result<void> put_consent(const Line& line, const Request& request, Question& question);

}  // namespace relais::flow
