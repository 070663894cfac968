// SPDX-License-Identifier: Apache-2.0
// "decide_one_category" and "cedar_one_category": the same allow/deny question, of one category,
// put to this engine and to Cedar 10,000 times in the same run, over policies generated from the
// same pack (tests/support/cedar.h); the bench fails where they disagree. Cedar is called as its
// package offers it: policies parsed beforehand, and each request converted from a JavaScript
// object into WebAssembly, which is part of its time. This engine is called in C++ and also finds
// its explanation; its facts are integers already, as the node keeps them. `times_our_median` says
// how many times longer Cedar takes.
//   bench_cedar [--seconds N]
#include "tests/support/cedar.h"

#include <algorithm>
#include <chrono>
#include <random>

#include "policy/judge.h"
#include "tests/bench/figure.h"
#include "tests/bench/options.h"

namespace relais::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kQuestions = 10'000;

struct Asked {
  std::vector<double> took_ms;
  std::vector<bool> allowed;
};

Asked ask(const policy::Law& law, const std::vector<policy::Question>& questions) {
  Asked asked;
  policy::Judgement judgement;
  for (const policy::Question& question : questions) policy::judge(law, question.facts, judgement);
  for (const policy::Question& question : questions) {
    const auto started = Clock::now();
    policy::judge(law, question.facts, judgement);
    const std::chrono::duration<double, std::milli> took = Clock::now() - started;
    asked.took_ms.push_back(took.count());
    asked.allowed.push_back(judgement.released.has(question.category));
  }
  return asked;
}

Figure figure_of(const std::string& name, double p50_ms, double p99_ms) {
  Figure figure{name, 1000 / p50_ms, p50_ms, p99_ms, {}, {}};
  figure.more = {{"median_us", p50_ms * 1000}, {"p99_us", p99_ms * 1000}};
  return figure;
}

Result<void> run(const Options& options) {
  const std::string folder = options.source + "/policy";
  RELAIS_TRY(words, policy::Vocabulary::load(folder + "/vocabulary.toml"));
  RELAIS_TRY(law, policy::common_subset(words, folder + "/law"));
  const uint64_t seed = std::random_device{}();
  note("seed " + std::to_string(seed));
  RELAIS_TRY(questions, policy::random_questions(*law, folder + "/law", kQuestions, seed));
  Asked asked = ask(*law, questions);
  RELAIS_TRY(cedar, policy::ask_cedar(*law, questions, options.source));
  if (cedar.allowed != asked.allowed) {
    return fail(FaultKind::invalid, "the two engines disagree; see the test of this seed");
  }
  const auto allowed = std::count(asked.allowed.begin(), asked.allowed.end(), true);
  const double p50_ms = *quantile(asked.took_ms, 0.50);
  Figure ours = figure_of("decide_one_category", p50_ms, *quantile(asked.took_ms, 0.99));
  ours.more.emplace_back("questions", static_cast<double>(kQuestions));
  ours.more.emplace_back("allowed", static_cast<double>(allowed));
  ours.more.emplace_back("rules", static_cast<double>(law->rules().size()));
  Figure theirs = figure_of("cedar_one_category", cedar.median_us / 1000, cedar.p99_us / 1000);
  theirs.more.emplace_back("policies", static_cast<double>(cedar.policies));
  theirs.more.emplace_back("times_our_median", cedar.median_us / (p50_ms * 1000));
  print(ours);
  print(theirs);
  return {};
}

}  // namespace
}  // namespace relais::bench

int main(int argc, char** argv) { return relais::bench::run_bench(argc, argv, relais::bench::run); }
