// SPDX-License-Identifier: Apache-2.0
// Every case of the shipped packs with its decision, made once a program. A case file that does not
// load ends the test program.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "policy/case_file.h"
#include "tests/unit/policy/laws.h"

namespace relais::policy {

struct Decided {
  Case given;
  std::shared_ptr<const Law> law;
  Decision decision;
};

struct ShippedCases {
  std::vector<Decided> cases;
  std::vector<Elsewhere> elsewhere;
};

inline const ShippedCases& shipped_cases() {
  static const ShippedCases all = [] {
    const std::string folder = std::string(RELAIS_SOURCE_DIR) + "/policy/law";
    ShippedCases read;
    LawShelf shelf(words(), folder);
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (!entry.path().string().ends_with(".cases.toml")) continue;
      const auto file = CaseFile::load(words(), entry.path().string());
      if (!file) std::fprintf(stderr, "%s\n", file.error().where.c_str());
      RELAIS_CHECK(file.has_value());
      for (const Case& one : file->cases) {
        const auto law = shelf.get(file->packs, one.parameters);
        RELAIS_CHECK(law.has_value());
        read.cases.push_back({one, *law, evaluate(**law, one.facts)});
      }
      read.elsewhere.insert(read.elsewhere.end(), file->elsewhere.begin(), file->elsewhere.end());
    }
    return read;
  }();
  return all;
}

}  // namespace relais::policy
