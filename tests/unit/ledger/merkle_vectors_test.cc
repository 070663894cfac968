// SPDX-License-Identifier: Apache-2.0
// The published proof vectors, good and bad, as they are in the folder.
#include <fstream>
#include <nlohmann/json.hpp>

#include "node/ledger/crypto.h"
#include "node/ledger/encoding.h"
#include "node/ledger/tree.h"
#include "tests/unit/ledger/vectors.h"

namespace relais::ledger {
namespace {

using Json = nlohmann::json;

// Some vectors carry a text where a root should be. A Digest cannot hold one, so its hash stands
// for it: equal texts stay equal, different ones different.
Digest root_of(const Json& field) {
  const Bytes bytes = from_base64(field.get<std::string>()).value();
  return digest_of(bytes).value_or(sha256(bytes));
}

// Nothing when an element is no hash: such a proof cannot even be stated.
std::optional<Proof> proof_of(const Json& field) {
  Proof proof;
  if (field.is_null()) return proof;
  for (const Json& element : field) {
    const auto bytes = from_base64(element.get<std::string>());
    const auto hash = bytes ? digest_of(*bytes) : std::nullopt;
    if (!hash) return std::nullopt;
    proof.push_back(*hash);
  }
  return proof;
}

bool holds_inclusion(const Json& vector) {
  const auto proof = proof_of(vector["proof"]);
  const auto leaf = digest_of(from_base64(vector["leafHash"].get<std::string>()).value());
  if (!proof || !leaf) return false;
  return verify_inclusion(vector["leafIdx"].get<uint64_t>(), vector["treeSize"].get<uint64_t>(),
                          *leaf, *proof, root_of(vector["root"]))
      .has_value();
}

bool holds_consistency(const Json& vector) {
  const auto proof = proof_of(vector["proof"]);
  if (!proof) return false;
  return verify_consistency(vector["size1"].get<uint64_t>(), vector["size2"].get<uint64_t>(),
                            root_of(vector["root1"]), root_of(vector["root2"]), *proof)
      .has_value();
}

template <class Check>
int check_folder(const std::filesystem::path& folder, Check holds) {
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    const Json vector = Json::parse(read_whole(entry.path()));
    EXPECT_EQ(holds(vector), !vector["wantErr"].get<bool>())
        << entry.path() << ": " << vector["desc"].get<std::string>();
    ++count;
  }
  return count;
}

TEST(MerkleVectors, every_published_inclusion_vector_is_judged_as_published) {
  const auto folder = published_vectors() / "merkle/inclusion";
  RELAIS_SKIP_WITHOUT(folder);
  EXPECT_GT(check_folder(folder, holds_inclusion), 0);
}

TEST(MerkleVectors, every_published_consistency_vector_is_judged_as_published) {
  const auto folder = published_vectors() / "merkle/consistency";
  RELAIS_SKIP_WITHOUT(folder);
  EXPECT_GT(check_folder(folder, holds_consistency), 0);
}

TEST(MerkleVectors, every_good_vector_with_one_bit_flipped_in_its_proof_is_refused) {
  const auto folder = published_vectors() / "merkle";
  RELAIS_SKIP_WITHOUT(folder);
  size_t mutants = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    Json vector = Json::parse(read_whole(entry.path()));
    if (vector["wantErr"].get<bool>() || vector["proof"].is_null()) continue;
    for (Json& element : vector["proof"]) {
      const Json original = element;
      Bytes hash = from_base64(original.get<std::string>()).value();
      hash[mutants % 32] = static_cast<char>(hash[mutants % 32] ^ (1 << (mutants % 8)));
      element = base64(hash);
      const bool holds =
          vector.contains("leafIdx") ? holds_inclusion(vector) : holds_consistency(vector);
      EXPECT_FALSE(holds) << entry.path();
      element = original;
      ++mutants;
    }
  }
  EXPECT_GT(mutants, 0U);
}

}  // namespace
}  // namespace relais::ledger
