// SPDX-License-Identifier: Apache-2.0
#include "policy/decision.h"

#include <algorithm>
#include <array>

namespace relais::policy {

std::string_view text_of(Outcome outcome) {
  constexpr std::array<std::string_view, 5> kTexts{"deny", "permit", "oblige", "blocked",
                                                   "conflict"};
  return kTexts[static_cast<size_t>(outcome)];
}

std::string_view text_of(Effect effect) {
  constexpr std::array<std::string_view, 3> kTexts{"MUST_NOT", "MAY", "MUST"};
  return kTexts[static_cast<size_t>(effect)];
}

std::string_view text_of(StopKind kind) {
  constexpr std::array<std::string_view, kStopKinds> kTexts{
      "", "tier", "bar", "need", "ceiling", "require", "consent", "silence", "failure"};
  return kTexts[static_cast<size_t>(kind)];
}

std::string Change::text() const {
  if (kind == Kind::drop_category) return "drop:" + value;
  return std::string(text_of(fact)) + "=" + value;
}

std::string Counterfactual::text() const {
  std::string text;
  for (const Change& change : changes) text += (text.empty() ? "" : " & ") + change.text();
  return text;
}

bool Decision::reviewed() const {
  return !packs.empty() && std::all_of(packs.begin(), packs.end(),
                                       [](const UsedPack& pack) { return pack.reviewed; });
}

bool Decision::has_attachment(std::string_view code) const {
  return std::find(attachments.begin(), attachments.end(), code) != attachments.end();
}

}  // namespace relais::policy
