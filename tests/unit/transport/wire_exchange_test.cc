// SPDX-License-Identifier: Apache-2.0
#include "node/transport/wire_exchange.h"

#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "relais/v1/exchange.pb.h"

namespace relais::transport {
namespace {

constexpr const char* kUuid = "01902d2e-7c4a-7b3e-8d1f-0123456789ab";

v1::DeliverRequest good_envelope() {
  v1::DeliverRequest message;
  message.set_federation("test");
  message.set_sender("sds");
  message.set_recipient("siao");
  message.set_service("orientation");
  message.set_disclosure_id(kUuid);
  message.set_sequence(1);
  message.set_expires_ms(1'800'000'000'000);
  message.set_shared_part("shared");
  message.set_shared_opening(std::string(32, 'o'));
  message.set_private_commitment(std::string(32, 'c'));
  message.set_payload("payload");
  message.mutable_proof()->set_index(7);
  message.mutable_proof()->add_hashes(std::string(32, 'h'));
  message.mutable_proof()->set_checkpoint("origin\n8\nroot\n\nsignature\n");
  message.set_signature(std::string(64, 's'));
  return message;
}

v1::Acknowledgement good_word() {
  v1::Acknowledgement message;
  message.set_federation("test");
  message.set_acknowledger("siao");
  message.set_sender("sds");
  message.set_disclosure_id(kUuid);
  message.set_sequence(1);
  message.set_envelope_digest(std::string(32, 'd'));
  message.set_status("filed");
  message.set_origin("siao.test/disclosures/2026");
  message.set_entry_id(kUuid);
  message.set_commitment(std::string(32, 'c'));
  message.set_time_ms(1'800'000'000'000);
  message.set_signature(std::string(64, 's'));
  return message;
}

template <class Message>
struct Spoilt {
  std::string where;
  std::function<void(Message&)> spoil;
};

template <class Message>
void expect_refused(const Message& good, const std::vector<Spoilt<Message>>& cases) {
  for (const auto& one : cases) {
    Message message = good;
    one.spoil(message);
    const auto outcome = read(message);
    ASSERT_FALSE(outcome) << one.where;
    EXPECT_EQ(outcome.error().kind, FaultKind::invalid);
    EXPECT_EQ(outcome.error().where, one.where);
  }
}

TEST(WireExchange, an_envelope_survives_the_way_there_and_back) {
  const v1::DeliverRequest message = good_envelope();
  const auto envelope = read(message);
  ASSERT_TRUE(envelope);
  v1::DeliverRequest again;
  write(*envelope, again);
  EXPECT_EQ(message.SerializeAsString(), again.SerializeAsString());
}

TEST(WireExchange, an_acknowledgement_survives_the_way_there_and_back) {
  const v1::Acknowledgement message = good_word();
  const auto word = read(message);
  ASSERT_TRUE(word);
  v1::Acknowledgement again;
  write(*word, again);
  EXPECT_EQ(message.SerializeAsString(), again.SerializeAsString());
}

TEST(WireExchange, an_unknown_field_is_dropped_and_never_forwarded) {
  v1::DeliverRequest message = good_envelope();
  auto* unknown = message.GetReflection()->MutableUnknownFields(&message);
  unknown->AddLengthDelimited(4242, "Nadia");
  v1::DeliverRequest arrived;
  ASSERT_TRUE(arrived.ParseFromString(message.SerializeAsString()));
  v1::DeliverRequest forwarded;
  write(read(arrived).value(), forwarded);
  EXPECT_EQ(forwarded.SerializeAsString(), good_envelope().SerializeAsString());
}

TEST(WireExchange, an_envelope_with_a_bad_field_is_refused_by_its_name) {
  using Message = v1::DeliverRequest;
  expect_refused<Message>(
      good_envelope(),
      {{"federation", [](Message& m) { m.clear_federation(); }},
       {"sender", [](Message& m) { m.set_sender("two words"); }},
       {"sender", [](Message& m) { m.set_sender(std::string(65, 'a')); }},
       {"recipient", [](Message& m) { m.set_recipient("a\nb"); }},
       {"service", [](Message& m) { m.clear_service(); }},
       {"disclosure_id", [](Message& m) { m.set_disclosure_id("1"); }},
       {"sequence", [](Message& m) { m.set_sequence(0); }},
       {"sequence", [](Message& m) { m.set_sequence(~uint64_t{0}); }},
       {"expires_ms", [](Message& m) { m.clear_expires_ms(); }},
       {"expires_ms", [](Message& m) { m.set_expires_ms(~uint64_t{0}); }},
       {"shared_part", [](Message& m) { m.clear_shared_part(); }},
       {"shared_part", [](Message& m) { m.set_shared_part(std::string(65 * 1024, 'x')); }},
       {"shared_opening", [](Message& m) { m.set_shared_opening(std::string(31, 'o')); }},
       {"private_commitment", [](Message& m) { m.clear_private_commitment(); }},
       {"payload", [](Message& m) { m.set_payload(std::string(200 * 1024, 'x')); }},
       {"proof.hashes", [](Message& m) { m.mutable_proof()->add_hashes("short"); }},
       {"proof.hashes",
        [](Message& m) {
          for (int i = 0; i < 63; ++i) m.mutable_proof()->add_hashes(std::string(32, 'h'));
        }},
       {"proof.checkpoint", [](Message& m) { m.clear_proof(); }},
       {"signature", [](Message& m) { m.set_signature(std::string(63, 's')); }}});
}

// The answers to a notice: what became of it, or the article of the duty to keep.
TEST(WireExchange, an_acknowledgement_says_what_became_of_what_it_was_told) {
  v1::Acknowledgement told = good_word();
  told.set_reason_code("stopped");
  EXPECT_EQ(transport::read(told).value().reason, "stopped");
  told.set_status("refused");
  told.set_reason_code("kept:CSP, art. R. 1112-7:2046-11-23");
  EXPECT_EQ(transport::read(told).value().reason, "kept:CSP, art. R. 1112-7:2046-11-23");
}

TEST(WireExchange, an_acknowledgement_with_a_bad_field_is_refused_by_its_name) {
  using Message = v1::Acknowledgement;
  expect_refused<Message>(
      good_word(),
      {{"acknowledger", [](Message& m) { m.clear_acknowledger(); }},
       {"disclosure_id", [](Message& m) { m.set_disclosure_id(std::string(36, '-')); }},
       {"status", [](Message& m) { m.set_status("lost"); }},
       {"reason_code", [](Message& m) { m.set_reason_code("kept:\n"); }},
       {"reason_code", [](Message& m) { m.set_reason_code(std::string(201, 'x')); }},
       {"reason_code", [](Message& m) { m.set_status("refused"); }},
       {"envelope_digest", [](Message& m) { m.set_envelope_digest("d"); }},
       {"commitment", [](Message& m) { m.clear_commitment(); }},
       {"entry_id", [](Message& m) { m.clear_entry_id(); }},
       {"origin", [](Message& m) { m.set_origin("a b"); }},
       {"time_ms", [](Message& m) { m.clear_time_ms(); }},
       {"signature", [](Message& m) { m.clear_signature(); }}});
}

TEST(WireExchange, an_empty_payload_is_a_payload) {
  v1::DeliverRequest message = good_envelope();
  message.clear_payload();
  EXPECT_TRUE(read(message));
}

}  // namespace
}  // namespace relais::transport
