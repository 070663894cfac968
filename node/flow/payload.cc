// SPDX-License-Identifier: Apache-2.0
#include "node/flow/payload.h"

#include <optional>

#include "node/ledger/encoding.h"

namespace relais::flow {
namespace {

constexpr std::string_view kItemsMagic("relais/payload/v1\0", 18);
constexpr std::string_view kRequestMagic("relais/request/v4\0", 18);
constexpr std::string_view kThirdMagic("relais/request/v3\0", 18);   // without rights
constexpr std::string_view kSecondMagic("relais/request/v2\0", 18);  // nor an outcome
constexpr uint32_t kMostParts = 1024;

void put(Bytes& out, std::string_view part) {
  ledger::put_u32(out, static_cast<uint32_t>(part.size()));
  out += part;
}
void put_count(Bytes& out, size_t count) { ledger::put_u32(out, static_cast<uint32_t>(count)); }

// Reads what put and put_count wrote; after the first thing out of place every read fails.
class Parts {
 public:
  Parts(std::string_view bytes, std::string_view magic) : rest_(bytes) {
    ok_ = rest_.substr(0, magic.size()) == magic;
    if (ok_) rest_.remove_prefix(magic.size());
  }
  uint32_t count(uint32_t most) {
    const uint32_t value = number();
    if (value > most) ok_ = false;
    return ok_ ? value : 0;
  }
  std::string text() {
    const uint32_t size = number();
    if (!ok_ || size > rest_.size()) {
      ok_ = false;
      return {};
    }
    std::string part(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return part;
  }
  bool done() const { return ok_ && rest_.empty(); }
  bool ok() const { return ok_; }

 private:
  uint32_t number() {
    if (!ok_ || rest_.size() < 4) {
      ok_ = false;
      return 0;
    }
    const uint32_t value = ledger::get_u32(rest_);
    rest_.remove_prefix(4);
    return value;
  }
  std::string_view rest_;
  bool ok_ = false;
};

void put_items(Bytes& out, const std::vector<AskedItem>& items) {
  put_count(out, items.size());
  for (const AskedItem& item : items) {
    put(out, item.category);
    put(out, item.value.reveal());
  }
}

void put_codes(Bytes& out, const std::vector<std::string>& codes) {
  put_count(out, codes.size());
  for (const std::string& code : codes) put(out, code);
}

std::vector<std::string> take_codes(Parts& parts, uint32_t most) {
  std::vector<std::string> codes;
  const uint32_t count = parts.count(most);
  for (uint32_t i = 0; i < count && parts.ok(); ++i) codes.push_back(parts.text());
  return codes;
}

std::vector<AskedItem> take_items(Parts& parts) {
  std::vector<AskedItem> items;
  const uint32_t count = parts.count(kMostItems);
  for (uint32_t i = 0; i < count && parts.ok(); ++i) {
    std::string category = parts.text();
    items.push_back({std::move(category), Sensitive<std::string>(parts.text())});
  }
  return items;
}

}  // namespace

Bytes encode_items(const std::vector<AskedItem>& items) {
  Bytes out(kItemsMagic);
  put_items(out, items);
  return out;
}

Result<std::vector<AskedItem>> decode_items(std::string_view bytes) {
  Parts parts(bytes, kItemsMagic);
  std::vector<AskedItem> items = take_items(parts);
  if (!parts.done()) return fail(FaultKind::invalid, "the payload is not in its format", "payload");
  return items;
}

void put_over(std::vector<AskedItem> items, std::vector<AskedItem>& held) {
  for (AskedItem& item : items) {
    std::erase_if(held, [&](const AskedItem& old) { return old.category == item.category; });
    held.push_back(std::move(item));
  }
}

std::vector<AskedItem> put_right(const std::vector<AskedItem>& items,
                                 std::vector<AskedItem>& held) {
  std::vector<AskedItem> placed;
  for (const AskedItem& item : items) {
    bool found = false;
    for (AskedItem& old : held) {
      if (old.category != item.category) continue;
      old.value = item.value;
      found = true;
    }
    if (found) placed.push_back(item);
  }
  return placed;
}

// Without rights as the release before wrote it: a key that a client used before an upgrade has the
// same digest after it, and a replica that is not upgraded yet goes on reading.
Bytes encode_request(const KeptRequest& kept) {
  const bool third = kept.rights_there.empty();
  Bytes out(third ? kThirdMagic : kRequestMagic);
  const Request& request = kept.request;
  put(out, request.person.text());
  put(out, request.recipient.text());
  put(out, request.service.text());
  put(out, request.purpose);
  put(out, request.consent.text());
  put_items(out, request.items);
  put_count(out, request.attestations.size());
  for (const Attestation& attestation : request.attestations) {
    put(out, attestation.key);
    put_codes(out, attestation.values);
  }
  put(out, kept.role);
  put(out, kept.facts);
  put_codes(out, kept.released);
  put_items(out, kept.outcome);
  put(out, kept.note);
  put(out, kept.replaces.text());
  if (!third) put_codes(out, kept.rights_there);
  return out;
}

Result<KeptRequest> decode_request(std::string_view bytes) {
  const bool second = bytes.starts_with(kSecondMagic);
  const bool third = bytes.starts_with(kThirdMagic);
  Parts parts(bytes, second ? kSecondMagic : third ? kThirdMagic : kRequestMagic);
  KeptRequest kept;
  Request& request = kept.request;
  request.person = PersonReference(parts.text());
  request.recipient = AgencyId(parts.text());
  request.service = ServiceId(parts.text());
  request.purpose = parts.text();
  request.consent = ConsentId(parts.text());
  request.items = take_items(parts);
  const uint32_t attestations = parts.count(kMostParts);
  for (uint32_t i = 0; i < attestations && parts.ok(); ++i) {
    Attestation attestation;
    attestation.key = parts.text();
    attestation.values = take_codes(parts, kMostParts);
    request.attestations.push_back(std::move(attestation));
  }
  kept.role = parts.text();
  kept.facts = parts.text();
  kept.released = take_codes(parts, kMostItems);
  if (!second) {
    kept.outcome = take_items(parts);
    kept.note = parts.text();
    kept.replaces = ReferralId(parts.text());
  }
  if (!second && !third) kept.rights_there = take_codes(parts, kMostParts);
  if (!parts.done()) {
    return fail(FaultKind::corrupt, "a kept request is not in its format", "referral.body");
  }
  return kept;
}

}  // namespace relais::flow
