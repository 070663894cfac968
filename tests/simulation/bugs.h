// SPDX-License-Identifier: Apache-2.0
// The planted bugs: what a port of an agency would do if it broke its promise. They live in this
// program alone, behind the ports of the simulated agencies; the verbs under test are the
// product's. The table says within how many steps each must be found. One is planted at a time in a
// process.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace relais::simulation {

enum class Bug {
  none,
  skip_consent_reread,
  send_before_commit,
  acknowledge_before_commit,
  reuse_opening,
  drop_sequence_check,
  lose_tombstones,
  file_twice,
  believe_any_word,
  forget_notices,
  stale_directory,
  statement_leaves_out,
  send_to_stranger,
  widen_consent,
  ignore_need,
  skip_guard,
  never_settle,
  forget_key,
  answer_anew,
  file_under_another,
  ignore_rights_there,
};

struct PlantedBug {
  Bug bug;
  const char* name;
  const char* words;
  size_t bound;  // steps within which it is found
};

std::span<const PlantedBug> planted_bugs();
const PlantedBug* bug_named(std::string_view name);

void plant(Bug bug);
bool planted(Bug bug);

}  // namespace relais::simulation
