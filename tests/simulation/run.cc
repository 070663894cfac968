// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/run.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/simulation/federation.h"
#include "tests/simulation/storyline.h"

namespace relais::simulation {
namespace {

constexpr unsigned kLongestRun_s = 300;
constexpr unsigned kStorylines = 12;  // in percent of what is drawn

// What a run leaves to who started it, however it ended.
struct Trace {
  size_t step = 0;
  bool found = false;
  bool ended = false;
  size_t length = 0;
  char what[512] = {};
  char story[1 << 20] = {};

  void add(const std::string& line) {
    const size_t fits = std::min(line.size(), sizeof story - length);
    std::memcpy(story + length, line.data(), fits);
    length += fits;
  }
};

class SharedTrace {
 public:
  SharedTrace()
      : trace_(static_cast<Trace*>(::mmap(nullptr, sizeof(Trace), PROT_READ | PROT_WRITE,
                                          MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    if (trace_ == MAP_FAILED) std::abort();
  }
  SharedTrace(const SharedTrace&) = delete;
  SharedTrace& operator=(const SharedTrace&) = delete;
  ~SharedTrace() { ::munmap(trace_, sizeof(Trace)); }
  Trace* operator->() { return trace_; }

 private:
  Trace* trace_;  // zeroes, which is how it begins
};

// In the child: never returns.
[[noreturn]] void carry_out(const Plan& plan, SharedTrace& trace, bool tell) {
  ::alarm(kLongestRun_s);
  plant(plan.bug);
  try {
    Federation federation(plan.agencies, plan.seed);
    for (const Action& action : plan.actions) {
      const std::string words = federation.act(action);
      if (tell) trace->add(words + trouble_words(action) + "\n");
      ++trace->step;
    }
    federation.heal();
  } catch (const Violation& violation) {
    trace->found = true;
    std::snprintf(trace->what, sizeof trace->what, "%s", violation.what.c_str());
  }
  trace->ended = true;
  std::fflush(nullptr);
  std::_Exit(0);
}

}  // namespace

Plan plan_of(size_t agencies, uint64_t seed, Bug bug, size_t steps) {
  Plan plan{agencies, seed, bug, {}};
  test::Dice dice(seed);
  while (plan.actions.size() < steps) {
    if (dice.chance(kStorylines)) {
      for (Action& action : draw_storyline(dice, agencies)) {
        plan.actions.push_back(std::move(action));
      }
      continue;
    }
    plan.actions.push_back(
        draw(dice, agencies, plan.actions.empty() ? nullptr : &plan.actions.back()));
  }
  plan.actions.resize(steps);
  return plan;
}

std::optional<Finding> run(const Plan& plan, std::string* story) {
  SharedTrace trace;
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) std::abort();
  if (child == 0) carry_out(plan, trace, story != nullptr);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
  }
  if (story != nullptr) story->append(trace->story, trace->length);
  if (trace->found) return Finding{trace->step, trace->what, true};
  if (trace->ended) return std::nullopt;
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (signal == SIGALRM) return Finding{trace->step, "the run does not come to its end"};
  return Finding{trace->step, "the process ended itself, by signal " + std::to_string(signal)};
}

}  // namespace relais::simulation
