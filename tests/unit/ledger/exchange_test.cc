// SPDX-License-Identifier: Apache-2.0
// The signed bytes of docs/exchange-format.md against vectors/exchange.txt.
#include "node/ledger/exchange.h"

#include "tests/unit/ledger/vectors.h"

namespace relais::ledger {
namespace {

constexpr char kDisclosure[] = "01930000-0000-7000-8000-000000000002";
constexpr char kReceiverOrigin[] = "siao-69.example/disclosures/2026";

SignedEnvelope example_envelope() {
  SignedEnvelope envelope{"relais-demo", "ccas-lyon", "siao-69", "orientation", kDisclosure, 3};
  envelope.shared_digest = sha256(read_vectors("record.txt").at("full.shared_bytes"));
  envelope.payload_digest = sha256("payload");
  envelope.expires_ms = 1793620800123;
  return envelope;
}

SignedAcknowledgement example_acknowledgement() {
  return {"relais-demo",
          "siao-69",
          "ccas-lyon",
          kDisclosure,
          3,
          sha256(signed_bytes(example_envelope())),
          "refused",
          "not_this_service",
          kReceiverOrigin,
          "01930000-0000-7000-8000-000000000003",
          sha256("entry"),
          1793534401456};
}

template <class T>
void expect_vector(const T& thing, const std::string& name) {
  const auto vectors = read_vectors("exchange.txt");
  const auto key = PrivateKey::from_seed(vectors.at(name + ".seed")).value();
  EXPECT_EQ(to_hex(signed_bytes(thing)), to_hex(vectors.at(name + ".signed_bytes")));
  EXPECT_EQ(view(sha256(signed_bytes(thing))), vectors.at(name + ".digest"));
  EXPECT_EQ(view(key.public_key().raw()), vectors.at(name + ".public_key"));
  EXPECT_EQ(sign(thing, key), vectors.at(name + ".signature"));
  EXPECT_TRUE(verify(thing, vectors.at(name + ".signature"), key.public_key()));
}

TEST(Exchange, an_envelope_is_signed_over_the_published_bytes) {
  expect_vector(example_envelope(), "envelope");
}
TEST(Exchange, an_acknowledgement_is_signed_over_the_published_bytes) {
  expect_vector(example_acknowledgement(), "ack");
}

TEST(Exchange, a_signature_of_one_kind_is_none_of_another) {
  const auto key = PrivateKey::from_seed(Bytes(32, '\x11')).value();
  const SignedAcknowledgement acknowledgement{};
  EXPECT_FALSE(verify(SignedEnvelope{}, sign(acknowledgement, key), key.public_key()));
}

TEST(Exchange, moving_a_byte_from_one_field_to_the_next_changes_what_is_signed) {
  SignedEnvelope one{};
  SignedEnvelope other{};
  one.sender = "ab";
  one.recipient = "c";
  other.sender = "a";
  other.recipient = "bc";
  EXPECT_NE(signed_bytes(one), signed_bytes(other));
}

}  // namespace
}  // namespace relais::ledger
