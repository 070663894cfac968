// SPDX-License-Identifier: Apache-2.0
// Random records: what is written is read again, and no byte can be changed without notice.
#include "node/ledger/record.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "node/ledger/crypto.h"

namespace relais::ledger {
namespace {

std::string any_text(int longest = 20) {
  const auto length = *rc::gen::inRange<size_t>(0, static_cast<size_t>(longest));
  return *rc::gen::container<std::string>(length, rc::gen::inRange<char>(0, 127));
}

std::vector<std::string> any_texts() {
  std::vector<std::string> texts;
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) texts.push_back("x" + any_text());
  return texts;
}

SharedPart any_shared() {
  SharedPart part;
  part.event = static_cast<Event>(*rc::gen::inRange(0, 14));
  part.entry_id = "e" + any_text();
  part.origin = "o" + any_text();
  part.handle = any_text();
  part.recipient_name = any_text(200);
  part.categories_released = any_texts();
  if (*rc::gen::arbitrary<bool>()) part.payload_digest = sha256(any_text());
  for (const std::string& rule : any_texts())
    part.grounds.push_back({rule, any_text(), any_texts()});
  part.notices = any_texts();
  part.time_claimed_ms = *rc::gen::arbitrary<uint64_t>();
  part.reason = any_text();
  return part;
}

PrivatePart any_private() {
  PrivatePart part;
  part.person_seq = *rc::gen::arbitrary<uint64_t>();
  if (*rc::gen::arbitrary<bool>()) part.previous_commitment = sha256(any_text());
  for (const std::string& category : any_texts()) {
    part.categories_withheld.push_back({category, any_text(), any_text(), any_text()});
  }
  for (const std::string& id : any_texts()) part.packs.push_back({id, any_text(), sha256(id)});
  part.facts = *rc::gen::arbitrary<std::string>();  // any bytes
  part.acknowledgement = *rc::gen::arbitrary<std::string>();
  if (*rc::gen::arbitrary<bool>()) part.details = {{"a", any_text()}, {"b", any_text()}};
  return part;
}

RC_GTEST_PROP(Record, what_is_written_is_read_again, ()) {
  const PrivatePart secret = any_private();
  RC_ASSERT(decode_private(encode(secret).value()).value() == secret);
  const SharedPart shared = any_shared();
  const Bytes bytes = encode(shared).value();
  const SharedPart again = decode_shared(bytes).value();
  RC_ASSERT(encode(again).value() == bytes);
  RC_ASSERT(again.event == shared.event);
  RC_ASSERT(again.recipient_name == shared.recipient_name);
  RC_ASSERT(again.categories_released == shared.categories_released);
  RC_ASSERT(again.grounds.size() == shared.grounds.size());
}

RC_GTEST_PROP(Record, a_changed_bit_changes_the_commitment, ()) {
  const Bytes shared = encode(any_shared()).value();
  const Bytes secret = encode(any_private()).value();
  const Opening opening_s = sha256(any_text());
  const Opening opening_p = sha256(any_text());
  Bytes changed = shared;
  const auto at = *rc::gen::inRange<size_t>(0, shared.size());
  changed[at] = static_cast<char>(changed[at] ^ (1 << *rc::gen::inRange(0, 8)));
  const Commitment good = commit(shared, opening_s, secret, opening_p);
  RC_ASSERT(good.commitment != commit(changed, opening_s, secret, opening_p).commitment);
  RC_ASSERT(commitment_from(shared, opening_s, good.c_p) == good);
  const auto decoded = decode_shared(changed);
  // In parentheses: RC_ASSERT takes an expression apart, and a bare || would evaluate both sides.
  RC_ASSERT((!decoded || encode(*decoded).value() == changed));
}

}  // namespace
}  // namespace relais::ledger
