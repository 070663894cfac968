// SPDX-License-Identifier: Apache-2.0
#include "policy/activation.h"

#include <charconv>

#include "policy/text.h"

namespace relais::policy {
namespace {

constexpr std::string_view kTitle = "relais/law-activation/v1";
constexpr std::string_view kFederation = "federation ";
constexpr std::string_view kVersion = "version ";
constexpr std::string_view kNotBefore = "not-before ";
constexpr std::string_view kDigest = "digest ";

// The text line by line, without their ends.
class Lines {
 public:
  Lines(std::string_view text, const std::string& name) : rest_(text), name_(name) {}

  // The rest of the next line when it begins with `key`.
  std::optional<std::string_view> after(std::string_view key) {
    tried_ = number_;
    const size_t end = rest_.find('\n');
    if (end == std::string_view::npos || !rest_.starts_with(key)) return std::nullopt;
    const std::string_view value = rest_.substr(key.size(), end - key.size());
    rest_.remove_prefix(end + 1);
    ++number_;
    return value;
  }
  // Everything up to the line that begins with `key`.
  std::string_view until(std::string_view key) {
    size_t at = 0;
    while (at < rest_.size() && !rest_.substr(at).starts_with(key)) {
      const size_t end = rest_.find('\n', at);
      at = end == std::string_view::npos ? rest_.size() : end + 1;
      ++number_;
    }
    const std::string_view block = rest_.substr(0, at);
    rest_.remove_prefix(at);
    return block;
  }
  bool at_end() const { return rest_.empty(); }
  int number() const { return number_; }
  tl::unexpected<Fault> expected(const std::string& what) const {
    return fail(FaultKind::invalid, "the activation is not in its form",
                name_ + ":" + std::to_string(tried_) + ":1: expected: " + what);
  }

 private:
  std::string_view rest_;
  std::string name_;
  int number_ = 1;  // of the next line
  int tried_ = 1;   // of the line asked for last
};

// A whole number from 1 in its shortest form; 0 for anything else.
int64_t version_of(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && value > 0 && std::to_string(value) == text ? value : 0;
}

}  // namespace

std::string Activation::text() const {
  std::string lines = std::string(kTitle) + "\n" + std::string(kFederation) + federation + "\n" +
                      std::string(kVersion) + std::to_string(version) + "\n";
  if (not_before) lines += std::string(kNotBefore) + not_before->text() + "\n";
  return lines + edition.text() + std::string(kDigest) + to_hex(view(edition.digest())) + "\n";
}

Result<Activation> parse_activation(std::string_view text, const std::string& name) {
  Lines lines(text, name);
  if (text.size() > kMostActivationBytes) return lines.expected("at most 64 KiB");
  if (lines.after(kTitle) != "") return lines.expected(std::string(kTitle));
  Activation activation;
  const auto federation = lines.after(kFederation);
  const bool named = federation && !federation->empty() && count_characters(*federation) &&
                     federation->find(' ') == std::string_view::npos;
  if (!named) return lines.expected("federation <name>");
  activation.federation = *federation;
  const auto version = lines.after(kVersion);
  activation.version = version ? version_of(*version) : 0;
  if (activation.version == 0) return lines.expected("version <a whole number from 1>");
  if (const auto day = lines.after(kNotBefore)) {
    activation.not_before = Date::parse(*day);
    if (!activation.not_before) return lines.expected("not-before <YYYY-MM-DD>");
  }
  const int first = lines.number();
  RELAIS_TRY(edition, parse_edition(lines.until(kDigest), name, first));
  activation.edition = std::move(edition);
  const std::string digest = to_hex(view(activation.edition.digest()));
  if (lines.after(kDigest) != digest) return lines.expected("digest " + digest);
  if (!lines.at_end()) return lines.expected("nothing after the digest");
  return activation;
}

}  // namespace relais::policy
