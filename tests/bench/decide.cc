// SPDX-License-Identifier: Apache-2.0
// How long a decision takes. "decide" is the judgement with the bits that explain it (judge.h), on
// the shipped French and European packs and the case of the law that asks for ten categories
// (FR-H1); "decide_every_case" the same over all of these packs' cases; "decide_in_words" what a
// node does with FR-H1, sentences, counterfactuals and permit among it; "decide_10000_rules" FR-H1
// under the French pack 200 times over, every copy engaged and in force.
// "law_load_five_packs" reads and compiles the five shipped packs.
//   bench_decide [--seconds N]
#include "policy/decide.h"

#include <chrono>

#include "policy/case_file.h"
#include "policy/judge.h"
#include "tests/bench/figure.h"
#include "tests/bench/options.h"
#include "tests/support/large_law.h"

namespace relais::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kTenCategories = 10;
constexpr const char* kCase = "FR-H1";
constexpr size_t kLargeLaw = 10'000;  // rules

struct Asked {
  std::string id;
  policy::Facts facts;
};

// Calls of one kind, one question after another, until the time is up.
template <class Ask>
Figure measure(const std::string& name, size_t questions, std::chrono::duration<double> lasting,
               Ask ask) {
  std::vector<double> took_ms;
  const auto begun = Clock::now();
  for (size_t next = 0; Clock::now() - begun < lasting; next = (next + 1) % questions) {
    const auto started = Clock::now();
    ask(next);
    took_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - started).count());
  }
  Figure figure{name, static_cast<double>(took_ms.size()) / lasting.count(), {}, {}, {}, {}};
  figure.p50_ms = quantile(took_ms, 0.50);
  figure.p99_ms = quantile(took_ms, 0.99);
  figure.more = {{"questions", static_cast<double>(questions)},
                 {"median_us", *figure.p50_ms * 1000},
                 {"p99_us", *figure.p99_ms * 1000}};
  return figure;
}

Figure measure_bits(const std::string& name, const policy::Law& law,
                    const std::vector<Asked>& asked, std::chrono::duration<double> lasting) {
  policy::Judgement judgement;  // filled again and again: nothing is allocated
  Figure figure = measure(name, asked.size(), lasting, [&](size_t next) {
    policy::judge(law, asked[next].facts, judgement);
    RELAIS_CHECK(!judgement.failed);
  });
  figure.more.emplace_back("rules", static_cast<double>(law.rules().size()));
  return figure;
}

Figure measure_words(const policy::Law& law, const Asked& asked,
                     std::chrono::duration<double> lasting) {
  PermitScope scope;
  scope.sender = AgencyId("sds-69");
  scope.recipient = AgencyId("siao-69");
  scope.service = ServiceId("orientation");
  return measure("decide_in_words", 1, lasting, [&](size_t) {
    const policy::Ruling ruling = policy::decide(law, asked.facts, scope);
    RELAIS_CHECK(!ruling.decision.verdicts.empty());
  });
}

Result<std::vector<Asked>> questions(const policy::Vocabulary& words, const std::string& path) {
  RELAIS_TRY(file, policy::CaseFile::load(words, path));
  std::vector<Asked> asked;
  for (const policy::Case& one : file.cases) {
    if (!one.mistakes.empty()) return fail(FaultKind::invalid, "a case has a mistake", one.id);
    asked.push_back({one.id, one.facts});
  }
  return asked;
}

Result<void> run(const Options& options) {
  const std::string folder = options.source + "/policy";
  RELAIS_TRY(words, policy::Vocabulary::load(folder + "/vocabulary.toml"));
  RELAIS_TRY(law, policy::Law::load(words, {folder + "/law", {"fr", "eu"}, {}}));
  RELAIS_TRY(all, questions(words, folder + "/law/fr.cases.toml"));
  RELAIS_TRY(more, questions(words, folder + "/law/eu.cases.toml"));
  std::vector<Asked> ten;
  for (const Asked& one : all) {
    if (one.id == kCase) ten.push_back(one);
  }
  if (ten.size() != 1 || ten[0].facts.categories(policy::FactKey::data).count() != kTenCategories) {
    return fail(FaultKind::invalid, "the case is not there, or not of ten categories", kCase);
  }
  all.insert(all.end(), more.begin(), more.end());
  RELAIS_TRY(large, policy::large_law(words, folder + "/law", kLargeLaw));
  policy::Judgement one;
  policy::Judgement many;
  policy::judge(*law, ten[0].facts, one);
  policy::judge(*large, ten[0].facts, many);
  if (one.outcome != many.outcome || one.released != many.released) {
    return fail(FaultKind::invalid, "the copies of a pack decide otherwise than one");
  }
  const std::chrono::duration<double> each{std::min(options.seconds, 10.0) / 5};
  print(measure_bits("decide", *law, ten, each));
  print(measure_bits("decide_every_case", *law, all, each));
  print(measure_words(*law, ten[0], each));
  print(measure_bits("decide_10000_rules", *large, ten, each));
  const policy::LawSource five{folder + "/law", {"eu", "fr", "se", "uk", "us"}, {}};
  print(measure("law_load_five_packs", 1, each,
                [&](size_t) { RELAIS_CHECK(policy::Law::load(words, five).has_value()); }));
  return {};
}

}  // namespace
}  // namespace relais::bench

int main(int argc, char** argv) { return relais::bench::run_bench(argc, argv, relais::bench::run); }
