// SPDX-License-Identifier: Apache-2.0
// What a steward waits for: "law_analyse_five_packs" loads every shipped pack and answers
// completely which rules are dead, which duties stand against absolute bars, and which categories
// are never released; "replay_1000" decides a thousand records again, from their canonical facts
// and the law found by their packs' digests, and compares.
//   bench_law [--seconds N]
#include <chrono>

#include "policy/analyse/analysis.h"
#include "policy/analyse/replay.h"
#include "policy/case_file.h"
#include "policy/digest.h"
#include "tests/bench/figure.h"
#include "tests/bench/options.h"

namespace relais::bench {
namespace {

using Clock = std::chrono::steady_clock;
using policy::Law;

constexpr size_t kRecords = 1000;
constexpr int kRounds = 5;

double ms_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

Result<size_t> analyse_once(const policy::Vocabulary& words, const std::string& folder) {
  const policy::LawSource source{folder, {"eu", "fr", "se", "uk", "us"}, {}};
  RELAIS_TRY(law, Law::load(words, source));
  policy::Analysis analysis(law, [&](const policy::Parameters& more) {
    return Law::load(words, {source.directory, source.packs, more});
  });
  size_t found = analysis.dead_rules().size() + analysis.duties_against_absolute_bars().size();
  policy::Scope scope;
  scope.date = Date::of(2026, 11, 1);
  words.decidable().each(
      [&](CategoryBit category) { found += analysis.can_leave(category, scope) ? 1U : 0U; });
  return found;
}

Result<Figure> measure_analysis(const policy::Vocabulary& words, const std::string& folder) {
  std::vector<double> took_ms;
  size_t found = 0;
  for (int i = 0; i < kRounds; ++i) {
    const auto begun = Clock::now();
    RELAIS_TRY(answers, analyse_once(words, folder));
    took_ms.push_back(ms_since(begun));
    found = answers;
  }
  Figure figure{"law_analyse_five_packs", 1000.0 * kRounds, {}, {}, {}, {}};
  double all = 0;
  for (const double one : took_ms) all += one;
  figure.rate_per_s = 1000.0 * kRounds / all;
  figure.p50_ms = quantile(took_ms, 0.50);
  figure.p99_ms = quantile(took_ms, 0.99);
  figure.more = {{"answers", static_cast<double>(found)}};
  return figure;
}

// What a ledger would keep of a case's decision.
policy::Recorded recorded_of(const Law& law, const policy::Case& one) {
  const policy::Decision decision = policy::evaluate(law, one.facts);
  policy::Recorded recorded;
  recorded.entry = one.id;
  recorded.event = "refused";
  recorded.status = std::string(text_of(decision.outcome));
  recorded.facts = one.facts.canonical(law.words());
  recorded.facts_digest = to_hex(view(policy::sha256_of(recorded.facts)));
  recorded.law_date = one.facts.text(law.words(), policy::FactKey::date);
  for (const policy::UsedPack& pack : decision.packs) {
    recorded.packs.push_back({pack.id, pack.version, to_hex(view(pack.digest))});
  }
  for (const policy::Verdict& verdict : decision.verdicts) {
    if (verdict.effect != policy::Effect::must_not) continue;
    recorded.withheld.push_back({law.words().at(verdict.category).code,
                                 std::string(text_of(verdict.stop)),
                                 verdict.rules.empty() ? "" : verdict.rules.front().id});
  }
  recorded.attachments = decision.attachments;
  return recorded;
}

Result<Figure> measure_replay(const policy::Vocabulary& words, const std::string& folder) {
  RELAIS_TRY(file, policy::CaseFile::load(words, folder + "/fr.cases.toml"));
  RELAIS_TRY(law, Law::load(words, {folder, {"fr", "eu"}, {}}));
  std::vector<policy::Recorded> records;
  for (size_t i = 0; records.size() < kRecords; ++i) {
    const policy::Case& one = file.cases[i % file.cases.size()];
    if (one.parameters.empty()) records.push_back(recorded_of(*law, one));
  }
  policy::Replay replay(words);
  replay.add_packs(folder);
  std::vector<double> took_ms;
  for (int i = 0; i < kRounds; ++i) {
    const auto begun = Clock::now();
    for (const policy::Recorded& recorded : records) {
      RELAIS_TRY(found, replay.law_for(recorded));
      RELAIS_TRY(decision, replay.decide(recorded, *found));
      if (!replay.differences(recorded, decision).empty()) {
        return fail(FaultKind::invalid, "a record is not decided as it was", recorded.entry);
      }
    }
    took_ms.push_back(ms_since(begun));
  }
  Figure figure{"replay_1000", 0, {}, {}, {}, {}};
  double all = 0;
  for (const double one : took_ms) all += one;
  figure.rate_per_s = 1000.0 * kRounds * kRecords / all;
  figure.p50_ms = quantile(took_ms, 0.50);
  figure.p99_ms = quantile(took_ms, 0.99);
  figure.more = {{"records", static_cast<double>(kRecords)}};
  return figure;
}

Result<void> run(const Options& options) {
  const std::string folder = options.source + "/policy";
  RELAIS_TRY(words, policy::Vocabulary::load(folder + "/vocabulary.toml"));
  RELAIS_TRY(analysis, measure_analysis(words, folder + "/law"));
  print(analysis);
  RELAIS_TRY(replay, measure_replay(words, folder + "/law"));
  print(replay);
  return {};
}

}  // namespace
}  // namespace relais::bench

int main(int argc, char** argv) { return relais::bench::run_bench(argc, argv, relais::bench::run); }
