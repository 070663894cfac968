// SPDX-License-Identifier: Apache-2.0
#include "policy/edition.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "policy/digest.h"
#include "policy/law.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

constexpr std::string_view kPack = "pack ";
constexpr std::string_view kParameter = "parameter ";

bool is_word(std::string_view text) {
  const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), printable);
}

std::optional<PackEdition> read_pack(std::string_view rest) {
  const std::vector<std::string> parts = split(rest, ' ');
  if (parts.size() != 3 || !is_word(parts[0]) || !is_word(parts[1])) return std::nullopt;
  const auto bytes = from_hex(parts[2]);
  const auto digest = bytes ? digest_of(*bytes) : std::nullopt;
  if (!digest) return std::nullopt;
  return PackEdition{parts[0], parts[1], *digest, {}};
}

bool read_parameter(std::string_view rest, PackEdition& pack) {
  const std::string prefix = pack.id + ".";
  const size_t equals = rest.find(" = ");
  if (!rest.starts_with(prefix) || equals == std::string_view::npos || equals < prefix.size()) {
    return false;
  }
  const std::string_view name = rest.substr(prefix.size(), equals - prefix.size());
  const std::string_view value = rest.substr(equals + 3);
  if (!is_word(name) || !count_characters(value)) return false;
  return pack.parameters.emplace(name, value).second;
}

// One line into the edition; what was expected instead, when it does not fit.
std::optional<std::string> read_line(std::string_view line, Edition& edition) {
  if (line.starts_with(kPack)) {
    auto pack = read_pack(line.substr(kPack.size()));
    if (!pack) return "expected: pack <id> <version> <sha256 in hex>";
    edition.packs.push_back(std::move(*pack));
    return std::nullopt;
  }
  if (!line.starts_with(kParameter)) return "expected a line of a pack or a parameter";
  if (edition.packs.empty()) return "a parameter stands after its pack";
  if (read_parameter(line.substr(kParameter.size()), edition.packs.back())) return std::nullopt;
  return "expected: parameter " + edition.packs.back().id + ".<name> = <value>, each once";
}

Parameter typed(const std::string& text, const Parameter& stated) {
  if (std::holds_alternative<bool>(stated) && (text == "true" || text == "false")) {
    return text == "true";
  }
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == end;
  if (std::holds_alternative<int64_t>(stated) && whole) return number;
  return text;
}

}  // namespace

std::string Edition::text() const {
  std::string lines;
  for (const PackEdition& pack : packs) {
    lines +=
        std::string(kPack) + pack.id + " " + pack.version + " " + to_hex(view(pack.digest)) + "\n";
    for (const auto& [name, value] : pack.parameters) {
      lines += std::string(kParameter) + pack.id + "." + name + " = " + value + "\n";
    }
  }
  return lines;
}

Digest Edition::digest() const { return sha256_of(text()); }

Edition edition_of(const Law& law) {
  Edition edition;
  for (const Pack& pack : law.packs()) {
    PackEdition one{pack.id, pack.version, pack.digest, {}};
    for (const auto& [name, value] : pack.parameters) one.parameters[name] = text_of(value);
    edition.packs.push_back(std::move(one));
  }
  std::sort(edition.packs.begin(), edition.packs.end(),
            [](const PackEdition& a, const PackEdition& b) { return a.id < b.id; });
  return edition;
}

Parameters typed_parameters(const std::map<std::string, std::string>& values,
                            const Law& as_stated) {
  Parameters parameters;
  for (const auto& [name, value] : values) {
    parameters[name] = value;
    for (const Pack& pack : as_stated.packs()) {
      const auto stated = pack.parameters.find(name);
      if (stated != pack.parameters.end()) parameters[name] = typed(value, stated->second);
    }
  }
  return parameters;
}

Result<Edition> parse_edition(std::string_view text, const std::string& name, int first_line) {
  Edition edition;
  int number = first_line;
  const auto refused = [&](const std::string& expected) {
    return fail(FaultKind::invalid, "the law's edition is not in its form",
                name + ":" + std::to_string(number) + ":1: " + expected);
  };
  for (size_t at = 0; at < text.size(); ++number) {
    const size_t end = text.find('\n', at);
    if (end == std::string_view::npos) return refused("the last line has no end");
    if (const auto expected = read_line(text.substr(at, end - at), edition)) {
      return refused(*expected);
    }
    at = end + 1;
  }
  if (edition.packs.empty()) return refused("expected at least one pack");
  for (size_t i = 1; i < edition.packs.size(); ++i) {
    if (edition.packs[i].id <= edition.packs[i - 1].id) {
      return refused("packs ascend by id, each once");
    }
  }
  if (edition.text() != text) return refused("parameters ascend by name");
  return edition;
}

}  // namespace relais::policy
