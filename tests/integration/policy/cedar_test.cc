// SPDX-License-Identifier: Apache-2.0
// An engine of another house, given the same law, says the same: 10,000 random questions of the
// subset that both can express (tests/support/cedar.h).
#include "tests/support/cedar.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "policy/judge.h"

namespace relais::policy {
namespace {

constexpr size_t kQuestions = 10'000;

uint64_t any_seed() {
  const char* const given = std::getenv("RELAIS_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

TEST(Cedar, answers_ten_thousand_random_questions_as_this_engine_does) {
  const std::string source = RELAIS_SOURCE_DIR;
  const auto words = Vocabulary::load(source + "/policy/vocabulary.toml");
  ASSERT_TRUE(words.has_value());
  const auto law = common_subset(*words, source + "/policy/law");
  ASSERT_TRUE(law.has_value()) << law.error().where;
  const uint64_t seed = any_seed();
  std::printf("seed %llu (RELAIS_SEED)\n", static_cast<unsigned long long>(seed));
  const auto questions = random_questions(**law, source + "/policy/law", kQuestions, seed);
  ASSERT_TRUE(questions.has_value());
  const auto answers = ask_cedar(**law, *questions, source);
  ASSERT_TRUE(answers.has_value()) << answers.error().message.view();
  ASSERT_EQ(answers->allowed.size(), kQuestions);
  size_t allowed = 0;
  Judgement judgement;
  for (size_t i = 0; i < kQuestions; ++i) {
    const Question& question = (*questions)[i];
    judge(**law, question.facts, judgement);
    const bool released = judgement.released.has(question.category);
    ASSERT_EQ(released, answers->allowed[i]) << cedar_request(**law, question);
    allowed += released ? 1 : 0;
  }
  EXPECT_GT(allowed, kQuestions / 20) << "hardly anything was allowed: that compares little";
  EXPECT_LT(allowed, kQuestions * 19 / 20);
}

}  // namespace
}  // namespace relais::policy
