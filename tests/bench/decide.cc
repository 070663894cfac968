// SPDX-License-Identifier: Apache-2.0
// How long a decision takes on the shipped French and European packs: "decide" is the case of the
// law that asks for ten categories (FR-H1), "decide_every_case" all of the packs' own cases, each
// with its own facts, answers with counterfactuals among them.
//   bench_decide [--seconds N]
#include "policy/decide.h"

#include <chrono>

#include "policy/case_file.h"
#include "tests/bench/figure.h"
#include "tests/bench/options.h"

namespace relais::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kTenCategories = 10;
constexpr const char* kCase = "FR-H1";

struct Asked {
  std::string id;
  policy::Facts facts;
};

// Calls of `decide`, one question after another, until the time is up.
Figure measure(const std::string& name, const policy::Law& law, const std::vector<Asked>& asked,
               std::chrono::duration<double> lasting) {
  PermitScope scope;
  scope.sender = AgencyId("sds-69");
  scope.recipient = AgencyId("siao-69");
  scope.service = ServiceId("orientation");
  std::vector<double> took_ms;
  const auto begun = Clock::now();
  for (size_t next = 0; Clock::now() - begun < lasting; next = (next + 1) % asked.size()) {
    const auto started = Clock::now();
    const policy::Ruling ruling = policy::decide(law, asked[next].facts, scope);
    took_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - started).count());
    RELAIS_CHECK(!ruling.decision.verdicts.empty() || asked.size() > 1);
  }
  Figure figure{name, static_cast<double>(took_ms.size()) / lasting.count(), {}, {}, {}, {}};
  figure.p50_ms = quantile(took_ms, 0.50);
  figure.p99_ms = quantile(took_ms, 0.99);
  figure.more = {{"questions", static_cast<double>(asked.size())},
                 {"median_us", *figure.p50_ms * 1000}};
  return figure;
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
  const std::chrono::duration<double> each{std::min(options.seconds, 10.0) / 2};
  print(measure("decide", *law, ten, each));
  print(measure("decide_every_case", *law, all, each));
  return {};
}

}  // namespace
}  // namespace relais::bench

int main(int argc, char** argv) { return relais::bench::run_bench(argc, argv, relais::bench::run); }
