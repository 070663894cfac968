// SPDX-License-Identifier: Apache-2.0
#include "admin/directory_file.h"

#include "admin/files.h"
#include "node/ledger/encoding.h"
#include "node/ops/directory.h"

namespace relais::admin {
namespace {

using ledger::VerifierKey;

struct Trust {
  std::vector<VerifierKey> stewards;
  int threshold = 1;
};

// The stewards of --steward, else those of -c.
Result<Trust> trust_of(const Arguments& given) {
  Trust trust;
  std::vector<std::string> texts = given.all("steward");
  if (texts.empty()) {
    RELAIS_TRY(config, node_config(given));
    texts = config.directory.stewards;
    trust.threshold = config.directory.threshold;
  }
  if (given.has("threshold")) {
    const auto wanted = ledger::from_decimal(given.one("threshold"));
    if (!wanted || *wanted == 0 || *wanted > texts.size()) {
      return fail(FaultKind::invalid, "from 1 to the number of stewards", "--threshold");
    }
    trust.threshold = static_cast<int>(*wanted);
  }
  for (const std::string& text : texts) {
    RELAIS_TRY(key, VerifierKey::parse(text));
    trust.stewards.push_back(std::move(key));
  }
  return trust;
}

}  // namespace

std::vector<Parameter> directory_parameters() {
  return {operand("FILE", "the signed note"),
          several("steward", "a steward's verifier key (default: those of -c)"),
          option("threshold", "how many must have signed (default: that of -c, else 1)"),
          flag("unsigned", "FILE is the TOML draft"), vocabulary_option()};
}

Result<Directory> directory_of(const Arguments& given, const policy::Vocabulary& words) {
  const std::string path = given.one("FILE");
  RELAIS_TRY(bytes, read_text(path));
  if (given.has("unsigned")) return ops::parse_directory(bytes, path, words);
  RELAIS_TRY(trust, trust_of(given));
  return ops::open_directory(bytes, path, trust.stewards, trust.threshold, words);
}

}  // namespace relais::admin
