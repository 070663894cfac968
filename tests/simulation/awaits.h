// SPDX-License-Identifier: Apache-2.0
// Awaits: the places where a verb waits for something outside it: each call of a port, before and
// after, and each named step (node/core/step.h). There an agency may crash, its store may be away,
// or somebody else may act meanwhile; which of them, and at which await, is part of the action
// (action.h). One at a time in a process, one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "node/core/step.h"

namespace relais::simulation {

// Thrown at an await: this agency's process ends there.
struct Crash {
  size_t agency = 0;
};

enum class Trouble { none, crash, store_away, meanwhile };

class Awaits {
 public:
  Awaits() {
    current_ = this;
    step_hook = [](Constant) { current_->reach(false); };
  }
  Awaits(const Awaits&) = delete;
  Awaits& operator=(const Awaits&) = delete;
  ~Awaits() { step_hook = nullptr; }

  // What happens at the `at`-th await from now on; once.
  void expect(Trouble trouble, size_t at, std::function<void()> meanwhile = {}) {
    trouble_ = trouble;
    left_ = at;
    meanwhile_ = std::move(meanwhile);
  }
  void expect_nothing() { trouble_ = Trouble::none; }

  // True: the call that waits here fails. Throws Crash.
  bool reach(bool may_fail) {
    if (trouble_ == Trouble::none || running_.empty() || --left_ > 0) return false;
    if (trouble_ == Trouble::store_away && !may_fail) {
      left_ = 1;  // the next one that can
      return false;
    }
    const Trouble trouble = std::exchange(trouble_, Trouble::none);
    if (trouble == Trouble::crash) throw Crash{running_.back()};
    if (trouble == Trouble::meanwhile) meanwhile_();
    return trouble == Trouble::store_away;
  }

 private:
  friend class Running;
  static inline Awaits* current_ = nullptr;
  Trouble trouble_ = Trouble::none;
  size_t left_ = 0;
  std::function<void()> meanwhile_;
  std::vector<size_t> running_;  // whose verbs are under way, the innermost last
};

// While it lives, it is this agency that runs.
class Running {
 public:
  Running(Awaits& awaits, size_t agency) : awaits_(awaits) { awaits_.running_.push_back(agency); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { awaits_.running_.pop_back(); }

 private:
  Awaits& awaits_;
};

}  // namespace relais::simulation
