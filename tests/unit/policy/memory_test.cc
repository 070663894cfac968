// SPDX-License-Identifier: Apache-2.0
// What a decision asks of memory: nothing, for the bits; and when there is none left for the words,
// a refusal. This program's operator new counts, and refuses on request.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "policy/case_file.h"
#include "policy/judge.h"
#include "tests/support/large_law.h"
#include "tests/unit/policy/laws.h"

namespace {

thread_local size_t asked = 0;             // allocations of this thread
thread_local size_t granted = ~size_t{0};  // how many more there are

void* allocate_or_null(size_t size) noexcept {
  ++asked;
  if (granted == 0) return nullptr;
  --granted;
  return std::malloc(size == 0 ? 1 : size);
}

void* allocate(size_t size) {
  void* const memory = allocate_or_null(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(size_t size) { return allocate(size); }
void* operator new[](size_t size) { return allocate(size); }
// std::stable_sort asks so for its buffer.
void* operator new(size_t size, const std::nothrow_t&) noexcept { return allocate_or_null(size); }
void* operator new[](size_t size, const std::nothrow_t&) noexcept { return allocate_or_null(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

namespace relais::policy {
namespace {

const std::string& folder() {
  static const std::string kFolder = std::string(RELAIS_SOURCE_DIR) + "/policy/law";
  return kFolder;
}

std::vector<Facts> shipped_questions() {
  std::vector<Facts> questions;
  const auto file = CaseFile::load(words(), folder() + "/fr.cases.toml");
  RELAIS_CHECK(file.has_value());
  for (const Case& one : file->cases) questions.push_back(one.facts);
  return questions;
}

size_t allocations_of_a_second_round(const Law& law, const std::vector<Facts>& questions) {
  Judgement judgement;
  judge(law, questions[0], judgement);
  const size_t before = asked;
  for (const Facts& facts : questions) judge(law, facts, judgement);
  return asked - before;
}

TEST(Memory, a_judgement_used_again_allocates_nothing) {
  const auto law = Law::load(words(), {folder(), {"fr", "eu"}, {}});
  ASSERT_TRUE(law.has_value());
  EXPECT_EQ(allocations_of_a_second_round(**law, shipped_questions()), 0U);
}

TEST(Memory, neither_does_it_under_ten_thousand_rules) {
  const auto law = large_law(words(), folder(), 10'000);
  ASSERT_TRUE(law.has_value());
  EXPECT_GT((*law)->rules().size(), 10000U);
  EXPECT_EQ(allocations_of_a_second_round(**law, shipped_questions()), 0U);
}

// Runs with one allocation more each time, until it needs no more; every failure is a refusal.
template <class Decide>
void expect_refusals_until_there_is_enough(const Decision& whole, Decide decide) {
  for (size_t enough = 0;; ++enough) {
    ASSERT_LT(enough, 100000U);
    granted = enough;
    const Decision decision = decide();
    const bool ran_out = granted == 0;
    granted = ~size_t{0};
    if (!ran_out) {
      EXPECT_EQ(decision.released, whole.released);
      return;
    }
    if (decision.released == whole.released && decision.outcome == whole.outcome) continue;
    EXPECT_EQ(decision.outcome, Outcome::deny);
    EXPECT_TRUE(decision.released.empty());
    for (const Verdict& verdict : decision.verdicts) EXPECT_EQ(verdict.stop, StopKind::failure);
  }
}

TEST(Memory, a_decision_that_runs_out_of_it_is_a_refusal) {
  const auto law = Law::load(words(), {folder(), {"fr", "eu"}, {}});
  ASSERT_TRUE(law.has_value());
  Facts facts;
  for (const Facts& one : shipped_questions()) {
    if (evaluate(**law, one).outcome == Outcome::permit) facts = one;
  }
  const Decision whole = evaluate(**law, facts);
  ASSERT_FALSE(whole.released.empty());
  PermitScope scope;
  expect_refusals_until_there_is_enough(whole, [&] { return evaluate(**law, facts); });
  expect_refusals_until_there_is_enough(whole, [&] {
    Ruling ruling = decide(**law, facts, scope);
    EXPECT_EQ(ruling.permit.has_value(), ruling.decision.outcome == Outcome::permit);
    return std::move(ruling.decision);
  });
  const Decision received = receive(**law, facts, whole.grounds);
  expect_refusals_until_there_is_enough(received,
                                        [&] { return receive(**law, facts, whole.grounds); });
}

TEST(Memory, facts_that_are_none_are_a_refusal_with_its_own_reason) {
  const auto law = law_of("");
  Facts facts = facts_of("data = [\"need.code\"]\nneed = [\"need.code\"]\n");
  ASSERT_EQ(evaluate(*law, facts).outcome, Outcome::permit);
  for (const FactKey key : {FactKey::state, FactKey::purpose}) {
    for (const uint64_t nonsense : {uint64_t{0}, uint64_t{3}, uint64_t{1} << 63}) {
      Facts broken = facts;
      broken.set_raw(key, nonsense);
      const Decision decision = evaluate(*law, broken);
      EXPECT_EQ(decision.outcome, Outcome::deny);
      EXPECT_TRUE(decision.released.empty());
      EXPECT_EQ(stop_of(decision, "need.code"), StopKind::failure);
      EXPECT_TRUE(receive(*law, broken, {}).released.empty());
    }
  }
}

}  // namespace
}  // namespace relais::policy
