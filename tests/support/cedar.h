// SPDX-License-Identifier: Apache-2.0
// The same questions to this engine and to Cedar (`@cedar-policy/cedar-wasm`, an allow/deny
// engine).
//
// The common subset, in which both can say the same: one silence that always holds, over
// everything; the lifts and bars of the shipped French and European packs, with their conditions,
// parameters, `require`, purposes, consent and bases; no duties (MUST has no counterpart in allow
// and deny); no referral state; sender and recipient in France; one day. The question is of one
// category: is it released? In Cedar: a `permit` per lift, `unless` one of the bars that name it;
// a bar that defeats every lift is a `forbid`; what is not permitted is denied. The policies are
// generated from the loaded pack, not written beside it, and absent facts are absent attributes,
// so that `unknown` is asked as law.md asks it.
//
// For the bench and the differential test; one thread; needs node and the npm package.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/facts.h"
#include "policy/law.h"

namespace relais::policy {

struct Question {
  Facts facts;  // `data` is the one category
  CategoryBit category = 0;
};

struct CedarAnswers {
  std::vector<bool> allowed;
  size_t policies = 0;
  double median_us = 0;  // of one decision, its call and the conversion of its request included
  double p99_us = 0;
};

Result<std::shared_ptr<const Law>> common_subset(const Vocabulary& words,
                                                 const std::string& folder);
std::string cedar_attribute(FactKey key);  // "sender_category"
std::string cedar_policies(const Law& law);
std::string cedar_request(const Law& law, const Question& question);  // a line of JSON
// Worked cases of the French pack with up to three facts changed, for any of its categories.
Result<std::vector<Question>> random_questions(const Law& law, const std::string& folder,
                                               size_t count, uint64_t seed);
// `source`: the root of the source tree. Policies and requests go through a folder that is removed.
Result<CedarAnswers> ask_cedar(const Law& law, const std::vector<Question>& questions,
                               const std::string& source);

}  // namespace relais::policy
