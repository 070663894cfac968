// SPDX-License-Identifier: Apache-2.0
// Activation: the text two stewards sign to put an edition of the law in force. Its version only
// grows; the text is canonical, so what is signed has one form (docs/law-activation.md). The
// signatures are the note's, verified elsewhere: this is the text alone. Plain values; any thread.
//
//   relais/law-activation/v1
//   federation <name>
//   version <n>
//   not-before <YYYY-MM-DD>          optional
//   <the edition's lines>
//   digest <SHA-256 of the edition's lines, hex>
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/core/result.h"
#include "node/core/time.h"
#include "policy/edition.h"

namespace relais::policy {

inline constexpr size_t kMostActivationBytes = 64 * 1024;

struct Activation {
  std::string federation;
  int64_t version = 0;
  std::optional<Date> not_before;  // it may not be put in force before this day
  Edition edition;
  std::string text() const;
  friend bool operator==(const Activation&, const Activation&) = default;
};

// parse_activation(a.text()) is a again, and nothing else parses. `invalid`: "name:line:1: what is
// expected".
Result<Activation> parse_activation(std::string_view text, const std::string& name);

}  // namespace relais::policy
