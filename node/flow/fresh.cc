// SPDX-License-Identifier: Apache-2.0
#include "node/flow/fresh.h"

#include <array>

#include "node/core/bytes.h"

namespace relais::flow {
namespace {

template <size_t N>
std::string hex_of(const std::array<uint8_t, N>& bytes) {
  return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

std::string fresh_uuid(Clock& clock, Entropy& entropy) {
  std::array<uint8_t, 16> id{};
  entropy.fill(id);
  const auto ms = static_cast<uint64_t>(unix_ms(clock.now()));
  for (size_t i = 0; i < 6; ++i) id[i] = static_cast<uint8_t>(ms >> (40 - 8 * i));
  id[6] = static_cast<uint8_t>((id[6] & 0x0f) | 0x70);
  id[8] = static_cast<uint8_t>((id[8] & 0x3f) | 0x80);
  const std::string hex = hex_of(id);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20);
}

std::string fresh_hex(Entropy& entropy, size_t bytes) {
  std::string raw(bytes, '\0');
  entropy.fill({reinterpret_cast<uint8_t*>(raw.data()), raw.size()});
  return to_hex(raw);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

}  // namespace relais::flow
