// SPDX-License-Identifier: Apache-2.0
// Places as numbers: the characters of "FR" or "US-CA" packed into 64 bits, first character
// highest, so that a comparison of facts is a comparison of integers. The codes are those of ISO
// 3166-1 alpha-2, with the reserved "EU" and "UK", which is read as GB.
#include <algorithm>
#include <bitset>
#include <string_view>

#include "policy/facts.h"

namespace relais::policy {
namespace {

constexpr std::string_view kCountries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS "
    "BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC "
    "EE "
    "EG EH ER ES ET EU FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY "
    "HK "
    "HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA "
    "LB "
    "LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY "
    "MZ "
    "NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU "
    "RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN "
    "TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";
constexpr std::string_view kMembers =
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE";

bool lists(std::string_view countries, std::string_view country) {
  for (size_t i = 0; i + 2 <= countries.size(); i += 3) {
    if (countries.substr(i, 2) == country) return true;
  }
  return false;
}

uint64_t pack(std::string_view text) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) {
    value = value << 8 | (i < text.size() ? static_cast<uint8_t>(text[i]) : 0u);
  }
  return value;
}

constexpr uint64_t kCountryBits = uint64_t{0xffff} << 48;

bool is_subdivision(std::string_view text) {
  return !text.empty() && text.size() <= 3 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

}  // namespace

std::optional<uint64_t> encode_jurisdiction(std::string_view text) {
  if (text == "UK") return pack("GB");
  if (text.size() < 2 || !lists(kCountries, text.substr(0, 2))) return std::nullopt;
  if (text.size() == 2) return pack(text);
  if (text[2] != '-' || !is_subdivision(text.substr(3))) return std::nullopt;
  return pack(text);
}

bool lies_in(uint64_t place, uint64_t listed) {
  return place == listed || (place & kCountryBits) == listed;
}

bool is_eu_member(uint64_t place) {
  static const std::bitset<65536> kMembersAndUnion = [] {
    std::bitset<65536> all;
    for (size_t i = 0; i + 2 <= kMembers.size(); i += 3) all.set(pack(kMembers.substr(i, 2)) >> 48);
    return all.set(pack("EU") >> 48);
  }();
  return kMembersAndUnion[place >> 48];
}

}  // namespace relais::policy
