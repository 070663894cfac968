// SPDX-License-Identifier: Apache-2.0
// Runs the product's verbs in federations of 2 to 200 agencies, without a bug and with each planted
// one, and prints "ok NAME" / "not ok NAME". RELAIS_SEED and RELAIS_STEPS choose the runs
// (docs/simulation.md). What is found is shrunk and told as a list of what happened.
//   simulation_flow AGENCIES [BUG]       one run alone
//   simulation_flow AGENCIES BUG story   the same, and what each action came to; BUG may be none
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>

#include "tests/simulation/run.h"

namespace {

using namespace relais::simulation;

constexpr size_t kSteps = 2000;
constexpr size_t kSizes[] = {2, 3, 5, 12, 50, 200};
constexpr size_t kAgenciesWithBug = 3;

uint64_t number_from(const char* variable, uint64_t otherwise) {
  const char* const given = std::getenv(variable);
  return given == nullptr || *given == '\0' ? otherwise : std::strtoull(given, nullptr, 10);
}

bool tell(bool holds, const std::string& name) {
  std::printf("%s %s\n", holds ? "ok" : "not ok", name.c_str());
  std::fflush(stdout);
  return holds;
}

void note(const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) std::printf("# %s\n", line.c_str());
  std::fflush(stdout);
}

// What was found, and the shortest way to it.
void explain(const Plan& plan, const Finding& finding) {
  note("seed " + std::to_string(plan.seed) + ", " + std::to_string(plan.agencies) +
       " agencies, step " + std::to_string(finding.step) + ": " + finding.what);
  const Plan smallest = shrink(plan, finding);
  std::string story;
  const auto again = run(smallest, &story);
  note(std::to_string(smallest.actions.size()) + " actions are enough:");
  note(story);
  if (again) note("and then: " + again->what);
}

bool holds(size_t agencies, uint64_t seed, size_t steps) {
  const Plan plan = plan_of(agencies, seed, Bug::none, steps);
  const auto finding = run(plan);
  tell(!finding, std::to_string(agencies) + "_agencies_keep_every_invariant_for_" +
                     std::to_string(steps) + "_steps");
  if (finding) explain(plan, *finding);
  return !finding;
}

// In federations one after the other: a long run is mostly about persons who refused long ago.
bool finds(const PlantedBug& bug, uint64_t seed) {
  std::optional<Finding> finding;
  size_t carried_out = 0;
  while (!finding && carried_out < bug.bound) {
    finding = run(plan_of(kAgenciesWithBug, seed + carried_out, bug.bug, kSteps));
    carried_out += finding ? finding->step : kSteps;
  }
  const bool found = finding && finding->broken;  // a process that fell has found nothing
  tell(found, std::string("the_planted_bug_") + bug.name + "_is_found_within_" +
                  std::to_string(bug.bound) + "_steps");
  if (finding) note("step " + std::to_string(carried_out) + ": " + finding->what);
  return found;
}

// What a failure prints: far fewer actions than were drawn, in which the same still goes wrong.
bool shrinks(uint64_t seed) {
  constexpr size_t kFew = 20;
  const PlantedBug& bug = *bug_named("skip_consent_reread");
  const Plan plan = plan_of(kAgenciesWithBug, seed, bug.bug, kSteps);
  const auto finding = run(plan);
  const Plan smallest = finding ? shrink(plan, *finding) : plan;
  std::string story;
  const auto again = run(smallest, &story);
  const auto lines = static_cast<size_t>(std::count(story.begin(), story.end(), '\n'));
  const bool small = again && smallest.seed == seed && smallest.actions.size() <= kFew &&
                     lines + 1 >= smallest.actions.size();
  tell(small, "a_failure_is_shrunk_to_a_short_story_in_which_it_is_found_again");
  note(std::to_string(smallest.actions.size()) + " actions, " + std::to_string(lines) + " told");
  if (again) note(again->what);
  return small;
}

int run_one(size_t agencies, const std::string& name, uint64_t seed, size_t steps, bool whole) {
  const PlantedBug* bug = bug_named(name);
  if (agencies < 2 || (name != "none" && bug == nullptr)) return 2;
  const Plan plan = plan_of(agencies, seed, bug == nullptr ? Bug::none : bug->bug, steps);
  std::string story;
  const auto finding = run(plan, whole ? &story : nullptr);
  note(story);
  tell(!finding, std::to_string(agencies) + "_agencies_for_" + std::to_string(steps) + "_steps");
  if (finding) explain(plan, *finding);
  return finding ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t seed = number_from("RELAIS_SEED", std::random_device{}());
  const size_t steps = number_from("RELAIS_STEPS", kSteps);
  note("seed " + std::to_string(seed) + " (RELAIS_SEED)");
  if (argc > 1) {
    const size_t agencies = std::strtoull(argv[1], nullptr, 10);
    return run_one(agencies, argc > 2 ? argv[2] : "none", seed, steps, argc > 3);
  }
  int failed = 0;
  for (const size_t agencies : kSizes) failed += holds(agencies, seed, steps) ? 0 : 1;
  for (const PlantedBug& bug : planted_bugs()) failed += finds(bug, seed) ? 0 : 1;
  failed += shrinks(seed) ? 0 : 1;
  return failed == 0 ? 0 : 1;
}
