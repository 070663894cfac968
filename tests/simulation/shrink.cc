// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <chrono>

#include "tests/simulation/run.h"

namespace relais::simulation {
namespace {

constexpr std::chrono::seconds kLongest{60};

// The same finding, whichever agency it is about and however much of it there is.
std::string kind_of(std::string what) {
  std::erase_if(what, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
  return what;
}

class Shrinker {
 public:
  Shrinker(Plan plan, const Finding& finding)
      : plan_(std::move(plan)), kind_(kind_of(finding.what)) {}

  // Takes out ever smaller parts, for as long as anything can be taken out.
  void take_out() {
    for (size_t part = plan_.actions.size() / 2; part > 0 && in_time(); part /= 2) {
      size_t begin = 0;
      while (begin < plan_.actions.size() && in_time()) {
        if (!without(begin, part)) begin += part;
      }
    }
  }
  // What is left happens without trouble, where that is enough.
  void calm() {
    for (size_t i = 0; i < plan_.actions.size() && in_time(); ++i) {
      Plan calmer = plan_;
      calmer.actions[i] = untroubled(plan_.actions[i]);
      keep(std::move(calmer));
    }
  }
  Plan plan() { return std::move(plan_); }

 private:
  bool in_time() const { return std::chrono::steady_clock::now() - begun_ < kLongest; }
  bool keep(Plan smaller) {
    const auto found = run(smaller);
    if (!found || kind_of(found->what) != kind_) return false;
    smaller.actions.resize(std::min(smaller.actions.size(), found->step + 1));
    plan_ = std::move(smaller);
    return true;
  }
  bool without(size_t begin, size_t part) {
    Plan smaller = plan_;
    const auto from = smaller.actions.begin() + static_cast<ptrdiff_t>(begin);
    const size_t end = std::min(begin + part, smaller.actions.size());
    smaller.actions.erase(from, smaller.actions.begin() + static_cast<ptrdiff_t>(end));
    return keep(std::move(smaller));
  }

  Plan plan_;
  std::string kind_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace

Plan shrink(Plan plan, const Finding& finding) {
  plan.actions.resize(std::min(plan.actions.size(), finding.step + 1));
  Shrinker shrinker(std::move(plan), finding);
  shrinker.take_out();
  shrinker.calm();
  shrinker.take_out();
  return shrinker.plan();
}

}  // namespace relais::simulation
