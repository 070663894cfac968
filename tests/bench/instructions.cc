// SPDX-License-Identifier: Apache-2.0
// "decide_instructions": how many instructions one decision takes, counted by callgrind, which does
// not depend on how busy the machine is: a decision that becomes a quarter dearer fails here. The
// program runs itself under valgrind with two numbers of decisions; the difference is theirs alone.
//   bench_instructions [--seconds N]      the seconds are not used
//   bench_instructions --decide N         only decides, N times
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "policy/case_file.h"
#include "policy/judge.h"
#include "tests/bench/figure.h"
#include "tests/bench/options.h"

namespace relais::bench {
namespace {

constexpr const char* kCase = "FR-H1";
constexpr int kFew = 100;
constexpr int kMany = 2100;
constexpr double kMostInstructions = 5400;

Result<void> decide(const std::string& source, int times) {
  const std::string folder = source + "/policy";
  RELAIS_TRY(words, policy::Vocabulary::load(folder + "/vocabulary.toml"));
  RELAIS_TRY(law, policy::Law::load(words, {folder + "/law", {"fr", "eu"}, {}}));
  RELAIS_TRY(file, policy::CaseFile::load(words, folder + "/law/fr.cases.toml"));
  policy::Judgement judgement;
  for (const policy::Case& one : file.cases) {
    if (one.id != kCase) continue;
    for (int i = 0; i < times; ++i) policy::judge(*law, one.facts, judgement);
    if (!judgement.released.empty()) return {};
  }
  return fail(FaultKind::invalid, "the case is not there, or releases nothing", kCase);
}

// What valgrind counted: the number behind "Collected : ".
Result<double> count(int times) {
  std::error_code ignored;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const std::string command = "valgrind --tool=callgrind --callgrind-out-file=/dev/null " +
                              self.string() + " --decide " + std::to_string(times) + " 2>&1";
  FILE* const output = ::popen(command.c_str(), "r");
  if (output == nullptr) return fail(FaultKind::unavailable, "cannot start valgrind");
  char line[512];
  double counted = 0;
  while (std::fgets(line, sizeof line, output) != nullptr) {
    const char* const found = std::strstr(line, "Collected : ");
    if (found != nullptr) (void)std::sscanf(found, "Collected : %lf", &counted);
  }
  const bool ended_well = ::pclose(output) == 0;
  if (!ended_well || counted == 0) return fail(FaultKind::unavailable, "valgrind did not count");
  return counted;
}

Result<void> run(const Options&) {
  RELAIS_TRY(few, count(kFew));
  RELAIS_TRY(many, count(kMany));
  const double each = (many - few) / (kMany - kFew);
  Figure figure{"decide_instructions", 1, {}, {}, {}, {}};
  figure.more = {{"instructions", each}, {"most", kMostInstructions}};
  print(figure);
  if (each <= kMostInstructions) return {};
  return fail(FaultKind::invalid, "a decision takes more instructions than it may",
              std::to_string(each));
}

}  // namespace
}  // namespace relais::bench

int main(int argc, char** argv) {
  using namespace relais::bench;
  if (argc != 3 || std::strcmp(argv[1], "--decide") != 0) return run_bench(argc, argv, run);
  return decide(RELAIS_SOURCE_DIR, std::atoi(argv[2])) ? 0 : 1;
}
