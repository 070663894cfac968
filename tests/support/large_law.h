// SPDX-License-Identifier: Apache-2.0
// large_law: the shipped French pack many times over, until there are more
// rules than asked, four copies a pack, each rule under an id of
// its own copy, beside the European pack. Every copy is engaged, in force and of one opinion, so
// that what it decides is what the two packs decide, at the price of many rules. For benches and
// tests.
#pragma once

#include <string>
#include <vector>

#include "policy/law.h"

namespace relais::policy {

inline std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

inline Result<std::shared_ptr<const Law>> large_law(const Vocabulary& words,
                                                    const std::string& folder, size_t more_than) {
  constexpr size_t kCopiesAPack = 4;
  RELAIS_TRY(union_text, read_file(folder + "/eu.toml"));
  RELAIS_TRY(french, read_file(folder + "/fr.toml"));
  const size_t header = french.find("\n[pack]");
  const size_t rules = french.find("\n[[");
  RELAIS_CHECK(header != std::string::npos && rules != std::string::npos);
  size_t a_copy = 0;
  for (size_t at = rules; at != std::string::npos; at = french.find("\n[[", at + 1)) ++a_copy;
  const size_t copies = more_than / a_copy + 1;
  std::vector<PackText> packs{{"eu.toml", union_text}};
  for (size_t copy = 0; copy < copies; ++copy) {
    const std::string pack = "fr" + std::to_string(copy / kCopiesAPack);
    if (copy % kCopiesAPack == 0) {
      packs.push_back({pack + ".toml", replace_all(french.substr(header, rules - header),
                                                   "id = \"fr\"", "id = \"" + pack + "\"")});
    }
    const std::string prefix = "\"" + pack + "." + std::to_string(copy % kCopiesAPack) + ".";
    packs.back().text += replace_all(french.substr(rules), "\"fr.", prefix);
  }
  return Law::parse(words, packs);
}

}  // namespace relais::policy
