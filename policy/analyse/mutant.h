// SPDX-License-Identifier: Apache-2.0
// Mutants: a law pack with one thing about it wrong, made from the tree of its text: a condition
// turned into its opposite (purposes, consent and mandate are conditions too), a bar or silence
// left out, a mask with one category too many, a citation left out. Some case must notice each.
// Plain values; any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "policy/law.h"

namespace relais::policy {

enum class Mutation : uint8_t { flip, drop, widen, uncite };
std::string_view text_of(Mutation mutation);

struct Mutant {
  Mutation mutation = Mutation::flip;
  std::string rule;
  std::string detail;  // the condition's path or the category; empty where there is only one
  std::function<void(Node&)> change;  // of the pack's tree

  std::string name() const;  // "flip fr.cp.226-13 when/sender.secrecy"
};

std::vector<Mutant> mutants_of(const Vocabulary& words, const Node& pack);

}  // namespace relais::policy
