// SPDX-License-Identifier: Apache-2.0
// The verbs of `relaisctl policy`, one function a file of this folder; dispatch.cc has their table.
// Each returns its exit code. One thread.
#pragma once

#include "policy/commands/call.h"

namespace relais::policy {

int run_test(const Call& call);      // test.cc
int run_check(const Call& call);     // check.cc
int run_coverage(const Call& call);  // coverage.cc
int run_mutate(const Call& call);    // mutate.cc
int run_decide(const Call& call);    // decide.cc
int run_explain(const Call& call);   // explain.cc
int run_states(const Call& call);    // states.cc
int run_analyse(const Call& call);   // analyse.cc
int run_diff(const Call& call);      // diff.cc
int run_replay(const Call& call);    // replay.cc

}  // namespace relais::policy
