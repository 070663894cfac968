// SPDX-License-Identifier: Apache-2.0
#include "node/ops/stewards.h"

#include <set>

namespace relais::ops {

Result<std::vector<ledger::VerifierKey>> read_stewards(const Config& config) {
  std::vector<ledger::VerifierKey> stewards;
  for (const std::string& text : config.directory.stewards) {
    auto key = ledger::VerifierKey::parse(text);
    if (!key) {
      return fail(FaultKind::invalid, "a steward is a verifier key: name+hex+base64",
                  "directory.stewards");
    }
    stewards.push_back(std::move(*key));
  }
  return stewards;
}

Result<std::string> open_signed(const std::string& note, const std::string& name,
                                const std::vector<ledger::VerifierKey>& stewards, int threshold) {
  auto opened = ledger::open_note(note, stewards);
  if (!opened) {
    return fail(FaultKind::invalid, "a note is not signed by this federation's stewards", name);
  }
  std::set<Digest> signers;  // by public key, not by name
  for (const ledger::Verified& one : opened->by) signers.insert(one.key.key().raw());
  if (static_cast<int>(signers.size()) < threshold) {
    return fail(FaultKind::invalid, "too few different stewards have signed a note", name);
  }
  return std::move(opened->text);
}

}  // namespace relais::ops
