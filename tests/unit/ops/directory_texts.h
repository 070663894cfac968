// SPDX-License-Identifier: Apache-2.0
// Directories as texts and signed notes, for the tests of ops, admin and the node: two agencies,
// three stewards. Plain functions.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "node/ledger/crypto.h"
#include "node/ops/directory.h"

namespace relais::ops {

inline ledger::Ed25519Signer signer_of(const std::string& name, char seed) {
  const auto key = ledger::PrivateKey::from_seed(std::string(32, seed));
  return ledger::Ed25519Signer::make(name, ledger::SignatureType::ed25519, *key).value();
}

inline const policy::Vocabulary& words() {
  static const policy::Vocabulary all =
      policy::Vocabulary::load(RELAIS_SOURCE_DIR "/policy/vocabulary.toml").value();
  return all;
}

inline std::string agency(const std::string& id, char seed) {
  return "[[agency]]\nid = \"" + id + "\"\nname_fr = \"Agence\"\nname_en = \"Agency\"\n" +
         "category = \"shelter\"\njurisdiction = \"FR\"\nmissions = [\"homeless_intake\"]\n" +
         "secrecy = \"mission\"\nendpoint = \"host:1\"\n" +
         "tls_identity = \"spiffe://test/agency/" + id + "\"\nsigning_key = \"" +
         signer_of(id + "/s", seed).verifier().text() + "\"\nledger_key = \"" +
         signer_of(id + "/l", static_cast<char>(seed + 1)).verifier().text() +
         "\"\nvalid_from = 2026-01-01T00:00:00Z\nvalid_until = 2027-01-01T00:00:00Z\n" +
         "[[agency.service]]\nid = \"beds\"\nname_fr = \"Lits\"\nname_en = \"Beds\"\n" +
         "kind = \"organisation\"\npurposes = [\"housing_orientation\"]\n" +
         "[[agency.service.need]]\ncategory = \"identity.name\"\nrequired = true\n" +
         "reason = \"to call the person\"\n";
}

inline std::string text_of(int version, const std::string& federation = "test") {
  return "federation = \"" + federation + "\"\nversion = " + std::to_string(version) +
         "\nexpires = 2026-12-31T12:30:00Z\n" + agency("a", 'a') + agency("b", 'c');
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

inline std::string signed_by(const std::string& text,
                             const std::vector<ledger::Ed25519Signer>& signers) {
  ledger::Note note{text, {}};
  for (const auto& signer : signers) note.signatures.push_back(*ledger::sign_text(text, signer));
  return ledger::print_note(note);
}

inline const ledger::Ed25519Signer kFirst = signer_of("first", '1');
inline const ledger::Ed25519Signer kSecond = signer_of("second", '2');
inline const ledger::Ed25519Signer kThird = signer_of("third", '3');

inline std::vector<ledger::VerifierKey> stewards() {
  return {kFirst.verifier(), kSecond.verifier(), kThird.verifier()};
}

}  // namespace relais::ops
