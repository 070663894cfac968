// SPDX-License-Identifier: Apache-2.0
// Edition: which law exactly. The packs by id, version and digest, with the parameter values in
// use, as the lines a law's digest is taken over; so the digest in a ledger record, the lines in a
// steward's note and the file in the archive are one and the same thing. Plain values; any thread.
//
//   pack <id> <version> <sha256 of the pack's file, hex>      ascending by id
//   parameter <id>.<name> = <value>                           after their pack, ascending by name
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "node/core/bytes.h"
#include "node/core/result.h"
#include "policy/law.h"

namespace relais::policy {

struct PackEdition {
  std::string id;
  std::string version;
  Digest digest{};                                // SHA-256 of the file
  std::map<std::string, std::string> parameters;  // name → value as text
  friend bool operator==(const PackEdition&, const PackEdition&) = default;
};

struct Edition {
  std::vector<PackEdition> packs;
  std::string text() const;  // the lines, each with its line end
  Digest digest() const;     // SHA-256 of text(): what Law::digest() says of the same law
  friend bool operator==(const Edition&, const Edition&) = default;
};

Edition edition_of(const Law& law);

// Values as the types the packs state for them. A name that no pack states, or a value of another
// form, stays a text, and such a law then does not load.
Parameters typed_parameters(const std::map<std::string, std::string>& values, const Law& as_stated);

// Exactly what text() writes, of at least one pack. `invalid`: "name:line:1: what is expected";
// `first_line` is the number of the text's first line within `name`.
Result<Edition> parse_edition(std::string_view text, const std::string& name, int first_line = 1);

}  // namespace relais::policy
